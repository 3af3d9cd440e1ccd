/** The columns of a load's CSV, read off the rows themselves. */
import { LOAD_COLUMNS } from '../../src/report/load/load-csv.ts';
import { code, table } from './markdown.ts';

const MEANING: Readonly<Record<(typeof LOAD_COLUMNS)[number], string>> = {
  phase: '`idle`, `down`, `up`, `both` or `recovery`',
  from_at_ns:
    'begin of the interval, ns after the start; each phase is parted into equal ones of about 100 ms',
  to_at_ns: 'its end, ns after the start',
  streams: 'connections that carried data by then',
  down_bits_per_second:
    'payload received by the client in the interval, as a rate; empty in a phase without data this way',
  up_bits_per_second:
    'payload that the server had received, by its reports, as a rate; of an echo what came back',
  probe_kind: '`foreign` (on a connection of their own) or `own` (within the data); a row for each',
  probes: 'probes that were due in the interval',
  unanswered: 'those of them that were never answered',
  rtt_min_ns:
    'round-trip time of the answered ones from their sending, ns: the shortest; empty where there is none',
  rtt_p50_ns: 'their median',
  rtt_p90_ns: 'their 90th percentile',
  rtt_max_ns: 'the longest',
};

export function loadColumns(): string {
  return table(
    ['column', 'meaning'],
    LOAD_COLUMNS.map((name) => [code(name), MEANING[name]]),
  );
}
