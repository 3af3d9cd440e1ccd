/**
 * The past of targets as a document. Its first line answers: of one target, how it was and whether it changed; of several, how many
 * there are. Times are of this machine's zone, which the line below tells. Names and events are words of others.
 */
import type { StoredEvent } from '../../../monitor/records/event.ts';
import type { HistoryRecord, TargetHistory } from '../../../monitor/records/history.ts';
import { localSpanText, localStamp, zoneText } from '../../../text/moments.ts';
import { counted } from '../../../text/numbers.ts';
import { printable } from '../../../text/printable.ts';
import { timeText } from '../../../text/units.ts';
import { type ReportDocument, type Section, table, text, words } from '../document.ts';
import { expectedParts, failureParts, overviewTable, rowsTable } from './history-tables.ts';
import { answeredText, outagesText, summaryOf } from './history-words.ts';
import { ageText } from './words.ts';

/** More are looked for in the record. */
const MOST_EVENTS = 20;

export function historyDocument(record: HistoryRecord): ReportDocument {
  const { span, store, targets } = record;
  const [only] = targets;
  const where = `${localSpanText(span)}, ${zoneText(span)}; kept in ${printable(store)}`;
  // Of one that was asked for there are rows, or nothing at all.
  if (targets.length === 1 && only !== undefined && (only.rows.length > 0 || only.total === null)) {
    return targetDocument(only, where, span);
  }
  return {
    title: overviewText(targets, ageText(span.toMs - span.fromMs)),
    byline: where,
    sections:
      targets.length === 0 ? [] : [{ id: 'targets', title: 'Targets', parts: [overviewTable(targets)] }],
  };
}

function targetDocument(history: TargetHistory, where: string, span: HistoryRecord['span']): ReportDocument {
  const { total } = history;
  if (total === null) {
    return {
      title: `${printable(history.target)}: nothing was measured in this time`,
      byline: where,
      sections: [eventsSection(history)],
    };
  }
  const measured = counted(total.runs, 'run');
  const sections: Section[] = [
    { id: 'over-time', title: 'Over time', parts: [{ kind: 'pictures' }, rowsTable(history)] },
    { id: 'failures', title: 'Failures', parts: failureParts(total) },
    eventsSection(history),
    { id: 'expected', title: 'Expected next', parts: expectedParts(history, span.toMs) },
    notesSection(history),
  ];
  return {
    title: answerText(history),
    byline: `${measured}; ${where}`,
    sections: sections.filter(({ parts }) => parts.length > 0),
  };
}

/** `lossy: median 44.1 ms, p99 61.2 ms, 99.9 % answered, 2 outages (5 min 10 s in all), last change 2026-11-30 22:33`. */
function answerText(history: TargetHistory): string {
  const { target, lastChange } = history;
  const times = summaryOf(history);
  return `${printable(target)}: ${[
    ...(times === undefined
      ? ['no answer']
      : [`median ${timeText(times.p50Ns)}`, `p99 ${timeText(times.p99Ns)}`]),
    `${answeredText(history.total)} of runs answered`,
    outagesText(history.outages),
    lastChange === null ? 'no change known' : `last change ${localStamp(lastChange.atMs)}`,
  ].join(', ')}`;
}

function overviewText(targets: readonly TargetHistory[], length: string): string {
  const measured = targets.filter(({ total }) => total !== null);
  const out = measured.filter(({ outages }) => outages.length > 0).length;
  if (measured.length === 0) return `Nothing was measured in ${length}`;
  const outages = out === 0 ? 'none of them with an outage' : `${out} of them with outages`;
  return `${counted(measured.length, 'target')} in ${length}, ${outages}`;
}

function eventsSection({ events, moreEvents }: TargetHistory): Section {
  const shown = events.slice(0, MOST_EVENTS);
  if (shown.length === 0) return { id: 'events', title: 'Events', parts: [text('No events in this time')] };
  const rest = events.length - shown.length;
  const legend =
    rest > 0
      ? `${rest.toLocaleString('en-US')}${moreEvents ? ' and more' : ''} before them: --json has them`
      : '';
  const row = ({ atMs, kind, text: told }: StoredEvent): string[] => [
    localStamp(atMs, 'seconds'),
    kind,
    printable(told),
  ];
  const parts = [table('Events', [words('when'), words('kind'), words('event')], shown.map(row), legend)];
  return { id: 'events', title: 'Events', parts };
}

/** What the figures are of, where that is not plain. */
function notesSection({ series, others }: TargetHistory): Section {
  const newest = series.at(-1);
  const addresses = [...new Set(series.map(({ address }) => address))].filter((address) => address !== '');
  const ways = [...new Set(others.map(({ kind, workload }) => `${kind}, ${workload}`))];
  const items = [
    ...(newest === undefined ? [] : [`measured: ${newest.kind}, ${printable(newest.workload)}`]),
    ...(addresses.length > 1 ? [`it had several addresses: ${printable(addresses.join(', '))}`] : []),
    ...ways.map((way) => `also measured in this time, and in none of the figures: ${printable(way)}`),
  ];
  return { id: 'notes', title: 'Notes', parts: items.length === 0 ? [] : [{ kind: 'list', items }] };
}
