/** One client must not fill the disk with a log, whatever it repeats; and nobody else loses a line by that. */
import { expect, test } from 'vitest';
import { DialectHint } from '../../../src/cli/log/dialect-hint.ts';
import { MAX_ADDRESSES, Sampler, TOLD_PER_SECOND, type Untold } from '../../../src/cli/log/sampler.ts';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { DIALECTS } from '../../../src/core/wire/dialects.ts';
import type { ServerEvent } from '../../../src/index.ts';

type LoadGranted = Extract<ServerEvent, { kind: 'load' }>['granted'];

const from = (address: string) => ({ address, port: 1, family: 4 }) as const;

function connected(session: number, address = '192.0.2.1'): ServerEvent {
  return { kind: 'connected', session, remote: from(address) };
}

function ended(session: number, change: Partial<ServerEvent & { kind: 'end' }> = {}): ServerEvent {
  const remote = from('192.0.2.1');
  const end = { kind: 'end', session, remote, reason: 'terminated', detail: undefined } as const;
  return { ...end, echoed: 0, durationNs: 1, ...change };
}

function sampling() {
  const clock = new VirtualClock();
  const untold: Untold[] = [];
  const sampler = new Sampler(clock, (more) => untold.push(more));
  return { clock, untold, told: (events: ServerEvent[]) => events.filter((event) => sampler.admits(event)) };
}

test('sessions beyond so many a second from one address are counted, and summed up a second later', () => {
  const { clock, untold, told } = sampling();
  const sessions = Array.from({ length: 500 }, (_, i) => [connected(i), ended(i)]).flat();
  expect(told(sessions)).toEqual(sessions.slice(0, 2 * TOLD_PER_SECOND));
  clock.step();
  const silent = 500 - TOLD_PER_SECOND;
  expect(untold).toEqual([{ address: '192.0.2.1', counts: { connected: silent, terminated: silent } }]);
  expect(told([connected(501), ended(501)]), 'the next second begins anew').toHaveLength(2);
  clock.step();
  expect(untold, 'nothing to sum up').toHaveLength(1);
});

test('refusals as well', () => {
  const { clock, untold, told } = sampling();
  const refused: ServerEvent = { kind: 'refused', remote: from('192.0.2.1'), reason: 'full', most: 5 };
  expect(told(Array.from({ length: 100 }, () => refused))).toHaveLength(TOLD_PER_SECOND);
  clock.step();
  expect(untold).toEqual([{ address: '192.0.2.1', counts: { refused: 80 } }]);
});

test('others are told as ever', () => {
  const { told } = sampling();
  told(Array.from({ length: 500 }, (_, i) => connected(i)));
  expect(told([connected(501, '192.0.2.2')])).toHaveLength(1);
});

test('a session is told whole or not at all, however long it lasts', () => {
  const { clock, told } = sampling();
  const sessions = Array.from({ length: TOLD_PER_SECOND + 1 }, (_, i) => connected(i));
  told(sessions);
  clock.step();
  expect(told([ended(0), ended(TOLD_PER_SECOND)])).toEqual([ended(0)]);
});

test('loads at once are told by whose session each is, whichever ends first', () => {
  const { told } = sampling();
  const remote = from('192.0.2.1');
  const silent = TOLD_PER_SECOND;
  told(Array.from({ length: silent + 1 }, (_, i) => connected(i)));
  const granted = { ms: 1_000, bitsPerSecond: 0, maxStreams: 1 } as unknown as LoadGranted;
  const begun = (session: number): ServerEvent => ({ kind: 'load', session, remote, granted });
  const over = (session: number): ServerEvent => ({
    ...{ kind: 'load-end', session, remote, reason: 'time', streams: 1 },
    ...{ receivedBytes: 0, sentBytes: 0, durationNs: 1 },
  });
  expect(told([begun(silent), begun(0)])).toEqual([begun(0)]);
  expect(told([over(silent), over(0)])).toEqual([over(0)]);
  expect(told([begun(0), ended(silent), begun(1), over(0), over(1)])).toHaveLength(4);
});

test('a flood from many addresses is bounded, too', () => {
  const { clock, untold, told } = sampling();
  const many = Array.from({ length: 50_000 }, (_, i) => connected(i, `198.51.${i >> 8}.${i & 255}`));
  expect(told(many)).toHaveLength(MAX_ADDRESSES + TOLD_PER_SECOND);
  clock.step();
  expect(untold).toEqual([
    { address: undefined, counts: { connected: 50_000 - MAX_ADDRESSES - TOLD_PER_SECOND } },
  ]);
});

const reading = {
  dialect: DIALECTS['size-first'],
  setup: { measurement: 'rtt', payloadBytes: 1, probes: 10, delay: { delayNs: 0, unit: 'seconds' } },
} as const;

test.each([
  ['the ready line', { echoed: 0, reason: 'closed-by-peer' }, true],
  ['the ready line', { echoed: 0, reason: 'connection-lost' }, true],
  ['the first echo', { echoed: 1, reason: 'closed-by-peer' }, true],
  ['nothing', { echoed: 2, reason: 'closed-by-peer' }, false],
  ['nothing', { echoed: 0, reason: 'terminated' }, false],
  ['nothing', { echoed: 0, reason: 'idle-timeout' }, false],
] as const)('whoever leaves after %s may speak another dialect: %o', (met, end, isHinted) => {
  const hint = new DialectHint(() => 0n);
  hint.after({ kind: 'setup', session: 1, readings: [reading] });
  const advice = hint.after(ended(1, end));
  if (isHinted) expect(advice).toMatch(new RegExp(`after ${met}.*--dialect`));
  else expect(advice).toBeUndefined();
});

test('the hint is not given without a setup, and once a minute at most', () => {
  let nowNs = 0n;
  const hint = new DialectHint(() => nowNs);
  const leave = (session: number): string | undefined => {
    hint.after({ kind: 'setup', session, readings: [reading] });
    return hint.after(ended(session, { reason: 'closed-by-peer' }));
  };
  expect(hint.after(ended(1, { reason: 'closed-by-peer' }))).toBeUndefined();
  expect(leave(2)).toBeDefined();
  expect(leave(3)).toBeUndefined();
  nowNs = 60_000_000_000n;
  expect(leave(4)).toBeDefined();
});
