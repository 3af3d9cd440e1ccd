/** Two clients of one event loop: what each is told of the loop's work for the other, over real sockets. */
import type { Duplex } from 'node:stream';
import type { ListenerNetwork } from '../../src/net/listener.ts';

/** For so long the loop works for whoever it hears. */
export const WORK_NS = 2_000_000;
const MOST_ROUNDS = 50;

/**
 * Has both clients send at once until the loop has heard them in one iteration.
 * @returns for how long the one that was heard last waited for the other; 0 if that never came about
 */
export async function waitForOther(
  network: ListenerNetwork,
  dial: (port: number) => Promise<Duplex>,
): Promise<number> {
  const heard: number[] = [];
  const clients: Duplex[] = [];
  const listener = await network.listen({ host: '127.0.0.1', port: 0 }, ({ others }) => {
    others?.enable();
    return {
      onBytes: () => {
        heard.push(others?.busyNs ?? Number.NaN);
        const untilNs = process.hrtime.bigint() + BigInt(WORK_NS);
        while (process.hrtime.bigint() < untilNs);
      },
      onDrain: () => {},
      onEnd: () => {},
      onClose: () => {},
    };
  });
  try {
    const port = listener.endpoints[0]?.port ?? 0;
    clients.push(await dial(port), await dial(port));
    let longestNs = 0;
    for (let round = 1; round <= MOST_ROUNDS && longestNs < WORK_NS; round++) {
      for (const client of clients) client.write('probe');
      while (heard.length < 2 * round) await new Promise((done) => setImmediate(done));
      longestNs = Math.max(longestNs, ...heard);
    }
    return longestNs;
  } finally {
    listener.close();
    for (const client of clients) client.destroy();
  }
}
