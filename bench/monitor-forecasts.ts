/**
 * How often the interval that a monitor gives for the median of the next day, and of the next hour, holds it: simulated paths, the
 * same ones every time, and one drawn from recorded runs. Nothing is measured here.
 * `node bench/monitor-forecasts.ts [--days N] [--trials N] [--only TEXT]`
 */
import { parseArgs } from 'node:util';
import { type Expectation, expectedNext } from '../src/monitor/history/expected.ts';
import { levelOf, type Unit, unitsWithin } from '../src/monitor/history/units.ts';
import { type Random, seededRandom } from '../src/stats/distributions/random.ts';
import { quantile, sorted } from '../src/stats/quantile/quantiles.ts';
import { PATHS, type Path, PER_DAY, redrawn } from '../tests/monitor/paths.ts';
import { recordedLogs } from './monitor-runs.ts';

const STEP_MS = 10_000;
const DAY_MS = PER_DAY * STEP_MS;
const HOUR_MS = DAY_MS / 24;
/** Every so many-th interval is kept: a month is thirty times as quick. */
const STRIDE = 30;

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '7' },
    trials: { type: 'string', default: '100' },
    only: { type: 'string', default: '' },
  },
});
const days = Number(values.days);
const trials = Number(values.trials);
const recorded = {
  'p50 of recorded runs': (random: Random): Path => redrawn(recordedLogs('p50'), random),
};

console.log(
  `a history of ${days} days, ${trials} trials (seeds 1 to ${trials}): how often the 95 % interval`,
);
console.log('held the truth, and the median of its half-width');
console.log('path | next day | next hour | next interval');
for (const [name, pathOf] of Object.entries({ ...PATHS, ...recorded })) {
  if (!name.includes(values.only)) continue;
  const kept = { day: tally(), hour: tally(), interval: tally() };
  for (let seed = 1; seed <= trials; seed++) {
    const units = unitsOfPath(pathOf(seededRandom(seed)));
    const atMs = days * DAY_MS;
    const history = unitsWithin(units, 0, atMs);
    const truths = {
      day: levelOf(unitsWithin(units, atMs, atMs + DAY_MS)),
      hour: levelOf(unitsWithin(units, atMs, atMs + HOUR_MS)),
      interval: levelOf(unitsWithin(units, atMs, atMs + STRIDE * STEP_MS)),
    };
    for (const horizon of ['day', 'hour', 'interval'] as const) {
      kept[horizon].add(expectedNext(history, horizon, atMs), Math.exp(truths[horizon] as number));
    }
  }
  console.log([name, kept.day.text(), kept.hour.text(), kept.interval.text()].join(' | '));
}

interface Tally {
  readonly add: (expected: Expectation | null, truth: number) => void;
  readonly text: () => string;
}

function tally(): Tally {
  let held = 0;
  const widths: number[] = [];
  return {
    add: (expected, truth) => {
      if (expected === null) return;
      if (expected.low <= truth && truth <= expected.high) held++;
      widths.push(Math.log(expected.high / expected.low) / 2);
    },
    text: () => {
      if (widths.length === 0) return 'none';
      const width = (100 * quantile(sorted(widths), 0.5)).toFixed(1);
      return `${((100 * held) / widths.length).toFixed(0)} % +-${width} %`;
    },
  };
}

function unitsOfPath(path: Path): readonly Unit[] {
  return Array.from({ length: ((days + 1) * PER_DAY) / STRIDE }, (_, i) => {
    const value = 1e6 * Math.exp(path());
    for (let skipped = 1; skipped < STRIDE; skipped++) path();
    return { fromMs: i * STRIDE * STEP_MS, value };
  });
}
