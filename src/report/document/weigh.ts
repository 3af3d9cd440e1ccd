/**
 * The warnings of a result, weighed: those with one reason are one doubt, what spoils the answer most comes first, and
 * what was asked for is no doubt but a note. Everything that counts doubts counts these.
 */

import type { Result } from '../../result/result.ts';
import type { Warning } from '../../result/warnings.ts';
import { figureText, percentText } from '../../text/numbers.ts';
import { sizeText } from '../../text/sizes.ts';
import { inUnit, rateUnit, timeText } from '../../text/units.ts';
import type { Doubt, DoubtCase } from './document.ts';

export interface Weighed {
  readonly doubts: readonly Doubt[];
  /** What to know of the figures, which stand all the same. */
  readonly notes: readonly string[];
}

interface Cause {
  readonly name: string;
  /** Whether a warning speaks of it. */
  readonly has: (warning: Warning) => boolean;
}

function codes(name: string, ...those: readonly Warning['code'][]): Cause {
  return { name, has: ({ code }) => those.includes(code) };
}

function late(name: string, causes: readonly (string | null)[], ...those: readonly Warning['code'][]): Cause {
  return {
    name,
    has: (warning) =>
      those.includes(warning.code) || (warning.code === 'lone-delay' && causes.includes(warning.cause)),
  };
}

/** In the order of what they do to the answer: figures of another thing, spoilt figures, wide ones, few ones. */
const CAUSES: readonly Cause[] = [
  codes('several addresses', 'several-addresses'),
  codes('something between', 'something-between'),
  codes('sessions ended early', 'closed-early'),
  codes('this program was stopped', 'suspended'),
  codes('the rest of echoes came late', 'delayed-ack'),
  codes('the server delay', 'server-delay-not-honoured'),
  late('the server stood still', ['server'], 'server-stalled'),
  codes('a busy server', 'server-busy'),
  codes('an echo in pieces', 'echo-in-pieces'),
  late('loss on the path', ['retransmission'], 'retransmissions'),
  codes("TCP's window or pace, or the path's rate", 'window-limited'),
  late('a busy machine', ['client', 'processor-wait', 'garbage-collection'], 'processor-contended', 'stalls'),
  late('unsteady figures', [null, 'network'], 'drift', 'outliers', 'cold-start'),
  codes('the clock and the program itself', 'coarse-clock', 'below-noise-floor'),
  codes('missing stamps', 'missing-stamps'),
  codes('too wide an interval', 'precision-not-reached'),
  codes('too few samples', 'few-blocks', 'few-probes', 'thin-tail'),
];

/** Of a result, or of one side of a comparison. */
type Warned = Pick<Result, 'plan' | 'warnings'>;

export function weigh(result: Warned): Weighed {
  const [noted, doubted] = [
    result.warnings.filter((warning) => isNote(warning, result)),
    result.warnings.filter((warning) => !isNote(warning, result)),
  ];
  const doubts = CAUSES.flatMap(({ name, has }): Doubt[] => {
    const own = doubted.filter(has);
    return own.length === 0 ? [] : [doubtOf(name, own)];
  });
  const kinds = [...Map.groupBy(noted, ({ code }) => code).values()].map(caseOf);
  const notes = kinds.map(({ message, others }) =>
    others === '' ? message : `${message}, and likewise ${others}`,
  );
  return { doubts, notes };
}

/** What was asked for, what the headline says already, and what leaves the figures of the answer as they are. */
function isNote(warning: Warning, { plan }: Pick<Result, 'plan'>): boolean {
  switch (warning.code) {
    case 'few-probes':
    case 'thin-tail':
      return plan.probes !== null;
    case 'few-blocks':
      return plan.blocks !== null && plan.blocks < warning.neededBlocks;
    case 'outliers':
      // Few samples that are far off move the mean, and no median.
      return warning.outlyingBlocks === 0;
    case 'engine-fell-back':
    case 'clock-stepped':
    case 'echo-form':
      return true;
    default:
      return false;
  }
}

function doubtOf(cause: string, warnings: readonly Warning[]): Doubt {
  const kinds = [...Map.groupBy(warnings, ({ code }) => code).values()];
  return {
    cause,
    cases: kinds.map(caseOf),
    advice: [...new Set(kinds.flatMap(([first]) => first?.advice ?? []))],
  };
}

/** One of several sizes is told with the first as an example. */
function caseOf(alike: readonly Warning[]): DoubtCase {
  const [first, ...others] = alike as [Warning, ...Warning[]];
  const evidence = Object.entries(first)
    // What the message says already.
    .filter(([key]) => !['code', 'check', 'message', 'advice', 'workload'].includes(key))
    .map(([key, value]) => evidenceText(key, value));
  return { code: first.code, message: first.message, evidence, others: seriesText(others) };
}

function seriesText(warnings: readonly Warning[]): string {
  const workloads = warnings.flatMap((warning) => ('workload' in warning ? (warning.workload ?? []) : []));
  return [...Map.groupBy(workloads, ({ kind }) => kind)]
    .map(([kind, those]) => {
      const sizes = [...new Set(those.map(({ payloadBytes }) => sizeText(payloadBytes)))].join(', ');
      return `${kind === 'rtt' ? 'RTT' : kind} of ${sizes}`;
    })
    .join('; ');
}

const UNITS: readonly (readonly [ending: string, text: (value: number) => string])[] = [
  ['BitsPerSecond', (value) => `${inUnit(value, rateUnit([value]))} ${rateUnit([value]).name}`],
  ['Ns', timeText],
  ['Bytes', sizeText],
  ['Share', percentText],
  ['Precision', percentText],
];

/** `firstMedianNs: 21000` as `first median: 21.00 µs`: fields of results carry their units in their names. */
function evidenceText(key: string, value: unknown): string {
  const known = UNITS.find(([ending]) => key.endsWith(ending));
  const words = (
    known !== undefined && known[0] !== 'Precision' && known[0] !== 'Share'
      ? key.slice(0, -known[0].length)
      : key
  )
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
  if (value === null) return `${words}: not known`;
  if (typeof value !== 'number') return `${words}: ${String(value)}`;
  if (value === 0) return `${words}: 0`;
  const plain = Number.isInteger(value) ? value.toLocaleString('en-US') : figureText(value, 3);
  return `${words}: ${known === undefined ? plain : known[1](value)}`;
}
