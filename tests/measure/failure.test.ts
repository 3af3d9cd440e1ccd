/** Runs that fail or are stopped: what was measured until then is kept, and the reason is plain. */

import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { EcholotError } from '../../src/core/errors.ts';
import type { SelfTestRecord } from '../../src/facts/instrument.ts';
import type { Measurement } from '../../src/measure/exchange/run.ts';
import { type RunOptions, startRun } from '../../src/measure/exchange/run.ts';
import { MeasureError } from '../../src/measure/outcome.ts';
import type { Engine } from '../../src/net/engine.ts';
import { MemoryNetwork } from '../../src/net/memory/network.ts';
import { createLoopEngine } from '../../src/net/session/session-loop.ts';
import { rawOf } from '../analysis/recordings.ts';
import { MockEngine, type ScriptedSession } from './mock-engine.ts';
import { advance, collect, failureOf, ofKind } from './watching.ts';

const MS = 1_000_000;
const OPTIONS = {
  host: 'echo.example',
  port: 9_900,
  protocol: 'size-first',
  type: 'rtt',
  sizes: [10, 20, 30, 40],
  probes: 5,
} as const;
const RTTS = [500, 400, 300, 200, 100];
const GOOD: ScriptedSession = { rttNs: RTTS };

function refused(): EcholotError {
  return new EcholotError('peer', 'the server refused probe 3', {
    expected: 'm abc 3',
    received: '404 ERROR',
    advice: 'look at the log of the server',
  });
}

/** A clock that has run for an hour, and an engine over it. */
function setting(sessions: readonly ScriptedSession[], prepare?: () => Promise<SelfTestRecord | undefined>) {
  const clock = new VirtualClock();
  advance(clock, 3_600_000_000_000n);
  const engine = new MockEngine(clock, prepare === undefined ? { sessions } : { sessions, prepare });
  const start = (options: Partial<RunOptions> = {}): Measurement =>
    startRun({ engine, clock, analyse }, { ...OPTIONS, ...options });
  return { clock, engine, start };
}

const THIRD_FAILS = [GOOD, GOOD, { rttNs: RTTS, failure: { probe: 2, error: refused() } }];

