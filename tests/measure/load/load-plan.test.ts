/** What a load cannot be is said before anything is sent. */
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../../src/core/errors.ts';
import type { SocketOptions } from '../../../src/facts/socket.ts';
import { type LoadOptions, planLoad } from '../../../src/measure/load/load-plan.ts';

const TARGET = { host: 'server.example', port: 7 } as const;

/** As a program has it for its measurements, too. */
const QUICK: SocketOptions = { quickAck: true };

function refusalOf(options: Partial<LoadOptions>): string {
  try {
    planLoad({ ...TARGET, ...options });
  } catch (error) {
    if (error instanceof EcholotError && error.code === 'usage') return error.message;
    throw error;
  }
  return 'taken';
}

describe('refused by name', () => {
  test.each<[Partial<LoadOptions>, string]>([
    [{ bitsPerSecond: 0 }, 'the rate in bit/s cannot be 0'],
    [{ bitsPerSecond: Number.NaN }, 'the rate in bit/s cannot be NaN'],
    [{ socket: QUICK }, 'a load cannot acknowledge at once: quickAck is of measurements'],
    [{ streams: 0 }, 'the number of streams cannot be 0'],
    [{ streams: 10_000 }, 'the number of streams cannot be 10000'],
    [{ bytes: 0 }, 'the number of bytes cannot be 0'],
    [{ probeIntervalMs: 5_000 }, 'the probe interval cannot be 5000 ms'],
    [{ probeIntervalMs: 0 }, 'the probe interval cannot be 0 ms'],
    [{ phases: [{ name: 'down', durationMs: 0 }] }, 'the duration of down cannot be 0 ms'],
    [{ phases: [{ name: 'down', durationMs: Number.NaN }] }, 'the duration of down cannot be NaN ms'],
    [{ phases: [] }, 'no phase carries data'],
    [{ phases: [{ name: 'idle' }, { name: 'recovery' }] }, 'no phase carries data'],
    [{ phases: [{ name: 'down' }, { name: 'down' }] }, 'the phase down stands twice'],
    [{ phases: [{ name: 'down' }, { name: 'idle' }] }, 'idle is before all data'],
    [{ phases: [{ name: 'recovery' }, { name: 'up' }] }, 'recovery is after all data'],
    [{ phases: [{ name: 'sideways' as 'up' }] }, 'there is no phase sideways'],
    [{ echo: true, phases: [{ name: 'down' }] }, 'an echo goes both ways at once'],
    [
      {
        probeIntervalMs: 1,
        phases: Array.from(['idle', 'down', 'up'] as const, (name) => ({ name, durationMs: 3_600_000 })),
      },
      'a load cannot have so many probes',
    ],
  ])('%j', (options, message) => {
    expect(refusalOf(options)).toBe(message);
  });
});

test('what is left out has its default: 20 s, one stream, a probe each 10 ms', () => {
  const plan = planLoad(TARGET);
  expect(plan.phases.map(({ durationNs }) => durationNs / 1e9)).toEqual([3, 7, 7, 3]);
  expect([plan.streams, plan.probeIntervalNs, plan.bitsPerSecond]).toEqual([1, 10_000_000, undefined]);
});
