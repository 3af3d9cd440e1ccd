/** What cannot be asked for is told before anything is sent, in words that say what can. */
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../../src/core/errors.ts';
import {
  announcedProbes,
  type PacedOptions,
  type PacedPlan,
  planPaced,
} from '../../../src/measure/paced/paced-plan.ts';

function planOf(options: Partial<PacedOptions> = {}): PacedPlan {
  return planPaced({ host: 'server.example', port: 7, ...options });
}

/** As from a program without types. */
function refusalOf(options: Readonly<Record<string, unknown>>): string {
  try {
    planPaced({ host: 'server.example', port: 7, ...options } as unknown as PacedOptions);
  } catch (error) {
    if (error instanceof EcholotError && error.code === 'usage') return `${error.message}; ${error.advice}`;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('a rate alone is ten seconds of even distances after half a second of warm-up', () => {
  expect(planOf({ ratesPerSecond: [2_000] })).toMatchObject({
    ...{ connections: 1, inFlight: 1_024, ratesPerSecond: [2_000], arrivals: 'uniform' },
    ...{ stepNs: 10_000_000_000, warmupNs: 500_000_000, payloadBytes: 1_000, protocol: 'auto' },
  });
});

test('without a rate it is a closed loop with one probe under way', () => {
  expect(planOf({ connections: 8 })).toMatchObject({
    ...{ connections: 8, inFlight: 1, ratesPerSecond: [], arrivals: undefined },
  });
});

test('two runs have other moments, unless the seed is given', () => {
  expect(planOf({ seed: 7 }).seed).toBe(7);
  expect(planOf().seed).not.toBe(planOf().seed);
});

describe('refused in a sentence', () => {
  test.each([
    ['a rate of 0', { ratesPerSecond: [0] }, /rate cannot be 0 probes a second; choose one above 0/],
    ['a rate of a billion', { ratesPerSecond: [1e9] }, /rate cannot be 1000000000 .* up to 1000000 a second/],
    [
      'a step in which nothing would be due',
      { ratesPerSecond: [1_000, 0.05], stepMs: 10_000 },
      /at 0\.05\/s a step of 10 s has less than one probe; use a longer duration/,
    ],
    ['a rate below 0', { ratesPerSecond: [-5] }, /rate cannot be -5/],
    ['a rate that is no number', { ratesPerSecond: [Number.NaN] }, /rate cannot be NaN/],
    ['a rate without end', { ratesPerSecond: [Number.POSITIVE_INFINITY] }, /rate cannot be Infinity/],
    ['a rate in words', { ratesPerSecond: ['fast'] }, /rate cannot be fast/],
    ['a rate that is no list', { ratesPerSecond: 1_000 }, /rates are a list, not 1000; give \[1000\]/],
    [
      'too many steps',
      { ratesPerSecond: new Array(21).fill(10) },
      /21 rates are too many .*; name 20 at most/,
    ],
    ['arrivals of no rate', { arrivals: 'poisson' }, /arrivals are those of a rate/],
    [
      'other arrivals',
      { ratesPerSecond: [1], arrivals: 'bursty' },
      /no kind of arrivals bursty; choose uniform or poisson/,
    ],
    ['several sizes', { sizes: [1, 100] }, /have one size; name one/],
    ['no size', { sizes: [] }, /have one size/],
    ['a size of 0', { sizes: [0] }, /the size cannot be 0/],
    ['throughput', { type: 'throughput' }, /have times, and no throughput; leave out the type/],
    ['no connection', { connections: 0 }, /number of connections cannot be 0; choose .* from 1 to 1000/],
    ['half a probe in flight', { inFlight: 0.5 }, /number of probes in flight cannot be 0.5/],
    [
      'more in flight than memory has room for',
      { connections: 1_000, inFlight: 2_000 },
      /1000 connections with 2000 probes in flight each are more than 1048576 in all; use fewer/,
    ],
    ['a step of a moment', { stepMs: 10 }, /duration cannot be 10 ms; choose from 100 ms/],
    ['a step of a day', { stepMs: 86_400_000 }, /duration cannot be/],
    ['a delay of a plain echo', { protocol: 'plain', serverDelayMs: 1 }, /plain echo server cannot be asked/],
    ['a dialect that there is not', { protocol: 'klingon' }, /no dialect klingon/],
    ['blocks', { blocks: 10 }, /there is no option blocks/],
    [
      'more probes on a connection than servers take',
      { ratesPerSecond: [20_000], stepMs: 600_000 },
      /a connection carries 1000000 probes at most, and \d+ would be due on each; use 13 connections or more/,
    ],
  ])('%s', (_what, options, words) => {
    expect(refusalOf(options)).toMatch(words);
  });
});

describe('the setup announces', () => {
  test('all that may be due, since a server refuses what goes beyond', () => {
    const plan = planOf({ ratesPerSecond: [1_000, 2_000], stepMs: 10_000, warmupMs: 0, arrivals: 'poisson' });
    expect(announcedProbes(plan)).toBeGreaterThan(30_000 + 6 * Math.sqrt(30_000));
  });

  test('what a dialect asks for at least', () => {
    const plan = planOf({ ratesPerSecond: [0.1], protocol: 'sample' });
    expect(announcedProbes(plan)).toBeGreaterThanOrEqual(2);
  });

  test('no more than servers take', () => {
    expect(announcedProbes(planOf())).toBe(1_000_000);
    const plan = planOf({ ratesPerSecond: [20_000], stepMs: 600_000, connections: 20 });
    expect(announcedProbes(plan)).toBe(1_000_000);
  });
});
