/**
 * How often a monitor tells a change where there is none, and how soon where there is one: simulated weeks, the same ones
 * every time, and weeks drawn from runs that were recorded. Nothing is measured here.
 * `node bench/monitor-alarms.ts [--weeks N] [--trials N] [--only TEXT]`
 */
import { parseArgs } from 'node:util';
import { newChangeState, observe } from '../src/monitor/changes/detector.ts';
import { type Random, seededRandom } from '../src/stats/distributions/random.ts';
import { quantile, sorted } from '../src/stats/quantile/quantiles.ts';
import { PATHS, type Path, PER_DAY, PER_HOUR, redrawn } from '../tests/monitor/paths.ts';
import { recordedLogs } from './monitor-runs.ts';

const STEP_MS = 10_000;
/** Before a shift, so many intervals are the path's history. */
const HISTORY = 6 * PER_HOUR;
/** Intervals within which a shift is to be told, and after which nobody waits any longer. */
const SOON = 10;
const PATIENCE = 120;
const SHIFTS = [
  { limit: 1.05, shift: 1.1 },
  { limit: 1.1, shift: 1.2 },
  { limit: 1.1, shift: 1 / 1.2 },
  { limit: 1.1, shift: 2 },
] as const;

const { values } = parseArgs({
  options: {
    weeks: { type: 'string', default: '3' },
    trials: { type: 'string', default: '20' },
    only: { type: 'string', default: '' },
  },
});
const weeks = Number(values.weeks);
const trials = Number(values.trials);
const recorded = {
  'p50 of recorded runs': (random: Random): Path => redrawn(recordedLogs('p50'), random),
  'p99 of recorded runs': (random: Random): Path => redrawn(recordedLogs('p99'), random),
};

console.log(`false alarms a week over ${weeks} weeks (seeds 1 to ${weeks}), the worst in brackets;`);
console.log(
  `shifts told within ${SOON} intervals, and at all, of ${trials} (seeds 1001 to ${1_000 + trials})`,
);
console.log(
  ['path', '> 10 %', '> 5 %', 'x1.1 > 5 %', 'x1.2 > 10 %', 'x0.83 > 10 %', 'x2 > 10 %', 'tellable'].join(
    ' | ',
  ),
);
for (const [name, pathOf] of Object.entries({ ...PATHS, ...recorded })) {
  if (!name.includes(values.only)) continue;
  const tenth = alarms(pathOf, 1.1);
  const cells = [
    tenth.text,
    alarms(pathOf, 1.05).text,
    ...SHIFTS.map(({ limit, shift }) => detections(pathOf, limit, shift)),
    tenth.tellable.toFixed(2),
  ];
  console.log([name, ...cells].join(' | '));
}

function alarms(pathOf: (random: Random) => Path, limit: number): { text: string; tellable: number } {
  const told: number[] = [];
  const tellable: number[] = [];
  for (let seed = 1; seed <= weeks; seed++) {
    const path = pathOf(seededRandom(seed));
    const state = newChangeState();
    let count = 0;
    let least = Number.NaN;
    for (let i = 0; i < 7 * PER_DAY; i++) {
      const finding = observe(state, i * STEP_MS, Math.exp(path()), limit);
      if (finding.verdict === 'changed') count++;
      least = finding.tellable ?? least;
    }
    told.push(count);
    tellable.push(least);
  }
  const mean = told.reduce((sum, count) => sum + count, 0) / weeks;
  return {
    text: `${mean.toFixed(1)} (${Math.max(...told)})`,
    tellable: quantile(sorted(tellable), 0.5),
  };
}

function detections(pathOf: (random: Random) => Path, limit: number, shift: number): string {
  let soon = 0;
  let ever = 0;
  for (let seed = 1_001; seed <= 1_000 + trials; seed++) {
    const path = pathOf(seededRandom(seed));
    const state = newChangeState();
    for (let i = 0; i < HISTORY; i++) observe(state, i * STEP_MS, Math.exp(path()), limit);
    for (let after = 1; after <= PATIENCE; after++) {
      const value = shift * Math.exp(path());
      if (observe(state, (HISTORY + after) * STEP_MS, value, limit).verdict !== 'changed') continue;
      if (after <= SOON) soon++;
      ever++;
      break;
    }
  }
  return `${soon}, ${ever}`;
}
