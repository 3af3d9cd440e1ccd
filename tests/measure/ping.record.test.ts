/** The record of a series loses nothing that happened, and says what it was made with. */
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../src/core/errors.ts';
import { startPing } from '../../src/measure/ping/ping.ts';
import { eventsOf, MS, REFUSED, setting, TARGET, takes } from './pinging.ts';

describe('the record', () => {
  test('every reply is in it, with both figures, and the statistics are theirs', async () => {
    const here = setting(
      { takesNs: 50_000, handshakeRttNs: 20_000 },
      { takesNs: 70_000, handshakeRttNs: 30_000 },
    );
    const result = await here.clock.drive(here.start({ count: 2, intervalMs: 10 }).result);
    expect(result.replies).toEqual([
      expect.objectContaining({ sequence: 1, atNs: 0, handshakeRttNs: 20_000, connectNs: 50_000 }),
      expect.objectContaining({ sequence: 2, atNs: 10 * MS, handshakeRttNs: 30_000, connectNs: 70_000 }),
    ]);
    expect(result.statistics).toMatchObject({
      answered: 2,
      failed: 0,
      handshakeRttNs: { n: 2, min: 20_000, median: 25_000, max: 30_000 },
      connectNs: { n: 2, min: 50_000, median: 60_000, max: 70_000 },
    });
    expect(result).toMatchObject({ durationNs: 10 * MS + 70_000, outcome: { status: 'complete' } });
  });

  test('a figure that the kernel did not give is absent, never 0', async () => {
    const here = setting(...takes(1));
    const { replies, statistics } = await here.clock.drive(here.start({ count: 1 }).result);
    expect(replies[0]?.handshakeRttNs).toBeNull();
    expect(statistics.handshakeRttNs).toBeNull();
  });

  test('refusals and time-outs are failures among the replies; the series goes on', async () => {
    const here = setting(
      { takesNs: 10 * MS },
      { takesNs: 10 * MS, error: REFUSED },
      { takesNs: 10 * MS, error: new EcholotError('timeout', 'no connection within 10 ms') },
      { takesNs: 10 * MS },
    );
    const result = await here.clock.drive(here.start({ count: 4 }).result);
    expect(result.replies.map(({ sequence }) => sequence)).toEqual([1, 4]);
    expect(result.failures.map(({ sequence, error }) => [sequence, error.code])).toEqual([
      [2, 'network'],
      [3, 'timeout'],
    ]);
    expect(result).toMatchObject({ statistics: { answered: 2, failed: 2 }, outcome: { status: 'complete' } });
  });

  test('what is told while it goes on is what the record holds', async () => {
    const here = setting({ takesNs: MS }, { takesNs: MS, error: REFUSED });
    const run = here.start({ count: 4 });
    const events = await eventsOf(here.clock, run);
    const { replies, failures } = await run.result;
    expect(events.filter(({ kind }) => kind === 'reply')).toEqual(
      replies.map((reply) => ({ kind: 'reply', ...reply })),
    );
    expect(events.filter(({ kind }) => kind === 'failure')).toEqual(
      failures.map((failure) => ({ kind: 'failure', ...failure })),
    );
  });
});

describe('the record says what it was made with', () => {
  const EFFECTIVE = {
    congestionControl: 'reno',
    trafficClass: 184,
    maxSegmentBytes: 1_448,
    sendBufferBytes: 16_384,
    receiveBufferBytes: 131_072,
    noDelay: true,
    quickAck: true,
    multipath: false,
    bindAddress: '192.0.2.1',
    device: null,
  } as const;

  test('options of the socket as asked for, and as the first connection had them', async () => {
    const here = setting({ takesNs: MS, error: REFUSED }, { takesNs: MS, socket: EFFECTIVE }, ...takes(1));
    const socket = { congestionControl: 'reno', trafficClass: 184 } as const;
    const result = await here.clock.drive(here.start({ count: 3, socket }).result);
    expect(result.plan.socket).toMatchObject({ ...socket, maxSegmentBytes: null, multipath: false });
    expect(result.socket).toEqual(EFFECTIVE);
  });

  test('an engine that cannot read them says nothing of them', async () => {
    const here = setting(...takes(1));
    expect((await here.clock.drive(here.start({ count: 1 }).result)).socket).toBeNull();
  });

  test('the engine that was asked for, and why another one had to do', async () => {
    const { clock, handshaker } = setting(...takes(1));
    const fallback = 'it needs Linux, and this is darwin';
    const run = startPing({ handshaker, clock: clock, fallback }, { ...TARGET, count: 1 });
    const events = await eventsOf(clock, run);
    expect(events[0]).toMatchObject({ kind: 'plan', engine: 'memory', fallback });
    expect((await run.result).engine).toMatchObject({ name: 'memory', requested: 'auto', fallback });
  });

  test('SYNs that were sent again: the reason of a long handshake', async () => {
    const here = setting({ takesNs: 1_030 * MS, resentSyns: 1 });
    const { replies } = await here.clock.drive(here.start({ count: 1 }).result);
    expect(replies[0]).toMatchObject({ resentSyns: 1, handshakeRttNs: null });
  });
});
