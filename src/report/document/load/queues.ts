/**
 * Whose queue the increase is, and who waits in it. What is said of the two kinds of probe is said with their figures,
 * so that a meaning never stands beside a number that speaks against it.
 */
import type { LoadDirection } from '../../../result/load-result.ts';
import type {
  IncreaseStatistics,
  LoadedPhaseStatistics,
  PairMeaning,
  QueueShares,
} from '../../../result/load-statistics.ts';
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
  return [{ name: 'Whose queue', value: ownerText(worst.queues, worst.increase), detail: detail.join('; ') }];
}

function ownerText({ largest }: QueueShares, { p50 }: IncreaseStatistics): string {
  if (largest !== null) return OWNERS[largest];
  return isCertain(p50) ? 'not told' : "nobody's";
}

/** `13.7 ms (97 %) in the network towards the client`. */
function shareText(queues: QueueShares, { p50 }: IncreaseStatistics): string {
  const { largest, largestShare, direction } = queues;
  if (largest === null) {
    const whole = increaseText(p50.value);
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
  const ordered = loaded.toSorted((a, b) => WEIGHT.indexOf(a.pair) - WEIGHT.indexOf(b.pair));
  const [worst] = ordered;
  if (worst === undefined) return [];
  const groups = [...Map.groupBy(ordered, meaningText)];
  const detail = groups
    .map(([meaning, phases]) =>
      groups.length === 1 ? meaning : `${phases.map(({ phase }) => phase).join(', ')}: ${meaning}`,
    )
    .join('; ');
  return [{ name: 'Others', value: waitText(worst), detail }];
}

/** The worst for others first. */
const WEIGHT: readonly PairMeaning[] = ['shared', 'own-flow', 'unknown', 'none'];

function waitText(phase: LoadedPhaseStatistics): string {
  switch (phase.pair) {
    case 'shared':
      return 'wait, too';
    case 'own-flow':
      return othersWait(phase) ? 'wait less' : 'hardly wait';
    case 'none':
      return othersWait(phase) ? 'not told' : 'do not wait';
    case 'unknown':
      return 'not told';
  }
}

function othersWait({ increase }: LoadedPhaseStatistics): boolean {
  return (increase?.p50.interval?.high ?? increase?.p50.value ?? 0) > HARDLY_NS;
}

function meaningText(phase: LoadedPhaseStatistics): string {
  const { pair, increase, ownIncrease } = phase;
  const others = increase === null ? null : increaseText(increase.p50.value);
  const own = ownIncrease === null ? null : increaseText(ownIncrease.p50.value);
  switch (pair) {
    case 'shared':
      return 'as long as the data itself, in one queue for all';
    case 'own-flow':
      return othersWait(phase)
        ? `they wait less (${others}) than the data itself (${own}), which has a queue of its own`
        : `the data alone waits (${own}), in a queue of its own or for its window`;
    case 'none':
      return othersWait(phase)
        ? `the probes disagree (${others})`
        : 'neither they nor the data itself wait more than 2 ms';
    case 'unknown':
      if (own === null) return 'there were no probes within the data to compare with';
      if (others === null) return 'there is no idle phase to compare with';
      return 'not certain whether they wait as long as the data itself';
  }
}