describe('a failure in the third session', () => {
  test('keeps the first two sessions whole and what there was of the third', async () => {
    const { clock, start } = setting(THIRD_FAILS);
    const { result } = await failureOf(clock, start());
    expect(result.blocks.map(({ workload }) => workload.payloadBytes)).toEqual([10, 20, 30]);
    expect(result.blocks.map((block) => rawOf(block).rttNs)).toEqual([RTTS, RTTS, [500, 400]]);
    expect(result.series[2]?.statistics?.rttNs).toMatchObject({ n: 2, mean: 450 });
    expect(rawOf(result.blocks[2]).sentAtNs).toHaveLength(2);
  });

  test('says whose fault it was, in the error and in the file alike', async () => {
    const { clock, start } = setting(THIRD_FAILS);
    const error = await failureOf(clock, start());
    const told = {
      code: 'peer',
      message: 'the server refused probe 3',
      advice: 'look at the log of the server',
      expected: 'm abc 3',
      received: '404 ERROR',
      phase: 'measurement',
    } as const;
    expect(error).toMatchObject(told);
    expect(error).toBeInstanceOf(EcholotError);
    expect(error.cause).toBeInstanceOf(EcholotError);
    expect(error.result.outcome).toEqual({ status: 'failed', error: told });
  });

  test('ends the run: no further session is opened, and the failed one is closed', async () => {
    const { clock, engine, start } = setting(THIRD_FAILS);
    await failureOf(clock, start());
    expect(engine.plans).toHaveLength(3);
    expect(engine.closed).toBe(3);
  });

  test('is told in the events as far as it went, and they come to an end', async () => {
    const { clock, start } = setting(THIRD_FAILS);
    const run = start();
    const events = await clock.drive(collect(run));
    expect(ofKind(events, 'block-end')).toHaveLength(3);
    expect(ofKind(events, 'samples').map(({ rttNs }) => rttNs)).toEqual([RTTS, RTTS, [500, 400]]);
    await expect(run.result).rejects.toBeInstanceOf(MeasureError);
  });

  test('leaves a file that can be written and read', async () => {
    const { clock, start } = setting(THIRD_FAILS);
    const { result } = await failureOf(clock, start());
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});

describe('failures at the edges', () => {
  test('a session that fails at its first probe is on record, without made-up statistics', async () => {
    const { clock, start } = setting([{ rttNs: RTTS, failure: { probe: 0, error: refused() } }]);
    const { result } = await failureOf(clock, start());
    expect(result.blocks).toHaveLength(1);
    expect(result.blocks[0]).toMatchObject({ samples: { rttNs: [], sentAtNs: [] }, echoForm: null });
  });

  test('a session that fails in its warm-up has no statistics, and no more warm-up than it had', async () => {
    const { clock, start } = setting([{ rttNs: RTTS, failure: { probe: 2, error: refused() } }]);
    const { result } = await failureOf(clock, start({ warmupProbes: 3 }));
    expect(result.blocks[0]).toMatchObject({ samples: { rttNs: [500, 400], warmupProbes: 2 } });
  });

  test('a session that never stood is not on record', async () => {
    const refusal = new EcholotError('network', 'connection refused');
    const { clock, start } = setting([GOOD, { rttNs: RTTS, refusal }, GOOD]);
    const { result } = await failureOf(clock, start());
    expect(result.blocks).toHaveLength(1);
    expect(result.outcome.error?.code).toBe('network');
  });

  test('a fault of echolot itself is called one, and still keeps what was measured', async () => {
    const error = new TypeError('x is not a function') as unknown as EcholotError;
    const { clock, start } = setting([GOOD, { rttNs: RTTS, failure: { probe: 1, error } }]);
    const failure = await failureOf(clock, start());
    expect(failure.code).toBe('internal');
    expect(failure.message).toContain('x is not a function');
    expect(failure.advice).toContain('bug');
    expect(failure.result.blocks).toHaveLength(2);
  });

  test('a self-test that fails ends the run with a result whose duration is that of the run', async () => {
    const { clock, start } = setting([GOOD], () => Promise.reject(new Error('no loopback')));
    const { result } = await failureOf(clock, start());
    expect(result.blocks).toEqual([]);
    expect(result.runs[0]?.durationNs).toBe(0);
    expect(result.outcome.error).toMatchObject({ code: 'internal', message: 'no loopback' });
  });

  test('durations are never negative', async () => {
    for (const sessions of [THIRD_FAILS, [GOOD]]) {
      const { clock, start } = setting(sessions);
      const result = await clock.drive(start().result.catch((error: MeasureError) => error.result));
      expect(result.runs[0]?.durationNs).toBeGreaterThan(0);
      for (const block of result.blocks) {
        const { sentAtNs, rttNs } = rawOf(block);
        expect(Math.min(block.connectNs, ...sentAtNs, ...rttNs)).toBeGreaterThanOrEqual(0);
      }
    }
  });
});

describe('a run nobody watches', () => {
  /** Rejections nobody handled while `action` ran; Node ends a program for one of them. */
  async function unhandledDuring(action: () => Promise<unknown>): Promise<unknown[]> {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => {
      unhandled.push(reason);
    };
    process.on('unhandledRejection', note);
    await action();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    return unhandled;
  }

  test('comes to its end when nobody iterates', async () => {
    const { clock, start } = setting([GOOD]);
    const result = await clock.drive(start().result);
    expect(result.blocks).toHaveLength(4);
  });

  test('does not end the program that only iterates and never asks for the result', async () => {
    const { clock, start } = setting(THIRD_FAILS);
    expect(await unhandledDuring(() => clock.drive(collect(start())))).toEqual([]);
  });

  test('does not end the program that started it and went away', async () => {
    const { clock, start } = setting(THIRD_FAILS);
    const unhandled = await unhandledDuring(async () => {
      start();
      await clock.drive(new Promise<void>((resolve) => clock.wakeAt(clock.nowNs() + 10n ** 12n, resolve)));
    });
    expect(unhandled).toEqual([]);
  });
});

describe('stopping a run', () => {
  async function cancelAt(clock: VirtualClock, run: Measurement, cancel: () => void): Promise<MeasureError> {
    const watching = (async (): Promise<void> => {
      for await (const event of run) if (event.kind === 'block' && event.index === 1) cancel();
    })();
    const error = await failureOf(clock, run);
    await clock.drive(watching);
    return error;
  }

  const stops = [
    [
      'cancel()',
      (start: (options?: Partial<RunOptions>) => Measurement) => {
        const run = start();
        return { run, stop: () => run.cancel() };
      },
    ],
    [
      'an AbortSignal',
      (start: (options?: Partial<RunOptions>) => Measurement) => {
        const controller = new AbortController();
        return { run: start({ signal: controller.signal }), stop: () => controller.abort() };
      },
    ],
  ] as const;

  test.each(stops)('%s ends it as cancelled, with all that was measured', async (_name, begin) => {
    const { clock, engine, start } = setting([GOOD]);
    const { run, stop } = begin(start);
    const error = await cancelAt(clock, run, stop);
    expect(error.code).toBe('cancelled');
    expect(error.result.outcome).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' } });
    expect(rawOf(error.result.blocks[0]).rttNs).toEqual(RTTS);
    expect(error.result.blocks).toHaveLength(2);
    expect(engine.closed).toBe(2);
    expect(JSON.parse(JSON.stringify(error.result))).toEqual(error.result);
  });

  test('a signal that was aborted before ends it before anything is sent', async () => {
    const { clock, engine, start } = setting([GOOD]);
    const error = await failureOf(clock, start({ signal: AbortSignal.abort() }));
    expect(error.code).toBe('cancelled');
    expect(error.result.blocks).toEqual([]);
    expect(engine.closed).toBe(0);
  });

  test('cancel() works as well on a run that was also given a signal', async () => {
    const { clock, start } = setting([GOOD]);
    const run = start({ signal: new AbortController().signal });
    const error = await cancelAt(clock, run, () => run.cancel());
    expect(error.code).toBe('cancelled');
  });

  test('cancelling a run that is over changes nothing', async () => {
    const { clock, start } = setting([GOOD]);
    const run = start();
    const result = await clock.drive(run.result);
    run.cancel();
    expect(await run.result).toBe(result);
    expect(result.outcome.status).toBe('complete');
  });
});

describe('stopping a run on the wire', () => {
  /** A server that takes every byte and says nothing. */
  async function silentServer(): Promise<{ clock: VirtualClock; engine: Engine }> {
    const clock = new VirtualClock();
    const network = new MemoryNetwork(clock, { latencyNs: 10 * MS });
    const deaf = { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => {} };
    await network.listen({ port: OPTIONS.port }, () => deaf);
    return { clock, engine: createLoopEngine('memory', network) };
  }

  test.each([
    ['while it connects', 5 * MS],
    ['while it waits for the answer to the setup', 500 * MS],
  ])('Ctrl-C %s does not wait for the time-out', async (_when, atNs) => {
    const { clock, engine } = await silentServer();
    const run = startRun({ engine, clock, analyse }, OPTIONS);
    clock.wakeAt(BigInt(atNs), () => run.cancel());
    const error = await failureOf(clock, run);
    expect(error.code).toBe('cancelled');
    expect(error.result.runs[0]?.durationNs).toBeLessThan(1_000 * MS);
  });

  test('Ctrl-C while it finds out the dialect tries no further one', async () => {
    const { clock, engine } = await silentServer();
    const run = startRun({ engine, clock, analyse }, { ...OPTIONS, protocol: 'auto' });
    clock.wakeAt(BigInt(500 * MS), () => run.cancel());
    const error = await failureOf(clock, run);
    expect(error.code).toBe('cancelled');
    expect(error.result.dialect.attempts).toEqual([]);
    expect(error.result.runs[0]?.durationNs).toBeLessThan(1_000 * MS);
  });

  test('a plain echo that never came leaves no form of echo on record', async () => {
    const { clock, engine } = await silentServer();
    const { result } = await failureOf(
      clock,
      startRun({ engine, clock, analyse }, { ...OPTIONS, protocol: 'plain' }),
    );
    expect(result.blocks[0]).toMatchObject({ samples: { rttNs: [] }, echoForm: null });
  });
});
