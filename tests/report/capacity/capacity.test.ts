/** The report of a search for a capacity: the rate with its interval, or one clear sentence on why there is none. */
import { describe, expect, test } from 'vitest';
import { liveTryLines, tryLine } from '../../../src/report/capacity/capacity-lines.ts';
import { capacityByRateChart } from '../../../src/report/charts/capacity/by-rate.ts';
import { isDrawable } from '../../../src/report/charts/chart.ts';
import type { Depth } from '../../../src/report/document/document.ts';
import { documentOf } from '../../../src/report/document/documents.ts';
import { documentText } from '../../../src/report/human.ts';
import { markdownText } from '../../../src/report/markdown.ts';
import type { CapacityResult } from '../../../src/result/capacity/capacity-result.ts';
import {
  BRACKET,
  capacityResult,
  FOUND,
  PLAN,
  repeat,
  S,
  tryRecord,
} from '../../analysis/capacity/capacity-results.ts';

function report(result: CapacityResult, depth: Depth = 'usual', width = 1_000): string {
  return documentText(documentOf(result, depth), width).replace(/ {2,}/g, ' ');
}

function line(result: CapacityResult, name = 'Capacity '): string {
  const lines = report(result, 'brief').split('\n').slice(2);
  return lines.find((one) => one.startsWith(name)) ?? '';
}

describe('the answer is', () => {
  const ended = { outcome: { status: 'cancelled', error: null } } as const;
  test.each([
    [
      'the rate that was found',
      capacityResult(),
      'Capacity 982.8/s 95 %: 958.83–1,007.4; response.p99 < 10ms held at 958.83/s, not at 1,007.4/s',
    ],
    [
      'at least the highest rate',
      capacityResult(repeat(7, 500), { plan: { ...PLAN, fromPerSecond: 500, maxPerSecond: 500 } }),
      'Capacity at least 500/s response.p99 < 10ms held there, the highest rate allowed; 97.5 %',
    ],
    [
      'at least what this program could send',
      capacityResult([...BRACKET.slice(0, 4), ...repeat(4, 820, 'own'), ...repeat(7, 800)]),
      'Capacity at least 800/s response.p99 < 10ms held there; this program could not send faster, so that it is no limit of the server',
    ],
    [
      'below the first rate',
      capacityResult(repeat(7, 100, 'missed')),
      'Capacity below 100/s response.p99 < 10ms does not hold at the first rate: take a lower --from, or another condition',
    ],
    [
      'about a rate, with what is sure',
      capacityResult(BRACKET, ended),
      'Capacity about 982.8/s response.p99 < 10ms held at 972.21/s, not at 993.51/s, neither is sure; cut short',
    ],
    [
      'at least the rate that held, however it was cut short',
      capacityResult(BRACKET.slice(0, 4), ended),
      'Capacity at least 800/s response.p99 < 10ms held there, and nothing above it is known; cut short',
    ],
    [
      'at least that, where only this program was in the way above it',
      capacityResult([...BRACKET.slice(0, 2), tryRecord(400, 'own')], ended),
      'Capacity at least 200/s response.p99 < 10ms held there, and nothing above it is known; cut short',
    ],
    [
      'below the first rate, before that is sure',
      capacityResult(repeat(2, 100, 'missed'), ended),
      'Capacity below 100/s no try held: missed; cut short',
    ],
    [
      'at least what is sure, where the other end is not',
      capacityResult([...BRACKET, ...repeat(6, 958.83)], ended),
      'Capacity about 982.8/s at least 958.83/s with 97.5 %, the other end is not sure; cut short',
    ],
    [
      'not the fault of the server where this program was late',
      capacityResult([tryRecord(100, 'own')], ended),
      'Capacity not known this program was late in each try, which says nothing of the server; cut short',
    ],
    [
      'what came of the tries, where the first rate lost connections each time',
      capacityResult([...repeat(3, 100, 'lost'), tryRecord(100, 'missed')]),
      'Capacity below 100/s no try held: connection lost 3, missed 1; where tries disagree a longer --duration makes it sure',
    ],
    [
      'below the first rate, where its tries disagree',
      capacityResult([tryRecord(100, 'missed'), tryRecord(100)]),
      'Capacity below 100/s response.p99 < 10ms did not hold there, the lowest rate tried, more often than it did; where tries disagree a longer --duration makes it sure',
    ],
    [
      'how far the first try came',
      capacityResult([], { ...ended, durationNs: 1.25 * S }),
      'Capacity not known the first try, at 100/s, had not come to its end after 1.3 s',
    ],
    [
      'what a longer search would take, when its time was over',
      capacityResult(BRACKET, { durationNs: 181 * S }),
      'Capacity about 982.8/s response.p99 < 10ms held at 972.21/s, not at 993.51/s, neither is sure; a longer --max-time makes it sure, and where tries disagree a longer --duration',
    ],
  ])('%s', (_what, result, told) => {
    expect(line(result)).toBe(told);
  });

  test('wider than asked for where tries disagree, and says so', () => {
    const tries = [...BRACKET, ...repeat(6, 900), ...repeat(6, 1_080, 'missed')];
    expect(line(capacityResult(tries))).toContain('20 % apart, since tries between them disagree');
  });
});

