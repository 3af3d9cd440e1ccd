/** What limited the data, and how much of it was sent again. */
import type { LimitShare, LoadedPhaseStatistics } from '../../../result/load/load-statistics.ts';
import { figureText, percentText } from '../../../text/numbers.ts';
import type { KeyFigure } from '../document.ts';
import { directionsOf, type Named } from './phases.ts';
import { joined } from './words.ts';

type Limit = LimitShare['by'];

/** In a sentence, and alone. */
const LIMITS: Readonly<Record<Limit, readonly [sentence: string, alone: string]>> = {
  'congestion-window': ['congestion window', 'congestion'],
  'receive-window': ["the receiver's window", 'receiver'],
  'send-buffer': ['send buffer', 'send buffer'],
  'own-processor': ['a processor of this machine', 'processor'],
  'server-processor': ["the server's processor", 'server'],
  'server-cap': ["the server's bound", 'server bound'],
  'asked-rate': ['the asked rate', 'asked rate'],
  unknown: ['not known', 'not known'],
};
/** What a kernel counts in ticks may be some percent of the time without meaning anything. */
const LEAST_SHARE = 0.01;

/** The server does not tell what its kernel knows as a sender. */
export function limitFigure(loaded: readonly LoadedPhaseStatistics[]): KeyFigure[] {
  const all = directionsOf(loaded);
  const isKnown = ({ statistics: { limits } }: Named): boolean =>
    limits[0] !== undefined && limits[0].by !== 'unknown';
  const known = all.filter(isKnown);
  const unknown = all.filter((one) => !isKnown(one));
  const [first, ...others] = known;
  if (all.length === 0) return [];
  const untold = unknown.map(({ name }) => `${name}: not known`);
  if (first === undefined) return [{ name: 'Limited by', value: 'not known', detail: '' }];
  const [top, ...less] = first.statistics.limits;
  const own = top === undefined ? '' : `${first.name} ${joined([percentText(top.share), limitsText(less)])}`;
  const more = others.map(({ name, statistics: { limits } }) => `${name}: ${limitsText(limits)}`);
  return [
    {
      name: 'Limited by',
      value: LIMITS[top?.by ?? 'unknown'][1],
      detail: [own, ...more, ...untold].join('; '),
    },
  ];
}

/** `congestion window 93 %, send buffer 7 %`. */
export function limitsText(limits: readonly LimitShare[]): string {
  return limits
    .filter(({ share }) => share >= LEAST_SHARE)
    .map(({ by, share }) => `${LIMITS[by][0]} ${percentText(share)}`)
    .join(', ');
}

/** Loss is worth more digits than other shares, and none at all is said so. */
export function sharePercent(share: number): string {
  return share === 0 ? '0 %' : `${figureText(share * 100, 2)} %`;
}
