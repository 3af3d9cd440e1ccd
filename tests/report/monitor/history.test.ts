/** The past of targets as people read it: an answer in the first line, and nothing wider than a terminal. */
import { describe, expect, test } from 'vitest';
import type { HistoryRecord, TargetHistory } from '../../../src/monitor/records/history.ts';
import { historyDocument } from '../../../src/report/document/monitor/history.ts';
import { htmlPage } from '../../../src/report/html.ts';
import { documentText } from '../../../src/report/human.ts';
import { historyCsv } from '../../../src/report/monitor/history-csv.ts';
import { DAY_MS, HOUR_MS } from '../../monitor/history/kept.ts';
import { zones } from '../../text/zones.ts';
import { END_MS, historyOf } from './records.ts';

const setZone = zones();

function changed(record: HistoryRecord, more: Partial<TargetHistory>): HistoryRecord {
  return { ...record, targets: record.targets.map((one) => ({ ...one, ...more })) };
}

test('one target: how it was, over time, why it failed, what happened and what is expected', async () => {
  setZone('Europe/Berlin');
  const text = documentText(historyDocument(await historyOf('near', DAY_MS)));
  await expect(text).toMatchFileSnapshot('../golden/history.txt');
});

test('all targets: a row each', async () => {
  setZone('Europe/Berlin');
  const text = documentText(historyDocument(await historyOf(undefined, 4 * HOUR_MS)));
  await expect(text).toMatchFileSnapshot('../golden/history-overview.txt');
});

test.each([HOUR_MS, DAY_MS, 5 * DAY_MS])('no line of %s ms is wider than a terminal', async (lengthMs) => {
  setZone('America/St_Johns');
  for (const target of ['near', undefined]) {
    const lines = documentText(historyDocument(await historyOf(target, lengthMs))).split('\n');
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
  }
});

describe('the first line tells', () => {
  const first = (record: HistoryRecord): string => historyDocument(record).title;

  test('that nothing was measured, and no number', async () => {
    const record = await historyOf('near', HOUR_MS);
    const nothing = { total: null, rows: [], intervals: [] };
    expect(first(changed(record, nothing))).toBe('near: nothing was measured in this time');
  });

  test('an outage that goes on', async () => {
    const outages = [{ fromMs: END_MS - HOUR_MS, toMs: END_MS, goesOn: true }];
    expect(first(changed(await historyOf('near', HOUR_MS), { outages }))).toContain(
      '1 outage (1 h, goes on)',
    );
  });

  test('that nothing was answered, where that is so', async () => {
    const record = await historyOf('near', HOUR_MS);
    const total = record.targets[0]?.total;
    const silent = { ...total, answeredRuns: 0, layers: {} } as TargetHistory['total'];
    expect(first(changed(record, { total: silent, rows: silent === null ? [] : [silent] }))).toContain(
      'near: no answer, 0 % of runs answered',
    );
  });
});

test('rows of a night in which clocks are set tell which of the two hours they are of', async () => {
  setZone('Europe/Berlin');
  const record = await historyOf('near', 12 * HOUR_MS);
  const setMs = Date.UTC(2026, 9, 25, 1) - (END_MS - 6 * HOUR_MS);
  const rows = record.targets[0]?.rows.map((row) => ({ ...row, fromMs: row.fromMs + setMs })) ?? [];
  const text = documentText(historyDocument(changed(record, { rows })));
  expect(text).toContain('10-25 02:00 UTC+2');
  expect(text).toContain('10-25 02:00 UTC+1');
});

test('names and events of others are shown and never obeyed', async () => {
  const target = '\u001b[2J<script>"\u202e';
  const record = await historyOf('near', HOUR_MS);
  const events = record.targets[0]?.events.map((event) => ({ ...event, text: target })) ?? [];
  const hostile = changed(record, {
    target,
    events,
    series: record.targets[0]?.series.map((one) => ({ ...one, workload: target })) ?? [],
  });
  const forms = [
    documentText(historyDocument(hostile)),
    htmlPage(historyDocument(hostile), [], () => ''),
    historyCsv(hostile),
  ];
  for (const text of forms) {
    for (const obeyed of ['\u001b', '\u202e']) expect(text).not.toContain(obeyed);
  }
  expect(forms[1]).not.toContain('<script>');
});

test('a table for programs has a row for each interval, and cells for each column', async () => {
  const record = await historyOf(undefined, HOUR_MS);
  const [head = '', ...rows] = historyCsv(record).trimEnd().split('\n');
  expect(rows).toHaveLength(record.targets.reduce((sum, { intervals }) => sum + intervals.length, 0));
  for (const row of rows) expect(row.split(',')).toHaveLength(head.split(',').length);
  expect(head).toContain('target,from_ms,to_ms,runs,answered_runs');
  expect(head).toContain('application_p99_ns');
});