test('what failed beyond it, how long an answer takes below, and how many tries there were', () => {
  const result = capacityResult([...FOUND, tryRecord(1_010, 'own')], { durationNs: 200 * S });
  expect(line(result, 'Beyond it')).toBe(
    'Beyond it 10 did not hold missed 8, saturated 1, own thread late 1',
  );
  expect(line(result, 'Response')).toBe('Response, p50 1,000 µs at 958.83/s, p99 4,000 µs, p99.9 6,000 µs');
  expect(line(result, 'Tries')).toBe(
    'Tries 23 of 13 rates, 2 s each or longer; 1 of them count for neither side: this program was late; ended by --max-time 180 s',
  );
});

describe('it is told', () => {
  test('that a search failed, and why', () => {
    const error = {
      code: 'network',
      message: 'connection reset by the peer',
      advice: null,
      expected: null,
      received: null,
      phase: null,
    } as const;
    const result = capacityResult(BRACKET, { outcome: { status: 'failed', error } });
    expect(report(result, 'brief')).toContain('Incomplete: the search failed: connection reset by the peer');
  });

  test('that a server takes one probe after the other', () => {
    const { server } = capacityResult();
    if (server === null) throw new Error('there is no server');
    const one = capacityResult(FOUND, { server: { ...server, inFlight: 1 } });
    expect(report(one)).toContain('more --connections may have more');
  });
});

test('a search that met nobody has a report', () => {
  const nothing = capacityResult([], { engine: null, server: null });
  expect(report(nothing, 'full')).toContain('Capacity not known');
  expect(isDrawable(capacityByRateChart(nothing))).toBe(false);
});

test('rates ascend, each with how often it held; full has each try, too', () => {
  expect(report(capacityResult())).toMatch(
    /958\.83\/s 6 of 6 .*\n 972\.21\/s 1 of 1 .*\n 993\.51\/s 0 of 1 .*missed/,
  );
  expect(report(capacityResult(), 'full')).toContain('Each try, in its order');
  expect(markdownText(documentOf(capacityResult(), 'full'))).toContain('## Answer');
});

test('the curve is hollow where the condition did not hold', () => {
  const chart = capacityByRateChart(capacityResult());
  if (!isDrawable(chart)) throw new Error('it is left out');
  const rows = chart.table.rows.filter(([series]) => series === 'response p99');
  expect(rows.filter(([, , , hollow]) => hollow === 'yes').map(([, rate]) => rate)).toEqual([
    993.51, 1_007.4, 1_037.5, 1_131.4,
  ]);
});

test('each try is a line, and the one under way with what came before it', () => {
  expect(tryLine(tryRecord(800, 'held', { atNs: 10.5 * S }))).toBe('  12.5 s  800/s  held  p99 4,000 µs');
  expect(tryLine(tryRecord(800, 'lost', { response: null }))).toBe('   2.0 s  800/s  connection lost');
  expect(liveTryLines(2, 200, tryRecord(100))[0]).toBe('try 2  200/s  (before: 100/s held)');
  expect(liveTryLines(1, 100, undefined)).toEqual(['try 1  100/s']);
});
