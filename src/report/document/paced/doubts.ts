/** What makes the figures of paced probes doubtful, in words, with what to do about it. */
import type { PacedResult } from '../../../result/paced/paced-result.ts';
import type { PacedDoubt } from '../../../result/paced/paced-statistics.ts';
import { counted, percentText } from '../../../text/numbers.ts';
import { perSecondText } from '../../../text/units.ts';
import type { Doubt, DoubtCase, Section } from '../document.ts';
import { inFlightOf } from './steps.ts';
import { latencyText, rateName } from './words.ts';

/** Less is what was due at the last moment. */
const GROWN_BACKLOG = 30;

/** What to do about each kind. */
export const DOUBT_ADVICE: Readonly<Record<PacedDoubt['kind'], string>> = {
  suspended: 'measure again, without stopping it',
  'generator-late': 'take a lower --rate, or a machine with less to do',
  'rate-not-kept': 'see what was in the way of late probes, or ask for a lower rate',
  saturated: 'percentiles are of this length of time alone: ask for a lower rate',
  'in-flight-limit': 'take more --connections or --in-flight, unless the limit is what is to be measured',
  'no-pipelining': 'take more --connections, or a server that agrees to +pipeline',
  uneven: '--full lists the connections',
  'connection-lost': 'for percentiles of the response time they are the longest',
  'few-probes': 'take a longer --duration',
};

export function doubtsSection(result: PacedResult): Section {
  const doubts = doubtsOf(result);
  return { id: 'doubts', title: 'Doubts', parts: doubts.length === 0 ? [] : [{ kind: 'doubts', doubts }] };
}

/** Those of one kind are one, with the rates that they are of. */
export function doubtsOf(result: PacedResult): Doubt[] {
  const kinds = [...Map.groupBy(result.statistics.doubts, ({ kind }) => kind)];
  return kinds.map(([kind, alike]) => ({
    cause: kind.replaceAll('-', ' '),
    cases: caseOf(alike, result),
    advice: [adviceOn(kind, result)],
  }));
}

function adviceOn(kind: PacedDoubt['kind'], result: PacedResult): string {
  const { engine, plan } = result;
  if (kind === 'generator-late' && engine.name === 'node') {
    return `use --engine native where it runs; ${DOUBT_ADVICE[kind]}`;
  }
  // More in flight would be as few where the protocol takes one after the other.
  if (kind === 'in-flight-limit' && inFlightOf(result) < plan.inFlight) return 'take more --connections';
  return DOUBT_ADVICE[kind];
}

function caseOf(alike: readonly PacedDoubt[], { steps }: PacedResult): DoubtCase[] {
  const [first, ...others] = alike;
  if (first === undefined) return [];
  const nameOf = (doubt: PacedDoubt): string =>
    'step' in doubt && steps.length > 1 ? rateName(steps[doubt.step - 1]?.askedPerSecond ?? null) : '';
  const at = nameOf(first);
  const likewise = others.map(nameOf).filter((name) => name !== '');
  return [
    {
      code: first.kind,
      message: `${at === '' ? '' : `at ${at} `}${doubtText(first)}`,
      evidence: [],
      others: likewise.length === 0 ? '' : `at ${likewise.join(', ')}`,
    },
  ];
}

/** What is so, without the rate at which it is. */
export function doubtText(doubt: PacedDoubt): string {
  switch (doubt.kind) {
    case 'suspended':
      return `this program was stopped ${counted(doubt.times, 'time')} (Ctrl-Z, SIGSTOP): what was due meanwhile waited for it`;
    case 'generator-late':
      return `this program was late with ${percentText(doubt.lateShare)} of the probes${doubt.p99Ns === null ? '' : ` (p99 ${latencyText(doubt.p99Ns)})`}: their response times contain that`;
    case 'rate-not-kept':
      return `only ${perSecondText(doubt.sentPerSecond)} of ${rateName(doubt.askedPerSecond)} were sent`;
    case 'saturated':
      return doubt.backlog >= GROWN_BACKLOG
        ? `the backlog grew to ${counted(doubt.backlog, 'probe')}`
        : 'the response time grew to the end';
    case 'in-flight-limit':
      return `${percentText(doubt.share)} of the probes waited since ${doubt.inFlight === 1 ? 'one was' : `${doubt.inFlight.toLocaleString('en-US')} were`} under way on each connection`;
    case 'no-pipelining':
      return `this protocol takes one probe after the other on a connection, not ${doubt.asked.toLocaleString('en-US')} at once`;
    case 'uneven':
      return `one connection had ${counted(doubt.fewest, 'answer')}, another ${doubt.most.toLocaleString('en-US')}`;
    case 'connection-lost':
      return `${counted(doubt.connections, 'connection')} ${doubt.connections === 1 ? 'was' : 'were'} lost, and ${doubt.probes === 0 ? 'no probe' : counted(doubt.probes, 'probe')} with ${doubt.connections === 1 ? 'it' : 'them'}`;
    case 'few-probes':
      return `${doubt.probes === 0 ? 'no probe was due' : `only ${counted(doubt.probes, 'probe')} ${doubt.probes === 1 ? 'was' : 'were'} due`}: too few for a percentile`;
  }
}
