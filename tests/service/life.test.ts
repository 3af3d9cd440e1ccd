/** A service manager hears of each turn in the life of a service, in its order, and a deaf one changes nothing. */
import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { ServiceLife } from '../../src/service/life.ts';
import type { Send } from '../../src/service/notify-socket.ts';

const S = 1_000_000_000;

function world(watchdogNs?: number, trouble?: string) {
  const clock = new VirtualClock();
  const sent: string[] = [];
  const said: string[] = [];
  const send: Send = (lines, onTrouble) => {
    sent.push(lines);
    if (trouble !== undefined) onTrouble(trouble);
  };
  const life = new ServiceLife(
    { notifySocket: '/run/notify', watchdogNs },
    { timekeeper: clock, onTrouble: (message) => said.push(message), send },
  );
  return { clock, sent, said, life };
}

/** Lets so many seconds pass. */
function pass(clock: VirtualClock, s: number): void {
  let isOver = false;
  clock.wakeAt(clock.nowNs() + BigInt(s * S), () => {
    isOver = true;
  });
  while (!isOver) clock.step();
}

test('a start, a reload and a stop are told', async () => {
  const { clock, sent, life } = world();
  life.ready();
  pass(clock, 5);
  await life.reload(() => void sent.push('read'));
  life.stopping();
  const us = clock.nowNs() / 1_000n;
  expect(sent).toEqual(['READY=1', `RELOADING=1\nMONOTONIC_USEC=${us}`, 'read', 'READY=1', 'STOPPING=1']);
});

test('a reload before the start is over does not make it ready', async () => {
  const { sent, life } = world();
  await life.reload(() => {});
  expect(sent).toEqual([]);
});

test('a stop in the midst of a reload is the last word', async () => {
  const { sent, life } = world();
  life.ready();
  await life.reload(() => life.stopping());
  expect(sent.at(-1)).toBe('STOPPING=1');
});

test('a watched service is heard of twice in the time that it has, also while it stops, until its end', () => {
  const { clock, sent, life } = world(10 * S);
  pass(clock, 60);
  expect(sent).toEqual([]);
  life.ready();
  for (let i = 0; i < 4; i++) pass(clock, 5);
  life.stopping();
  pass(clock, 5);
  expect(sent.filter((lines) => lines === 'WATCHDOG=1')).toHaveLength(5);
  life.end();
  pass(clock, 60);
  expect(sent).toHaveLength(7);
});

test('a manager that does not listen is complained of once, and told on', () => {
  const { sent, said, life } = world(undefined, 'connect: ECONNREFUSED');
  life.ready();
  life.stopping();
  expect(sent).toHaveLength(2);
  expect(said).toEqual(['the service manager does not hear of this program: connect: ECONNREFUSED']);
});
