/** What the figures of paced probes must not hide: a server that stalls, one that is saturated, probes that nobody answered. */
import { describe, expect, test } from 'vitest';
import { analysePaced } from '../../../src/analysis/paced/analyse-paced.ts';
import { isSaturated } from '../../../src/analysis/paced/saturation.ts';
import { CountedTimes } from '../../../src/measure/paced/counted-times.ts';
import type { PacedStepRecord } from '../../../src/result/paced/paced-result.ts';
import type { PacedDoubt, PacedStepStatistics } from '../../../src/result/paced/paced-statistics.ts';
import { quantile, sorted } from '../../../src/stats/quantile/quantiles.ts';
import { exponential, MS, type Queue, queuedStep, S } from './queues.ts';
import { connectionRecord, pacedRecording } from './recordings.ts';

const US = 1_000;

function statisticsOf(step: PacedStepRecord): PacedStepStatistics {
  const [statistics] = analysePaced(pacedRecording([step])).steps;
  if (statistics === undefined) throw new Error('the step has no statistics');
  return statistics;
}

function doubtsOf(
  step: PacedStepRecord,
  over: Parameters<typeof pacedRecording>[1] = {},
): readonly PacedDoubt[] {
  return analysePaced(pacedRecording([step], over)).doubts;
}

/** The same step, one in twenty of whose probes this program sent so much too late. */
function lateBy(ns: number, step: PacedStepRecord): PacedStepRecord {
  const byThread = Math.floor(step.counts.sent / 20);
  const lateness = new CountedTimes();
  for (let i = 0; i < step.counts.sent; i++) lateness.add(i < byThread ? ns : 0);
  return { ...step, late: { ...step.late, lateness: lateness.record, byThread } };
}

/** Nothing is served in the first 50 ms of each second. */
function afterStall(atNs: number): number {
  const intoNs = atNs % S;
  return intoNs < 50 * MS ? atNs - intoNs + 50 * MS : atNs;
}

describe('a server that stands still for 50 ms in each second, asked 1,000 times a second', () => {
  const stalled = queuedStep({ perSecond: 1_000, opensNs: afterStall });
  const { response, service } = statisticsOf(stalled.record);

  test.each([
    ['p50', 0.5],
    ['p90', 0.9],
    ['p99', 0.99],
    ['p99_9', 0.999],
  ] as const)('the %s of the response time is that of all requests, within a fiftieth', (name, p) => {
    const truth = quantile(sorted(stalled.responseNs), p);
    const value = response?.[name].value ?? 0;
    expect(Math.abs(value / truth - 1)).toBeLessThan(0.02);
  });

  test('what users of it would wait is there: 40 ms for one in a hundred', () => {
    expect(response?.p99.value).toBeGreaterThan(38 * MS);
    expect(response?.p50.value).toBeLessThan(0.2 * MS);
  });

  test('who waits for each answer before asking again would not have seen it', () => {
    const waiting = statisticsOf(queuedStep({ perSecond: 1_000, opensNs: afterStall, inFlight: 1 }).record);
    expect(waiting.service?.p99.value).toBeLessThan(1 * MS);
    expect(waiting.response?.p99.value).toBeGreaterThan(38 * MS);
    expect(service?.p99.value).toBeGreaterThan(38 * MS);
  });

  test('answers that did not come count: what is told is not the rate between two stalls', () => {
    const { record } = queuedStep({ perSecond: 1_000 });
    const parts = record.parts.map((part, i) => ({ ...part, answered: i < 4 ? 0 : part.answered }));
    const { answeredPerSecond } = statisticsOf({ ...record, askedPerSecond: null, parts });
    expect(answeredPerSecond.value).toBeCloseTo(600, 0);
  });

  test('a rate of less than one in each part of the step is not told as none', () => {
    const { record } = queuedStep({ perSecond: 0.4 });
    expect(record.parts.filter(({ answered }) => answered === 0).length).toBeGreaterThan(5);
    expect(statisticsOf(record).answeredPerSecond.value).toBeCloseTo(0.4);
  });

  test('it is not saturated', () => {
    expect(isSaturated(stalled.record)).toBe(false);
  });
});

