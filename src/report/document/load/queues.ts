/**
 * Whose queue the increase is, and who waits in it. What is said of the two kinds of probe is said with their figures,
 * so that a meaning never stands beside a number that speaks against it.
 */
import type { LoadDirection } from '../../../result/load/load-result.ts';
import type {
  IncreaseStatistics,
  LoadedPhaseStatistics,
  QueueShares,
} from '../../../result/load/load-statistics.ts';
import { percentText } from '../../../text/numbers.ts';
import type { KeyFigure } from '../document.ts';
import { byIncrease } from './phases.ts';
import { increaseText, latencyText } from './words.ts';

type Place = NonNullable<QueueShares['largest']>;

const OWNERS: Readonly<Record<Place, string>> = {
  'own-machine': 'this machine',
  network: 'network',
  server: 'server',
};

/** Others that wait no longer than this more are said not to wait. */
const HARDLY_NS = 2_000_000;

export function queueFigure(loaded: readonly LoadedPhaseStatistics[]): KeyFigure[] {
  const told = byIncrease(loaded).flatMap(({ phase, increase, queues }) =>
    queues === null ? [] : [{ phase, increase, queues }],
  );
  const [worst] = told;
  if (worst === undefined) return [];
  const detail = told.map(({ phase, increase, queues }) => {
    const name = told.length === 1 ? '' : `${phase} `;
    return `${name}${shareText(queues, increase)}`;
  });
  // Where one phase has an owner, nobody is not the answer.
  const owned = told.find(({ queues }) => queues.largest !== null) ?? worst;
  return [{ name: 'Whose queue', value: ownerText(owned.queues, owned.increase), detail: detail.join('; ') }];
}

function ownerText({ largest }: QueueShares, { p50 }: IncreaseStatistics): string {
  if (largest !== null) return OWNERS[largest];
  return isCertain(p50) ? 'not told' : "nobody's";
}

/** `13.7 ms (97 %) in the network towards the client`. */
function shareText(queues: QueueShares, { p50 }: IncreaseStatistics): string {
  const { largest, largestShare, direction } = queues;
  if (largest === null) {
    const whole = increaseText(p50);
    return isCertain(p50) ? `${whole}, which cannot be told apart` : `no increase to speak of (${whole})`;
  }
  const partNs = { 'own-machine': queues.ownMachine, network: queues.network, server: queues.server }[
    largest
  ];
  const share = largestShare === null ? '' : ` (${percentText(largestShare)})`;
  return `${latencyText(partNs)}${share} ${placeText(largest, direction)}`;
}

/** Where a queue is, in words that say which way its data goes. */
export function placeText(place: Place, direction: LoadDirection | null): string {
  switch (place) {
    case 'own-machine':
      return 'in this machine';
    case 'server':
      return 'in the server';
    case 'network':
      if (direction === null) return 'in the network, whose direction is not known';
      return `in the network towards the ${direction === 'down' ? 'client' : 'server'}`;
  }
}

function isCertain({ interval }: IncreaseStatistics['p50']): boolean {
  return interval !== null && interval.low > 0;
}

/** What the two kinds of probe say together: whether others wait with the data. */
export function othersFigure(loaded: readonly LoadedPhaseStatistics[]): KeyFigure[] {
  const groups = [...Map.groupBy(loaded, meaningOf)].toSorted(
    ([a], [b]) => MEANINGS.indexOf(a) - MEANINGS.indexOf(b),
  );
  const [worst] = groups;
  if (worst === undefined) return [];
  const detail = groups
    .map(([meaning, phases]) => {
      const names = phases.map(({ phase }) => phase).join(', ');
      return `${groups.length === 1 ? '' : `${names}: `}${meaningText(meaning, phases)}`;
    })
    .join('; ');
  return [{ name: 'Others', value: VALUES[worst[0]], detail }];
}

type Meaning =
  | 'shared'
  | 'shared-and-more'
  | 'less'
  | 'hardly'
  | 'no-idle'
  | 'no-own'
  | 'uncertain'
  | 'contrary'
  | 'none';

/** The worst for others first. */
const VALUES: Readonly<Record<Meaning, string>> = {
  shared: 'wait, too',
  'shared-and-more': 'wait, too',
  less: 'wait less',
  hardly: 'hardly wait',
  contrary: 'not told',
  uncertain: 'not told',
  'no-own': 'not told',
  'no-idle': 'not told',
  none: 'do not wait',
};
const MEANINGS: readonly string[] = Object.keys(VALUES);

/** By the record's word, unless the figures beside it speak against that. */
function meaningOf({ pair, increase, ownIncrease }: LoadedPhaseStatistics): Meaning {
  const others = increase?.p50;
  const isWaiting = (others?.interval?.high ?? others?.value ?? 0) > HARDLY_NS;
  switch (pair) {
    case 'shared':
      return isLonger(ownIncrease, increase) ? 'shared-and-more' : 'shared';
    case 'own-flow':
      return isWaiting ? 'less' : 'hardly';
    case 'none':
      return isWaiting ? 'contrary' : 'none';
    case 'unknown':
      if (increase === null) return 'no-idle';
      return ownIncrease === null ? 'no-own' : 'uncertain';
  }
}

/** Whether one is more than the other for certain. */
function isLonger(a: IncreaseStatistics | null, b: IncreaseStatistics | null): boolean {
  const low = a?.p50.interval?.low;
  const high = b?.p50.interval?.high;
  return low !== undefined && high !== undefined && low > high + HARDLY_NS;
}

function meaningText(meaning: Meaning, phases: readonly LoadedPhaseStatistics[]): string {
  const own = increasesText(phases, ({ ownIncrease }) => ownIncrease);
  const others = increasesText(phases, ({ increase }) => increase);
  switch (meaning) {
    case 'shared':
      return 'as long as the data itself, in one queue for all';
    case 'shared-and-more':
      return `in one queue for all (${others}); the data itself waits longer (${own})`;
    case 'less':
      return `${others} beside ${own} of the data itself, which has a queue of its own`;
    case 'hardly':
      return `the data alone waits (${own}), in a queue of its own or for its window`;
    case 'contrary':
      return `the probes disagree (${others})`;
    case 'uncertain':
      return 'not certain whether they wait as long as the data itself';
    case 'no-own':
      return 'there were no probes within the data to compare with';
    case 'no-idle':
      return 'there is no idle phase to compare with';
    case 'none':
      return 'neither they nor the data itself wait more than 2 ms';
  }
}

/** `+8.41 ms`, `down +8.41 ms, up +5.12 ms`. */
function increasesText(
  phases: readonly LoadedPhaseStatistics[],
  of: (phase: LoadedPhaseStatistics) => IncreaseStatistics | null,
): string {
  const told = phases.map((phase) => {
    const increase = of(phase);
    const text = increase === null ? 'not known' : increaseText(increase.p50);
    return phases.length === 1 ? text : `${phase.phase} ${text}`;
  });
  return told.join(', ');
}
