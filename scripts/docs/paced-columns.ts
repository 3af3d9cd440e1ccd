/** The columns of the CSV of paced probes, read off the rows themselves. */
import { PACED_COLUMNS } from '../../src/report/paced/paced-csv.ts';
import { code, table } from './markdown.ts';

const MEANING: Readonly<Record<(typeof PACED_COLUMNS)[number], string>> = {
  step: 'number of the rate, from 1',
  asked_per_second: 'the rate asked for, probes a second on all connections; empty for a closed loop',
  connection: 'which connection, from 1',
  due_at_ns: 'when the probe was due, ns after the start',
  sent_at_ns: 'when it was sent, ns after the start',
  service_ns: 'from its sending to its echo, ns; empty for one that was lost',
  response_ns: 'from when it was due to its echo, ns; empty likewise',
};

export function pacedColumns(): string {
  return table(
    ['column', 'meaning'],
    PACED_COLUMNS.map((name) => [code(name), MEANING[name]]),
  );
}
