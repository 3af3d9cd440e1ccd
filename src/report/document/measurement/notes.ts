/** What everybody who reads the figures must know of them: of what their intervals are made, and what is in them. */

import type { Result } from '../../../result/result.ts';
import { leastOf, mostOf } from '../../../stats/extremes.ts';
import type { Interval, Refusal } from '../../../stats/quantile/estimate.ts';
import { counted, figureText, percentText } from '../../../text/numbers.ts';
import { timeText } from '../../../text/units.ts';
import { addressLines } from '../addresses.ts';
import type { Part, Section } from '../document.ts';
import { weigh } from '../weigh.ts';
import { eachNamed, type Source } from './sources.ts';

const NS_PER_S = 1_000_000_000;

/** @returns undefined where nothing was begun */
export function notesSection(sources: readonly Source[]): Section | undefined {
  const parts = eachNamed(sources, (result): Part[] => {
    const items = notesOf(result);
    return items.length === 0 ? [] : [{ kind: 'list', items }];
  });
  return parts.length === 0 ? undefined : { id: 'notes', title: 'Notes', parts };
}

function notesOf(result: Result): string[] {
  if (result.blocks.length === 0) return [];
  return [
    ...stopNotes(result),
    ...intervalNotes(result),
    ...sampleNotes(result),
    ...anatomyNotes(result),
    ...result.runs.flatMap(({ addresses }) => addressLines(result.plan, addresses)),
    ...weigh(result).notes,
  ];
}

/** What ended the run, where it was not the number of blocks that was asked for. */
function stopNotes({ stop, plan }: Result): string[] {
  const { reason, rounds, achievedPrecision } = stop;
  const asked = plan.precision === null ? '' : `, asked ${percentText(plan.precision)}`;
  const achieved =
    achievedPrecision === null ? '' : `: medians known to within ${percentText(achievedPrecision)}${asked}`;
  const after = `after ${counted(rounds, 'round')}`;
  switch (reason) {
    case 'precision':
      return [`precision reached ${after}${achieved}`];
    case 'budget':
      return [
        `${counted(rounds, 'block')} a size instead of ${plan.blocks}, so that the run does not take minutes on this path: --blocks ${plan.blocks} takes all`,
      ];
    case 'max-time':
      return [`stopped by the time limit ${after}${achieved}`];
    case 'max-samples':
      return [`stopped ${after}, since a run can hold no more samples${achieved}`];
    default:
      return [];
  }
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
    const probes = rangeText(leftOut);
    lines.push(`left out of all figures: ${probes} ${probes === '1' ? 'probe' : 'probes'} a size (${why})`);
  }
  return lines;
}

/** What the layers lack. */
function anatomyNotes({ plan, series, warnings }: Result): string[] {
  const stamped = series.flatMap(({ layers, statistics }) =>
    layers === null || statistics === null ? [] : [{ layers, probes: statistics.rttNs.n }],
  );
  if (stamped.length === 0) {
    return plan.stamps && plan.socket.multipath === true
      ? ['no anatomy of the round trip: the kernel gives a multipath socket no stamps']
      : [];
  }
  const notes: string[] = [];
  const sources = new Set(stamped.map(({ layers }) => layers.residenceSource));
  if (sources.has(null)) {
    notes.push('the server does not tell how long it keeps a probe: kernel RTT is network and server in one');
  }
  if (sources.has('application')) {
    notes.push("the server's times are its program's own: waking up and reading there count as network");
  }
  const sum = (count: (one: (typeof stamped)[number]) => number): number =>
    stamped.reduce((total, one) => total + count(one), 0);
  const client = sum(({ layers }) => layers.missing.client);
  const server = sum(({ layers }) => layers.missing.server ?? 0);
  // Where they are many, the warning says it.
  if (client + server > 0 && !warnings.some(({ code }) => code === 'missing-stamps')) {
    const probes = sum((one) => one.probes);
    notes.push(
      `missing stamps, of ${counted(probes, 'probe')}: ${client} of this kernel, ${server} of the server`,
    );
  }
  return notes;
}

/** `3`, or `3 to 7`. */
function rangeText(values: readonly number[]): string {
  const [least, most] = [leastOf(values), mostOf(values)];
  return least === most ? String(least) : `${least} to ${most}`;
}
