/** The doubts that a record of paced probes can carry. */
import type { PacedDoubt } from '../../src/result/paced/paced-statistics.ts';
import { code, table } from './markdown.ts';

const MEANING: Readonly<Record<PacedDoubt['kind'], string>> = {
  suspended: 'This program was stopped meanwhile (Ctrl-Z, SIGSTOP): response times contain the stop.',
  'generator-late':
    'This program sent late, with nothing in its way: the response times of these probes contain its own delay.',
  'rate-not-kept': 'Fewer probes were sent than were asked for: the figures are of a lower rate.',
  saturated: 'The backlog or the response time grew to the end: a longer step would have had longer times.',
  'in-flight-limit':
    'Probes waited since as many were under way as may be, which is part of their response times.',
  'no-pipelining': 'The dialect takes one probe after the other on a connection, and more were asked for.',
  uneven: 'Some connections were answered far less often than others.',
  'connection-lost': 'Connections were lost, and the probes under way on them.',
  'few-probes': 'Too few probes were due for any percentile.',
};

export function pacedDoubtTable(): string {
  return table(
    ['kind', 'meaning'],
    Object.entries(MEANING).map(([kind, meaning]) => [code(kind), meaning]),
  );
}
