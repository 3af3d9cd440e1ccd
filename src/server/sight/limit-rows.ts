/** What a client may do, in words: of all alike, or of each class where there are some. */
import { memoryText, sizeText } from '../../text/sizes.ts';
import { delayText, inUnit, largestRateUnit } from '../../text/units.ts';
import { type ClassTerms, termsOfLimits } from '../access/terms.ts';
import type { ServerLimits } from '../limits.ts';
import type { ServerStatus } from './status.ts';

/** A line of what is shown of a server. */
export type Row = readonly [what: string, value: string | number];

const NS_PER_MS = 1_000_000;
const NONE = 'no limit';

type TermRow = readonly [what: string, text: (terms: ClassTerms) => string];

const OF_PROTOCOL: readonly TermRow[] = [
  ['largest message', ({ maxPayloadBytes }) => sizeText(maxPayloadBytes)],
  ['most probes', ({ maxProbes }) => String(maxProbes)],
  ['longest server delay', ({ maxDelayNs }) => delayText(maxDelayNs)],
];
const OF_ALL: readonly TermRow[] = [
  ['sessions at once', ({ maxClientSessions }) => String(maxClientSessions)],
  ['longest session', ({ maxSessionNs }) => delayText(maxSessionNs)],
];
/** Only classes have these. */
const BUDGETS: readonly TermRow[] = [
  ['new sessions in a minute', ({ newSessionsPerMinute }) => orNone(newSessionsPerMinute, String)],
  ['messages in a second', ({ messagesPerSecond }) => orNone(messagesPerSecond, String)],
  ['bytes in a second', ({ bytesPerSecond }) => orNone(bytesPerSecond, memoryText)],
  ['bytes in a day', ({ bytesPerDay }) => orNone(bytesPerDay, memoryText)],
];
const OF_LOADS: readonly TermRow[] = [
  ['longest load', ({ maxLoadMs }) => delayText(maxLoadMs * NS_PER_MS)],
  ['rate of a load, each way', ({ maxLoadBitsPerSecond }) => orNone(maxLoadBitsPerSecond, rateText)],
  ['connections of a load', ({ maxLoadStreams }) => String(maxLoadStreams)],
];
const LOAD_BUDGETS: readonly TermRow[] = [
  ['loads in a day', ({ loadsPerDay }) => orNone(loadsPerDay, String)],
];

export function limitRows({ mode, load, classes }: ServerStatus, limits: ServerLimits): Row[] {
  const budgets = <T>(rows: readonly T[]): readonly T[] => (classes === undefined ? [] : rows);
  const rows = [
    ...(mode === 'echo' ? [] : OF_PROTOCOL),
    ...OF_ALL,
    ...budgets(BUDGETS),
    ...(load ? [...OF_LOADS, ...budgets(LOAD_BUDGETS)] : []),
  ].map(([what, text]): Row => {
    const each = (classes ?? [{ name: '', terms: termsOfLimits(limits) }]).map(
      ({ name, terms }) => [name, text(terms)] as const,
    );
    const isAlike = new Set(each.map(([, value]) => value)).size === 1;
    return [what, isAlike ? (each[0]?.[1] ?? '') : each.map((pair) => pair.join(': ')).join('; ')];
  });
  const first: Row[] = mode === 'echo' ? [] : [['first message within', delayText(limits.firstMessageNs)]];
  const wait: Row[] = load
    ? [['longest wait for a turn to load', delayText(limits.maxLoadWaitMs * NS_PER_MS)]]
    : [];
  return [...rows, ...first, ['each later message within', delayText(limits.idleNs)], ...wait];
}

function orNone(value: number, text: (value: number) => string): string {
  return value === 0 ? NONE : text(value);
}

function rateText(bitsPerSecond: number): string {
  const unit = largestRateUnit([bitsPerSecond]);
  return `${inUnit(bitsPerSecond, unit)} ${unit.name}`;
}
