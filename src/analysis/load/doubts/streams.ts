/** Whether the streams of a load were alike, whole, and free to carry what the path takes. */
import type { StreamRecord } from '../../../result/load/load-result.ts';
import type { LoadDoubt } from '../../../result/load/load-statistics.ts';
import { figureText } from '../../../text/numbers.ts';
import { inUnit, rateUnit } from '../../../text/units.ts';
import { isOnLoopback } from '../../checks/words/segments.ts';
import { countText, timeText } from '../../checks/words/words.ts';
import { isLost } from '../carried/receipts.ts';
import { type LoadSubject, phaseText } from './subject.ts';

/** Jain's index: two streams of which one has three times as much as the other have 0.8. */
export const UNFAIR_INDEX = 0.8;
/** Of the intervals: a cap that seldom holds is not what limits. */
export const CAPPED_SHARE = 0.5;

export function streamsUnfair({ phases }: LoadSubject): LoadDoubt[] {
  return phases.flatMap(({ statistics: { phase, directions } }) =>
    directions.flatMap(({ direction, fairness, shares }): LoadDoubt[] => {
      if (shares.length < 2 || fairness >= UNFAIR_INDEX) return [];
      return [
        {
          code: 'streams-unfair',
          phase,
          value: fairness,
          message: `the ${shares.length} streams ${direction} shared very unevenly ${phaseText(phase)}: Jain's index is ${figureText(fairness, 2)}`,
          advice:
            'their sum is sound, what one stream would carry is not known from it: look at the shares, and measure with --streams 1',
        },
      ];
    }),
  );
}

export function streamLost({ recording, phases }: LoadSubject): LoadDoubt[] {
  return phases.flatMap(({ statistics: { phase } }): LoadDoubt[] => {
    const all = recording.streams.filter((stream) => stream.phase === phase);
    const lost = all.filter(isLost).flatMap(({ error }) => error ?? []);
    const [first] = lost;
    if (first === undefined) return [];
    return [
      {
        code: 'stream-lost',
        phase,
        value: lost.length,
        message: `${lost.length} of ${countText(all.length, 'stream')} ended too early ${phaseText(phase)}: ${first.message}`,
        advice: first.advice ?? 'the others had the path to themselves from then on: measure again',
      },
    ];
  });
}

export function serverCapped(subject: LoadSubject): LoadDoubt[] {
  return [...rateCapped(subject), ...timeCapped(subject), ...streamsCapped(subject)];
}

function rateCapped({ recording: { granted }, phases }: LoadSubject): LoadDoubt[] {
  const cap = granted?.bitsPerSecond ?? null;
  if (cap === null) return [];
  return phases.flatMap(({ statistics: { phase, directions } }) =>
    directions.flatMap(({ direction, limits }): LoadDoubt[] => {
      const isHeld = limits.some(({ by, share }) => by === 'server-cap' && share >= CAPPED_SHARE);
      if (!isHeld) return [];
      return [
        {
          code: 'server-capped',
          phase,
          value: cap,
          message: `the server grants ${rateText(cap)}, and the load ${direction} reached it`,
          advice: 'the path may carry more: ask whoever runs the server to raise --max-load-rate',
        },
      ];
    }),
  );
}

function timeCapped({ recording: { granted, plan } }: LoadSubject): LoadDoubt[] {
  const planned = plan.phases.reduce((sum, { durationNs }) => sum + durationNs, 0);
  if (granted === null || granted.durationNs >= planned) return [];
  return [
    {
      code: 'server-capped',
      phase: null,
      value: granted.durationNs,
      message: `the server grants ${timeText(granted.durationNs)} of the ${timeText(planned)} that were planned`,
      advice: 'phases are shorter for it: ask whoever runs the server to raise --max-load-seconds',
    },
  ];
}

function streamsCapped({ recording: { granted, plan } }: LoadSubject): LoadDoubt[] {
  if (granted === null || plan.streams === null) return [];
  // Both ways at once takes as many in each direction.
  const streams = plan.streams * (plan.phases.some(({ name }) => name === 'both') ? 2 : 1);
  if (granted.streams >= streams) return [];
  return [
    {
      code: 'server-capped',
      phase: null,
      value: granted.streams,
      message: `the server grants ${countText(granted.streams, 'stream')}, and ${streams} ${streams === 1 ? 'was' : 'were'} asked for`,
      advice: 'ask whoever runs the server to raise --max-load-streams',
    },
  ];
}

export function bbrOnLoopback({ recording }: LoadSubject): LoadDoubt[] {
  const isSlowed = ({ socket, remote }: StreamRecord): boolean =>
    socket?.congestionControl === 'bbr' && isOnLoopback({ remote });
  const slowed = recording.streams.filter(isSlowed);
  if (slowed.length === 0) return [];
  return [
    {
      code: 'bbr-on-loopback',
      phase: null,
      value: slowed.length,
      message: `${countText(slowed.length, 'stream')} on loopback had the congestion control bbr, which paces, and carries about half of what others do there`,
      advice: 'compare with --cc cubic or --cc reno, as far as this system allows them',
    },
  ];
}

function rateText(bitsPerSecond: number): string {
  const unit = rateUnit([bitsPerSecond]);
  return `${inUnit(bitsPerSecond, unit)} ${unit.name}`;
}