describe('saturation', () => {
  const LOADED: readonly (readonly [string, (meanNs: number) => Queue['serviceNs']])[] = [
    ['M/M/1', exponential],
    ['M/D/1', (meanNs) => () => meanNs],
  ];
  const loaded = (
    utilisation: number,
    over: Partial<Queue>,
    service: (typeof LOADED)[number][1],
  ): PacedStepRecord => {
    const perSecond = over.perSecond ?? 1_000;
    const serviceNs = service((utilisation * S) / perSecond) ?? (() => 0);
    return queuedStep({ perSecond, arrivals: 'poisson', serviceNs, ...over }).record;
  };

  test.each(LOADED)('nobody is alarmed by an %s at four fifths of what it can do', (_name, service) => {
    const alarms: string[] = [];
    for (const perSecond of [50, 1_000]) {
      for (const inFlight of [1, 1_024]) {
        for (let seed = 1; seed <= 6; seed++) {
          if (isSaturated(loaded(0.8, { perSecond, inFlight, seed }, service))) {
            alarms.push(`${perSecond}/s, ${inFlight} in flight, seed ${seed}`);
          }
        }
      }
    }
    expect(alarms).toEqual([]);
  });

  test.each([1.1, 2, 10])(
    'a server that is asked for %s times what it can do is found out',
    (utilisation) => {
      for (const inFlight of [1, 64, 1_024]) {
        for (const [, service] of LOADED) {
          expect(isSaturated(loaded(utilisation, { inFlight }, service))).toBe(true);
        }
      }
    },
  );

  test('a step of five seconds is long enough to tell', () => {
    expect(isSaturated(loaded(1.2, { stepNs: 5 * S }, exponential))).toBe(true);
  });

  test('one whose last answers nobody waited for is found out by what was sent and not answered', () => {
    const slow = queuedStep({ perSecond: 20, serviceNs: () => 300 * MS }).record;
    const unheard = slow.parts.map((part, i) => (i < 3 ? part : { ...part, response: null, service: null }));
    expect(isSaturated({ ...slow, parts: unheard })).toBe(true);
    const rare = queuedStep({ perSecond: 0.4, stepNs: 600 * S }).record;
    expect(isSaturated(rare)).toBe(false);
  });

  test('a step that was cut off before there was a trend tells nothing', () => {
    const whole = loaded(2, {}, exponential);
    const cut = {
      ...whole,
      isComplete: false,
      toAtNs: whole.fromAtNs + 3.5 * S,
      parts: whole.parts.slice(0, 4),
    };
    expect(isSaturated(cut)).toBe(false);
  });
});

describe('probes that nobody answered', () => {
  const overloaded = queuedStep({ perSecond: 1_000, inFlight: 1, serviceNs: () => 2 * MS }).record;

  test('are longer than all others, and no percentile among them has a value', () => {
    const { response, missing, backlog } = statisticsOf(overloaded);
    expect(missing).toBe(overloaded.counts.due - overloaded.counts.answered);
    expect(missing).toBeGreaterThan(4_500);
    expect(backlog).toBe(missing);
    expect(response?.p90).toEqual({ value: null, interval: null, refused: 'missing' });
    expect(response?.p99_99.value).toBeNull();
  });

  test('that were never sent have no service time', () => {
    expect(statisticsOf(overloaded).service?.p99).toMatchObject({ value: expect.closeTo(2 * MS, -4) });
  });

  test('move the median up, and not down, which is what leaving them out would do', () => {
    const { response } = statisticsOf({ ...overloaded, counts: { ...overloaded.counts, due: 5_400 } });
    const left = statisticsOf({
      ...overloaded,
      counts: { ...overloaded.counts, due: overloaded.counts.answered },
    });
    expect(response?.p50.value ?? 0).toBeGreaterThan(left.response?.p50.value ?? Number.POSITIVE_INFINITY);
  });
});

describe('intervals', () => {
  test('stand on the parts, and hold the value', () => {
    const { response, answeredPerSecond } = statisticsOf(
      queuedStep({ perSecond: 2_000, arrivals: 'poisson', serviceNs: exponential(0.2 * MS) }).record,
    );
    for (const estimate of [response?.p50, response?.p90, response?.p99, answeredPerSecond]) {
      const { value, interval, refused } = estimate ?? {};
      expect(refused).toBeNull();
      expect(interval?.method).toBe('block-t');
      expect(interval?.low).toBeLessThan(value ?? 0);
      expect(interval?.high).toBeGreaterThan(value ?? 0);
    }
  });

  test('of percentiles that no part can tell there are none', () => {
    const { response } = statisticsOf(queuedStep({ perSecond: 1_000 }).record);
    expect(response?.p99_9).toMatchObject({ interval: null, refused: 'far-out' });
    expect(response?.p99_99).toMatchObject({ interval: null, refused: 'too-few-samples' });
  });

  test('parts with a handful of probes make none of a p99', () => {
    const { response } = statisticsOf(queuedStep({ perSecond: 100 }).record);
    expect(response?.p99).toMatchObject({ interval: null, refused: 'too-few-samples' });
    expect(response?.p50.refused).toBeNull();
  });

  test('four parts make none of anything', () => {
    const whole = queuedStep({ perSecond: 1_000 }).record;
    const cut = { ...whole, isComplete: false, parts: whole.parts.slice(0, 5) };
    expect(statisticsOf(cut).response?.p50.refused).toBe('too-few-blocks');
    expect(statisticsOf(cut).answeredPerSecond.refused).toBe('too-few-blocks');
  });

  test('hold the true median of a stable queue in nearly all runs', () => {
    // M/M/1: response times are exponential, with the mean 1 / (service rate - arrival rate).
    const truth = (Math.LN2 * S) / (2_000 - 1_000);
    let held = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const serviceNs = exponential(0.5 * MS);
      const { record } = queuedStep({ perSecond: 1_000, arrivals: 'poisson', serviceNs, seed });
      const { interval } = statisticsOf(record).response?.p50 ?? {};
      if (interval && interval.low <= truth && truth <= interval.high) held++;
    }
    expect(held).toBeGreaterThanOrEqual(18);
  });
});

