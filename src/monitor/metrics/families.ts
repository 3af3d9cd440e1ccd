/** Which metrics a monitor has, under which names, and what each of them says. Names are forever. */
import { counter, type Family, gauge, histograms, info, type Labels } from '../../text/open-metrics.ts';
import type { StoreFacts } from './store-facts.ts';
import { RTT_BOUNDS, type Tally } from './tallies.ts';

export interface MonitorFacts {
  readonly version: string;
  readonly node: string;
  readonly startSeconds: number;
  readonly store: StoreFacts;
  /** Least application time that this machine can tell; null where nobody has looked. */
  readonly noiseFloorSeconds: number | null;
}

export function monitorFamilies(tallies: readonly Tally[], facts: MonitorFacts): Family[] {
  const { store } = facts;
  const all = [
    info('echolot_build', 'The program and what it runs on.', { version: facts.version, node: facts.node }),
    gauge('process_start_time_seconds', 'When the program began, since the epoch.', facts.startSeconds),
    gauge('echolot_targets', 'Targets that are measured.', tallies.length),
    gauge(
      'echolot_up',
      '1 where the last run was answered, 0 where it was not; absent where nothing is known.',
      tallies.flatMap(({ labels, state }) => {
        const isKnown = state.status === 'up' || state.status === 'down';
        return isKnown ? [[labels, Number(state.status === 'up')] as const] : [];
      }),
    ),
    counter(
      'echolot_runs',
      'Runs that came to their end.',
      tallies.map(({ labels, runs }) => [labels, runs]),
    ),
    counter(
      'echolot_probes',
      'Probes that were due, whatever became of them.',
      tallies.map(({ labels, probes }) => [labels, probes]),
    ),
    counter(
      'echolot_probes_answered',
      'Probes that were answered.',
      tallies.map(({ labels, answered }) => [labels, answered]),
    ),
    counter(
      'echolot_probe_failures',
      'Probes that were not answered, and runs without a connection, by reason; here is no fault of the path.',
      tallies.flatMap(({ labels, failures }) =>
        [...failures].map(([reason, n]) => [{ ...labels, reason }, n] as const),
      ),
    ),
    histograms(
      'echolot_rtt_seconds',
      'Round trips by layer: application, kernel and network of echoes, and residence, what the server kept of them; handshake, connect and tls of connections.',
      tallies.flatMap(({ labels, layers }) =>
        [...layers].map(([layer, { counts, exponential, sumSeconds: sum }]) => {
          // No copies: each is written in one piece, as it is by then.
          const buckets = { bounds: RTT_BOUNDS, counts, exponential, sum };
          return [{ ...labels, layer }, buckets] as const;
        }),
      ),
    ),
    gauge('echolot_goodput_bits_per_second', 'Payload that the last load carried.', goodputOf(tallies)),
    counter(
      'echolot_doubts',
      'Runs whose figures are doubtful, by check.',
      tallies.flatMap(({ labels, doubts }) =>
        [...doubts].map(([check, n]) => [{ ...labels, check }, n] as const),
      ),
    ),
    ...(facts.noiseFloorSeconds === null
      ? []
      : [
          gauge(
            'echolot_noise_floor_seconds',
            'Round trip on the loopback of this machine.',
            facts.noiseFloorSeconds,
          ),
        ]),
    ...(store.bytes === null
      ? []
      : [gauge('echolot_store_size_bytes', 'Size of what is kept.', store.bytes)]),
    gauge(
      'echolot_store_trouble',
      '1 while nothing can be written to the store.',
      Number(store.trouble !== null),
    ),
    gauge('echolot_store_waiting', 'Batches that wait to be written.', store.waiting),
    counter(
      'echolot_store_lost_intervals',
      'Intervals given up because too many waited.',
      store.lostIntervals,
    ),
  ];
  // One without a sample says nothing, and some readers refuse it.
  return all.filter(({ samples }) => samples.length > 0);
}

function goodputOf(tallies: readonly Tally[]): readonly (readonly [Labels, number])[] {
  return tallies.flatMap(({ labels, state }) => {
    const load = state.last?.load;
    const directions = [
      ['up', load?.upBitsPerSecond ?? null],
      ['down', load?.downBitsPerSecond ?? null],
    ] as const;
    return directions.flatMap(([direction, value]) =>
      value === null ? [] : [[{ ...labels, direction }, value] as const],
    );
  });
}
