import type { Reactor } from '../../../src/net/native/server/reactor.ts';

/** Turns the reactor on this thread between its other work. @returns a function that stops it */
export function pump(reactor: Reactor): () => void {
  let stopped = false;
  const turn = (): void => {
    if (stopped) return;
    reactor.turn(0);
    setImmediate(turn);
  };
  turn();
  return () => {
    stopped = true;
  };
}
