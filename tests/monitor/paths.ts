/** Simulated paths: the logarithm of a metric, interval after interval, of the ways in which paths are unsteady. */
import type { Random } from '../../src/stats/distributions/random.ts';
import { normalDraw } from '../stats/simulate.ts';

/** Intervals of ten seconds. */
export const PER_HOUR = 360;
export const PER_DAY = 24 * PER_HOUR;

/** Of recorded runs so many at least and at most follow each other as they did. */
const STRETCH = { least: 60, most: 600 } as const;

/** The next logarithm. */
export type Path = () => number;

export const PATHS: Readonly<Record<string, (random: Random) => Path>> = {
  'quiet (noise 0.3 %)': (random) => () => 0.003 * normalDraw(random),
  'noise 1 %': (random) => () => 0.01 * normalDraw(random),
  'noise 5 %': (random) => () => 0.05 * normalDraw(random),
  'noise 20 %': (random) => () => 0.2 * normalDraw(random),
  'correlated (5 %, memory 5 min)': (random) => autoregressive(random, 0.05, 30, 0.02),
  'correlated (10 %, memory 1 h)': (random) => autoregressive(random, 0.1, 360, 0.02),
  'random walk (5 % an hour)': (random) => {
    let level = 0;
    return () => {
      level += (0.05 / Math.sqrt(PER_HOUR)) * normalDraw(random);
      return level + 0.02 * normalDraw(random);
    };
  },
  'by day (15 %, noise 2 %)': (random) => {
    let i = Math.floor(random() * PER_DAY);
    return () => 0.15 * Math.sin((2 * Math.PI * i++) / PER_DAY) + 0.02 * normalDraw(random);
  },
  'busy by day (30 %, steep)': (random) => {
    let i = Math.floor(random() * PER_DAY);
    return () => {
      const busy = 1 / (1 + Math.exp(-12 * Math.sin((2 * Math.PI * i++) / PER_DAY)));
      return 0.3 * busy + (0.01 + 0.05 * busy) * normalDraw(random);
    };
  },
  'heavy tails (t2, 3 %)': (random) => () => 0.03 * heavy(random),
  'bursts (x1.5, every 2 h, 1 to 30)': (random) => {
    let left = 0;
    return () => {
      if (left > 0) left--;
      else if (random() < 1 / 720) left = 1 + Math.floor(30 * random());
      return (left > 0 ? Math.log(1.5) : 0) + 0.02 * normalDraw(random);
    };
  },
  'moods (x0.7 to x1.4, minutes to hours)': (random) => {
    let level = 0;
    let left = 0;
    return () => {
      if (left-- <= 0) {
        level = 0.2 * normalDraw(random);
        left = Math.floor(10 + 360 * random() ** 3 * 3);
      }
      return level + 0.04 * normalDraw(random);
    };
  },
  'steps (20 %, once a day: true changes)': (random) => {
    let level = 0;
    return () => {
      if (random() < 1 / PER_DAY) level += random() < 0.5 ? 0.2 : -0.2;
      return level + 0.02 * normalDraw(random);
    };
  },
};

/** Runs that were recorded, in stretches as they followed each other, one after another by chance. */
export function redrawn(logs: readonly number[], random: Random): Path {
  let at = 0;
  let left = 0;
  return () => {
    if (left-- <= 0) {
      left = STRETCH.least + Math.floor(random() * (STRETCH.most - STRETCH.least));
      at = Math.floor(random() * logs.length);
    }
    return logs[at++ % logs.length] as number;
  };
}

/** Of first order: of so much scatter in all and so many intervals of memory, and noise of its own in each interval. */
function autoregressive(random: Random, scatter: number, memory: number, noise: number): Path {
  const kept = Math.exp(-1 / memory);
  let state = normalDraw(random);
  return () => {
    state = kept * state + Math.sqrt(1 - kept ** 2) * normalDraw(random);
    return scatter * state + noise * normalDraw(random);
  };
}

/** Student's t of two degrees of freedom. */
function heavy(random: Random): number {
  const chiSquare = -2 * Math.log(1 - random());
  return normalDraw(random) / Math.sqrt(chiSquare / 2);
}