describe('doubts', () => {
  const fine = queuedStep({ perSecond: 20_000, serviceNs: () => 10_000 }).record;

  test('a run that is fine has none, whichever percentile is too far out for it', () => {
    for (const perSecond of [2, 100, 1_000]) {
      expect(doubtsOf(queuedStep({ perSecond }).record)).toEqual([]);
    }
    expect(doubtsOf(fine)).toEqual([]);
  });

  test('a protocol without pipelines is one where a rate is held up by that, or all that is asked for', () => {
    const server = { protocol: 'hello', readyText: null, inFlight: 1, messageBytes: 107 } as const;
    const kindsOf = (byAnswer: number, ratesPerSecond: readonly number[]): string[] => {
      const { plan } = pacedRecording([fine]);
      return doubtsOf(
        { ...fine, late: { ...fine.late, byAnswer } },
        { server, plan: { ...plan, ratesPerSecond } },
      ).map(({ kind }) => kind);
    };
    expect(kindsOf(10, [20_000])).toEqual([]);
    expect(kindsOf(5_000, [20_000])).toEqual(['no-pipelining', 'in-flight-limit']);
    expect(kindsOf(0, [])).toEqual(['no-pipelining']);
  });

  test('how late this program was is told where nothing else made probes late', () => {
    const of = (byAnswer: number): readonly PacedDoubt[] =>
      doubtsOf({ ...fine, late: { ...lateBy(MS, fine).late, byAnswer } });
    expect(of(0)).toMatchObject([{ kind: 'generator-late', p99Ns: expect.any(Number) }]);
    expect(of(1_000)).toMatchObject([{ kind: 'generator-late', p99Ns: null }]);
  });

  test('a program that is late by little beside what a response takes is not blamed for it', () => {
    const kindsOf = (serviceNs: number): string[] => {
      const { record } = queuedStep({ perSecond: 200, serviceNs: () => serviceNs });
      return doubtsOf(lateBy(300 * US, record)).map(({ kind }) => kind);
    };
    expect(kindsOf(0.1 * MS)).toContain('generator-late');
    expect(kindsOf(4.9 * MS)).toContain('generator-late');
    expect(
      doubtsOf(lateBy(90 * US, queuedStep({ perSecond: 200, serviceNs: () => 4.9 * MS }).record)),
    ).toEqual([]);
  });

  test('of this program come first: it was stopped, it was late', () => {
    expect(doubtsOf(lateBy(MS, fine), { continuedAtNs: [5 * S] }).map(({ kind }) => kind)).toEqual([
      'suspended',
      'generator-late',
    ]);
  });

  test('a server that is too slow: probes waited for answers, the rate was not kept, the queue grew', () => {
    const slow = queuedStep({ perSecond: 1_000, inFlight: 8, serviceNs: () => 2 * MS }).record;
    const doubts = doubtsOf(slow);
    expect(doubts.map(({ kind }) => kind).slice(0, 3)).toEqual([
      'in-flight-limit',
      'rate-not-kept',
      'saturated',
    ]);
    expect(doubts[1]).toMatchObject({ askedPerSecond: 1_000, sentPerSecond: expect.closeTo(500, -1) });
  });

  test('connections that differ, as long as they stand', () => {
    const share = (answered: number) => ({ sent: answered, answered, serviceP50Ns: 100_000 });
    const uneven = { ...fine, byConnection: [share(90_000), share(20_000), share(90_000)] };
    expect(doubtsOf(uneven)).toEqual([{ kind: 'uneven', step: 1, fewest: 20_000, most: 90_000 }]);
    const connections = [1, 2, 3].map((n) => ({ ...connectionRecord(n), lostAtNs: n === 2 ? S : null }));
    expect(doubtsOf(uneven, { connections }).map(({ kind }) => kind)).toEqual(['connection-lost']);
  });

  test('each is of its step', () => {
    const slow = queuedStep({ perSecond: 0.9 }).record;
    const { doubts } = analysePaced(pacedRecording([fine, slow]));
    expect(doubts).toEqual([{ kind: 'few-probes', step: 2, probes: 9 }]);
  });
});

test('a step of which nothing was answered has no times, and is no fault', () => {
  const none = queuedStep({ perSecond: 0.0001, arrivals: 'poisson' }).record;
  expect(statisticsOf(none)).toMatchObject({
    ...{ response: null, service: null, lateP50: null, lateMax: null, lateShare: 0, isSaturated: false },
    ...{ duePerSecond: 0, answeredPerSecond: { value: 0 } },
  });
});
