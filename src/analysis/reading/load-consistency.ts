/** What the parts of a load's recording must agree on, beyond the structure of each. */

import type { ComparedLoads, LoadComparison } from '../../result/load/load-comparison.ts';
import type { LoadRecording, ProbesRecord, StreamRecord } from '../../result/load/load-result.ts';
import { qooProfileFault } from '../load/qoo-profiles.ts';
import { runsFault } from './compared-consistency.ts';

/** No phase lasts that long, and its figures are made of five intervals a second. */
const MAX_PHASE_NS = 86_400_000_000_000;

type Lists = Readonly<Record<string, unknown>>;

/** @returns the first contradiction in words; undefined when there is none */
export function loadInconsistency(load: LoadRecording): string | undefined {
  if (Number.isNaN(Date.parse(load.startedAt))) return 'startedAt is no date';
  const faults = [
    phaseFault(load),
    profileFault(load),
    probesFault(load.foreignProbes, 'foreignProbes'),
    listFault({ ...load.processors }, 'atNs', 'processors'),
    ...load.streams.map((stream, i) => streamFault(stream, `streams[${i}]`, load)),
  ];
  return faults.find((fault) => fault !== undefined);
}

/** The same of a comparison of loads. */
export function loadComparisonInconsistency(comparison: LoadComparison): string | undefined {
  const { interleaved, turns, a, b } = comparison;
  if (interleaved !== (turns !== null)) return 'its loads took turns, or not, by what one reads';
  return sideFault(a, 'a', interleaved) ?? sideFault(b, 'b', interleaved);
}

function sideFault({ loads }: ComparedLoads, side: 'a' | 'b', interleaved: boolean): string | undefined {
  const fault = runsFault(loads, side, 'load', interleaved);
  if (fault !== undefined) return fault;
  const twice = loads.findIndex(
    ({ phases }) => new Set(phases.map(({ phase }) => phase)).size < phases.length,
  );
  return twice < 0 ? undefined : `${side}.loads[${twice}] has a phase twice`;
}

function phaseFault({ phases }: LoadRecording): string | undefined {
  let endNs = 0;
  for (const [i, phase] of phases.entries()) {
    const { fromAtNs, toAtNs, streamsFoundAtNs, stableAtNs } = phase;
    if (fromAtNs < endNs || toAtNs < fromAtNs) return `phases[${i}] is out of its order`;
    if (toAtNs - fromAtNs > MAX_PHASE_NS) return `phases[${i}] lasts longer than a day`;
    const isBeside = (ns: number | null): boolean => ns !== null && (ns < fromAtNs || ns > toAtNs);
    if (isBeside(streamsFoundAtNs) || isBeside(stableAtNs)) return `phases[${i}] tells of a moment beside it`;
    endNs = toAtNs;
  }
  return undefined;
}

function profileFault({ plan: { qoo } }: LoadRecording): string | undefined {
  const fault = qoo === null ? undefined : qooProfileFault(qoo);
  return fault === undefined ? undefined : `plan.qoo is no profile: ${fault}`;
}

function streamFault(
  { tallies, reports, ownProbes, phase }: StreamRecord,
  place: string,
  { phases }: LoadRecording,
): string | undefined {
  if (!phases.some(({ name }) => name === phase))
    return `${place} is of the phase ${phase}, which did not begin`;
  const { tcp, ...lists } = tallies;
  return (
    listFault(lists, 'atNs', `${place}.tallies`) ??
    (tcp === null ? undefined : listFault({ atNs: lists.atNs, ...tcp }, 'atNs', `${place}.tallies.tcp`)) ??
    listFault({ ...reports }, 'atNs', `${place}.reports`) ??
    probesFault(ownProbes, `${place}.ownProbes`)
  );
}

function probesFault({ layers, ...lists }: ProbesRecord, place: string): string | undefined {
  const { dueAtNs } = lists;
  return (
    listFault(lists, 'dueAtNs', place) ??
    (layers === null ? undefined : listFault({ dueAtNs, ...layers }, 'dueAtNs', `${place}.layers`))
  );
}

/** All lists of a group are as long as that of its moments. */
function listFault(group: Lists, moments: string, place: string): string | undefined {
  const lengthOf = (list: unknown): number => (Array.isArray(list) ? list.length : 0);
  const count = lengthOf(group[moments]);
  for (const [name, list] of Object.entries(group)) {
    if (!Array.isArray(list) || list.length === count) continue;
    return `${place} has ${count} of ${moments} and ${list.length} of ${name}`;
  }
  return undefined;
}
