/** Events on their way between threads: in order, and never more than the reader can take. */
import { expect, test } from 'vitest';
import type { ServerEvent } from '../../../src/index.ts';
import { EventSender, type FromThread, TakenEvents } from '../../../src/server/native/channel.ts';

const remote = { address: '192.0.2.1', port: 1, family: 4 } as const;
const connected = (session: number): ServerEvent => ({ kind: 'connected', session, remote });

test('the events of a turn go together, and a turn without any sends nothing', () => {
  const posted: FromThread[] = [];
  const sender = new EventSender(new TakenEvents(), (message) => posted.push(message));
  sender.flush();
  sender.onEvent(connected(1));
  sender.onEvent(connected(2));
  sender.flush();
  sender.flush();
  expect(posted).toEqual([{ kind: 'events', events: [connected(1), connected(2)] }]);
});

test('echoed bytes are those of the moment, whatever is received afterwards', () => {
  const posted: FromThread[] = [];
  const sender = new EventSender(new TakenEvents(), (message) => posted.push(message));
  const buffer = new Uint8Array([1, 2, 3, 4]);
  sender.onEvent({ kind: 'echo', session: 1, remote, bytes: buffer.subarray(1, 3) });
  buffer.fill(9);
  sender.flush();
  expect(posted).toMatchObject([{ events: [{ bytes: new Uint8Array([2, 3]) }] }]);
});

/** A sender with its reader, which handles what it is told to. */
function withReader(memory?: SharedArrayBuffer) {
  const reader = new TakenEvents(memory);
  const unhandled: ServerEvent[] = [];
  const sender = new EventSender(new TakenEvents(reader.memory), (message) => {
    if (message.kind === 'events') unhandled.push(...message.events);
  });
  const handle = (): ServerEvent[] => {
    const events = unhandled.splice(0);
    reader.add(events);
    return events;
  };
  return { reader, sender, handle };
}

test('clients never wait for a reader that is thousands of events behind: it is told how many it has missed', () => {
  const { sender, handle } = withReader();
  for (let session = 1; session <= 5_000; session++) {
    sender.onEvent(connected(session));
    sender.flush();
  }
  expect(handle()).toHaveLength(4_096);
  sender.onEvent(connected(5_001));
  sender.flush();
  expect(handle()).toEqual([{ kind: 'dropped', events: 904 }, connected(5_001)]);
});

test('a reader that has missed the last events hears of it though nothing more happens', () => {
  const { sender, handle } = withReader();
  for (let session = 1; session <= 4_100; session++) sender.onEvent(connected(session));
  sender.flush();
  expect(handle()).toHaveLength(4_096);
  sender.flush();
  expect(handle()).toEqual([{ kind: 'dropped', events: 4 }]);
});

test('echoed bytes on their way are bounded, so that a reader that stops costs no memory without end', () => {
  const { sender, handle } = withReader();
  const bytes = new Uint8Array(256 * 1024);
  for (let i = 0; i < 100; i++) sender.onEvent({ kind: 'echo', session: 1, remote, bytes });
  sender.flush();
  expect(handle()).toHaveLength(64);
  sender.flush();
  expect(handle()).toEqual([{ kind: 'dropped', events: 36 }]);
});

test('the counts of events and bytes go on where a number of 32 bits ends', () => {
  const memory = new SharedArrayBuffer(8);
  new Int32Array(memory).fill(0x7fff_ffff);
  const { reader } = withReader(memory);
  reader.add([connected(1), { kind: 'echo', session: 1, remote, bytes: new Uint8Array(1) }]);
  expect(reader.untaken((0x7fff_ffff + 10) | 0)).toBe(8);
  expect(reader.untakenBytes((0x7fff_ffff + 10) | 0)).toBe(9);
});
