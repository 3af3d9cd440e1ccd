/** Events on their way between threads: complete, in order, and never more than the reader can take. */
import { expect, test } from 'vitest';
import type { ServerEvent } from '../../../src/index.ts';
import { EventSender, type FromThread, TakenEvents } from '../../../src/server/native/channel.ts';

const remote = { address: '192.0.2.1', port: 1, family: 4 } as const;
const connected = (session: number): ServerEvent => ({ kind: 'connected', session, remote });

test('the events of a turn go together, and a turn without any sends nothing', () => {
  const posted: FromThread[] = [];
  const sender = new EventSender(
    new TakenEvents(),
    () => false,
    (message) => posted.push(message),
  );
  sender.flush();
  sender.onEvent(connected(1));
  sender.onEvent(connected(2));
  sender.flush();
  sender.flush();
  expect(posted).toEqual([{ kind: 'events', events: [connected(1), connected(2)] }]);
});

test('echoed bytes are those of the moment, whatever is received afterwards', () => {
  const posted: FromThread[] = [];
  const sender = new EventSender(
    new TakenEvents(),
    () => false,
    (message) => posted.push(message),
  );
  const buffer = new Uint8Array([1, 2, 3, 4]);
  sender.onEvent({ kind: 'echo', session: 1, remote, bytes: buffer.subarray(1, 3) });
  buffer.fill(9);
  sender.flush();
  expect(posted).toMatchObject([{ events: [{ bytes: new Uint8Array([2, 3]) }] }]);
});

test('a thread that is thousands of events ahead waits for the reader, but not beyond its own end', () => {
  const taken = new TakenEvents();
  const reader = new TakenEvents(taken.memory);
  const mayNotWait = (): boolean => {
    throw new Error('it would wait');
  };
  taken.waitFor(4_096, mayNotWait);
  expect(() => taken.waitFor(4_097, mayNotWait)).toThrow('it would wait');
  reader.add(1);
  taken.waitFor(4_097, mayNotWait);
  taken.waitFor(100_000, () => true);
});

test('the count of events goes on where a number of 32 bits ends', () => {
  const taken = new TakenEvents();
  taken.add(0x7fff_ffff);
  taken.add(1);
  taken.waitFor((0x8000_0000 + 10) | 0, () => {
    throw new Error('it would wait');
  });
});
