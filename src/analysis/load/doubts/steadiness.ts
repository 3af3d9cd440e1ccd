/** Whether the load had settled, and lasted for long enough to say how exact its figures are. */
import type { LoadDoubt, LoadEstimate } from '../../../result/load/load-statistics.ts';
import { MIN_BLOCKS } from '../../../stats/quantile/interval.ts';
import { quantile, sorted } from '../../../stats/quantile/quantiles.ts';
import { figureText, percentText } from '../../../text/numbers.ts';
import { timeText } from '../../checks/words/words.ts';
import { SDT } from '../carried/settling.ts';
import type { LoadedPhase } from '../phase.ts';
import { probesWithin } from '../waiting/latency.ts';
import { MIN_BLOCK_NS, type Window } from '../window.ts';
import { type LoadSubject, phaseText } from './subject.ts';

const NS_PER_MS = 1_000_000;
/** Of the median of the last third to that of the first: a queue of a saw's teeth differs by less. */
export const RISING_FACTOR = 1.5;
/** No smaller rise matters. */
export const RISING_NS: number = 5 * NS_PER_MS;
const PARTS = 3;

export function notSettled({ phases, recording }: LoadSubject): LoadDoubt[] {
  return phases.flatMap(({ statistics: { phase, settledAtNs, directions }, window }): LoadDoubt[] => {
    if (settledAtNs === null) {
      if (directions.length === 0) return [];
      return [
        {
          code: 'not-settled',
          phase,
          value: null,
          message: `goodput never settled ${phaseText(phase)}: its moving averages went on differing by more than ${percentText(SDT)}`,
          advice:
            'its figures are those of the second half of the phase: give it more time (--duration), or look for others that use the path',
        },
      ];
    }
    const factor = risingFactor(recording.foreignProbes, window);
    if (factor === null) return [];
    return [
      {
        code: 'not-settled',
        phase,
        value: factor,
        message: `round trips went on rising ${phaseText(phase)}: their median at its end was ${figureText(factor, 2)} times that at its begin`,
        advice: 'a large queue fills slowly: give the phase more time (--duration) to see how far it goes',
      },
    ];
  });
}

/** How many times the median of the first third that of the last one is; null where it did not rise that much. */
function risingFactor(probes: LoadSubject['recording']['foreignProbes'], window: Window): number | null {
  const partNs = (window.toNs - window.fromNs) / PARTS;
  const medianOf = (fromNs: number): number | null => {
    const { rttNs } = probesWithin([probes], { ...window, fromNs, toNs: fromNs + partNs });
    return rttNs.length === 0 ? null : quantile(sorted(rttNs), 0.5);
  };
  const first = medianOf(window.fromNs);
  const last = medianOf(window.toNs - partNs);
  if (first === null || last === null || first === 0 || last - first <= RISING_NS) return null;
  return last > RISING_FACTOR * first ? last / first : null;
}

export function tooShort({ idle, phases, recording }: LoadSubject): LoadDoubt[] {
  const quiet = recording.phases.find(({ name }) => name === 'idle');
  const spans = [
    ...(quiet === undefined || idle?.p50.interval !== null
      ? []
      : [{ phase: quiet.name, ns: quiet.toAtNs - quiet.fromAtNs }]),
    ...phases.filter(lacksInterval).map(({ statistics: { phase }, window }) => ({
      phase,
      ns: window.toNs - window.fromNs,
    })),
  ];
  return spans.map(({ phase, ns }) => ({
    code: 'too-short',
    phase,
    value: Math.round(ns),
    message: `only ${timeText(ns)} ${phaseText(phase)} count: too few for an interval, which takes ${MIN_BLOCKS} parts of ${timeText(MIN_BLOCK_NS)} at least`,
    advice: 'how exact the figures are is not known: give each phase more time (--duration)',
  }));
}

function lacksInterval({ statistics: { directions, latency } }: LoadedPhase): boolean {
  // Of patchy reports there is none however long a phase is.
  const isShort = ({ interval, refused }: LoadEstimate): boolean =>
    interval === null && refused !== 'too-few-samples';
  return directions.some(({ goodput }) => isShort(goodput)) || latency?.p50.interval === null;
}
