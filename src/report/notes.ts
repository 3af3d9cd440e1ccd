/** What the tables mean: of what their intervals are made, what is in the samples, and what measured them. */
import { figureText } from '../result/number-text.ts';
import type { Result } from '../result/result.ts';
import type { Interval, Refusal } from '../stats/estimate.ts';
import { addressLines } from './addresses.ts';
import { anatomyNotes } from './anatomy.ts';
import { connectionLines } from './connections.ts';
import { counted, percentText, rangeText, wrapped } from './text.ts';
import { timeText } from './units.ts';

const NS_PER_S = 1_000_000_000;

/** @returns '' where nothing was begun */
export function notes(result: Result): string {
  if (result.blocks.length === 0) return '';
  const lines = [
    ...intervalNotes(result),
    ...sampleNotes(result),
    ...anatomyNotes(result),
    ...result.runs.flatMap(({ addresses }) => addressLines(result.plan, addresses)),
    ...connectionLines(result),
    ...engineNotes(result),
  ];
  return lines.map((line) => wrapped(line, '  ')).join('');
}

/** An interval is worth as much as its units are alike to what was not measured. */
function intervalNotes(result: Result): string[] {
  const { series, runs, warnings } = result;
  const estimates = series.flatMap(({ statistics }) => statistics?.rttNs.estimates ?? []);
  const intervals = estimates.flatMap(({ interval }) => interval ?? []);
  const refused = new Set(estimates.map((estimate) => estimate.refused));
  // The doubt says it, and what to do.
  if (warnings.some(({ code }) => code === 'few-blocks')) refused.delete('too-few-blocks');
  const lines: string[] = [];
  if (intervals.length > 0) {
    const units = rangeText(intervals.map((interval) => interval.units));
    const how = methodText(intervals);
    if (runs.length > 1) {
      lines.push(
        `intervals: 95 %, made of ${units} runs, since runs differ more than blocks of one (${how})${scatterText(result)}`,
      );
    } else {
      const seconds = figureText((runs[0]?.durationNs ?? 0) / NS_PER_S, 2);
      lines.push(
        `intervals: 95 %, made of ${units} blocks a size over ${seconds} s (${how}); they hold for this process and these seconds: another run may lie outside, and echolot merge puts several together`,
      );
    }
  }
  return [...lines, ...refusalNotes(refused, runs.length)];
}

/** Of the series whose runs differ most. */
function scatterText({ series }: Result): string {
  const scatters = series.flatMap(({ runScatter }) => runScatter ?? []);
  const [worst] = scatters.toSorted((a, b) => b.found - a.found);
  if (worst === undefined) return '';
  const foretold =
    worst.foretold === null ? '' : `, where their blocks foretell ${percentText(worst.foretold)}`;
  return `; their medians scatter by ${percentText(worst.found)} (standard deviation)${foretold}`;
}

function methodText(intervals: readonly Interval[]): string {
  const methods = new Set(intervals.map(({ method }) => method));
  const words: string[] = [];
  if (methods.has('block-t') || methods.has('run-t')) words.push('t distribution');
  if (methods.has('block-woodruff') || methods.has('run-woodruff')) words.push('Woodruff for the tail');
  return words.join(', ');
}

function refusalNotes(refused: ReadonlySet<Refusal | null>, runs: number): string[] {
  const lines: string[] = [];
  if (refused.has('too-few-blocks')) {
    lines.push(
      'no intervals: samples of one connection are too alike to make one of, so it takes 5 blocks or more a size (--blocks)',
    );
  }
  if (refused.has('too-few-runs')) {
    lines.push(`no interval for a percentile that ${counted(runs, 'run')} cannot support: it takes 5`);
  }
  return lines;
}

/** What everybody who reads a figure must know of its samples. */
function sampleNotes({ plan, dialect, blocks, series }: Result): string[] {
  const lines: string[] = [];
  if (plan.serverDelayNs > 0) {
    lines.push(
      `the server was asked to wait ${timeText(plan.serverDelayNs)} before each echo: every sample contains it`,
    );
  }
  if (dialect.attempts.length > 0 && dialect.spoken !== null) {
    const tried = dialect.attempts.map((attempt) => attempt.dialect).join(', ');
    lines.push(`the dialect was found after ${tried}: --dialect ${dialect.spoken} goes straight to it`);
  }
  const leftOut = series.map(({ leftOutProbes }) => leftOutProbes);
  if (leftOut.some((probes) => probes > 0)) {
    const stopped = blocks.some(({ suspendedProbes }) => suspendedProbes > 0);
    const why = stopped ? 'warm-up and stops of this process' : 'warm-up';
    lines.push(`left out of all figures: ${rangeText(leftOut)} probes a size (${why})`);
  }
  return lines;
}

function engineNotes({ engine: { clock, selfTest } }: Result): string[] {
  const lines = [`clock ${clock.name}: steps of ${clock.resolutionNs} ns, ${clock.readCostNs} ns a reading`];
  if (selfTest !== null) {
    const { minRttNs, medianRttNs } = selfTest;
    lines.push(
      `noise floor: an echo within the program itself, both ends on one thread, takes ${timeText(minRttNs)} at least (median ${timeText(medianRttNs)})`,
    );
  }
  return lines;
}
