/** Whether a machine was in the way instead of the path: its processors, its clock, its user, the engine. */
import type { LoadDirection, StreamRecord } from '../../../result/load/load-result.ts';
import type { LoadDoubt, LoadDoubtCode } from '../../../result/load/load-statistics.ts';
import { percentText } from '../../../text/numbers.ts';
import { MIN_STEP_NS } from '../../checks/clocks.ts';
import { isOnLoopback } from '../../checks/words/segments.ts';
import { timeText } from '../../checks/words/words.ts';
import { BUSY_SHARE, ownBusyShare, serverBusyShare } from '../carried/limits.ts';
import type { LoadedPhase } from '../phase.ts';
import { type LoadSubject, phaseText } from './subject.ts';

/** Of the moments of a phase: a processor that is busy now and then holds nothing. */
export const BUSY_MOMENTS_SHARE = 0.1;
/** Of all processors of the machine together, over the whole run with its idle phases. */
export const SHARED_BUSY_SHARE = 0.75;

type Side = 'sender' | 'receiver';

const BUSY_CODES: Readonly<Record<Side, LoadDoubtCode>> = {
  sender: 'sender-busy',
  receiver: 'receiver-busy',
};

export function processorsBusy(subject: LoadSubject): LoadDoubt[] {
  return subject.phases.flatMap((phase) =>
    phase.directed.flatMap((directed) => [
      ...busySide(phase, 'sender', directed.direction, shareOf(subject, phase, directed.direction, 'sender')),
      ...busySide(
        phase,
        'receiver',
        directed.direction,
        shareOf(subject, phase, directed.direction, 'receiver'),
      ),
    ]),
  );
}

function isOwn(direction: LoadDirection, side: Side): boolean {
  return (direction === 'up') === (side === 'sender');
}

/** In how many moments that side's thread had no more to give; null where nobody knows. */
function shareOf(
  { recording }: LoadSubject,
  { directed, window }: LoadedPhase,
  direction: LoadDirection,
  side: Side,
): number | null {
  if (isOwn(direction, side)) return ownBusyShare(recording, window);
  const streams = directed.find((one) => one.direction === direction);
  return streams === undefined ? null : serverBusyShare(streams, window);
}

function busySide(
  { statistics: { phase } }: LoadedPhase,
  side: Side,
  direction: LoadDirection,
  share: number | null,
): LoadDoubt[] {
  if (share === null || share <= BUSY_MOMENTS_SHARE) return [];
  const whose = isOwn(direction, side) ? 'the thread of this program' : 'the thread of the server';
  const does = side === 'sender' ? 'sends' : 'receives';
  return [
    {
      code: BUSY_CODES[side],
      phase,
      value: share,
      message: `${whose} that ${does} used ${percentText(BUSY_SHARE)} of a processor or more in ${percentText(share)} of the time ${phaseText(phase)}`,
      advice:
        'goodput is that of a machine then, not of the path: use --engine native at both ends, or machines with faster processors',
    },
  ];
}

export function processorsShared({ recording, phases }: LoadSubject): LoadDoubt[] {
  if (!recording.streams.some(isOnOneMachine)) return [];
  const busyShare = recording.health?.processors?.busyShare ?? null;
  const isBound = phases.some(({ statistics }) =>
    statistics.directions.some(({ limits }) =>
      limits.some(
        ({ by, share }) =>
          (by === 'own-processor' || by === 'server-processor') && share > BUSY_MOMENTS_SHARE,
      ),
    ),
  );
  if (!isBound && (busyShare === null || busyShare < SHARED_BUSY_SHARE)) return [];
  const busy = busyShare === null ? '' : `, which were busy in ${percentText(busyShare)} of the run`;
  return [
    {
      code: 'processors-shared',
      phase: null,
      value: busyShare,
      message: `client and server shared the processors of one machine${busy}`,
      advice: 'goodput is that of this machine, and what one side gains the other loses: measure between two',
    },
  ];
}

function isOnOneMachine({ local, remote }: StreamRecord): boolean {
  return local.address === remote.address || isOnLoopback({ remote });
}

export function clockStepped({ recording: { health } }: LoadSubject): LoadDoubt[] {
  const stepNs = health?.wallClockStepNs ?? 0;
  if (stepNs < MIN_STEP_NS) return [];
  return [
    {
      code: 'clock-stepped',
      phase: null,
      value: stepNs,
      message: `the wall clock of this machine was set by ${timeText(stepNs)} meanwhile`,
      advice:
        'goodput and round trips are by another clock, but the parts of a round trip are by this one: measure again',
    },
  ];
}

export function suspended({ holes, recording }: LoadSubject): LoadDoubt[] {
  if (holes.length === 0) return [];
  const spans = holes.map(({ fromNs, toNs }) => `${timeText(fromNs)} to ${timeText(toNs)}`);
  return [
    {
      code: 'suspended',
      phase: null,
      value: holes.reduce((sum, { fromNs, toNs }) => sum + Math.min(toNs, recording.durationNs) - fromNs, 0),
      message: `this program was stopped; goodput and probes from ${spans.join(', ')} into the run are left out`,
      advice: 'do not stop the program (Ctrl-Z) while it measures; the other seconds are sound',
    },
  ];
}

export function engineFellBack({ recording: { engine } }: LoadSubject): LoadDoubt[] {
  const { name, fallback } = engine;
  if (fallback === null) return [];
  return [
    {
      code: 'engine-fell-back',
      phase: null,
      value: null,
      message: `the ${name} engine carried the load instead of the native one: ${fallback}`,
      advice: `it carries less, and its round trips are not taken apart; --engine ${name} says that this is meant`,
    },
  ];
}
