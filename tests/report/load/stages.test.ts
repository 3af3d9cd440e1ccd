/** A report says how the number of streams was found, whether a phase was stable, and what an application gets. */
import { describe, expect, test } from 'vitest';
import { QOO_PROFILES } from '../../../src/analysis/load/qoo-profiles.ts';
import { documentOf } from '../../../src/report/document/documents.ts';
import { htmlPage } from '../../../src/report/html.ts';
import { documentText } from '../../../src/report/human.ts';
import { loadFiguresCsv } from '../../../src/report/load/load-csv.ts';
import { markdownText } from '../../../src/report/markdown.ts';
import type { LoadPhaseRecord, LoadResult } from '../../../src/result/load/load-result.ts';
import type { QooStatistics } from '../../../src/result/load/load-statistics.ts';
import { loadResult } from './load-results.ts';
import { statistics } from './load-statistics.ts';
import { S } from './units.ts';

function text(result: LoadResult, depth: 'brief' | 'usual' | 'full' = 'usual'): string {
  return documentText(documentOf(result, depth), 1_000).replace(/ {2,}/g, ' ');
}

/** With something of its phases that carry data. */
function loaded(
  plan: Partial<LoadResult['plan']>,
  over: (phase: LoadPhaseRecord) => Partial<LoadPhaseRecord>,
): LoadResult {
  const result = loadResult();
  const phases = result.phases.map((phase) =>
    phase.name === 'down' || phase.name === 'up' ? { ...phase, ...over(phase) } : phase,
  );
  return { ...result, phases, plan: { ...result.plan, ...plan } };
}

describe('the number of streams', () => {
  test('is told with how long it took to find', () => {
    const found = loaded({ streams: null }, ({ fromAtNs }) => ({ streamsFoundAtNs: fromAtNs + 3.1 * S }));
    expect(text(found)).toContain('down: 4 streams, found in 3.1 s');
    expect(text(found)).toContain('up: 4 streams, found in 3.1 s');
  });

  test('is told as what it is where the phase was over first', () => {
    const never = loaded({ streams: null }, () => ({}));
    expect(text(never)).toContain('down: 4 streams, and no end of the search for their number');
  });

  test('is no news where it was given', () => {
    expect(text(loadResult())).not.toMatch(/found|search/);
  });
});

describe('stability', () => {
  const until = { untilStable: true, streams: null };

  test('is told where it ended a phase', () => {
    const stable = loaded(until, ({ fromAtNs }) => ({ stableAtNs: fromAtNs + 10.04 * S }));
    expect(text(stable)).toContain('down: goodput and responsiveness were stable after 10 s, which ended it');
    expect(text(stable, 'full')).toContain('streams one more each second, 16 at most');
  });

  test('is told where it never came, but not of a phase that was cut off', () => {
    const said = 'up: goodput and responsiveness were not stable within 7 s';
    expect(text(loaded(until, () => ({})))).toContain(said);
    expect(text(loaded(until, () => ({ isComplete: false })))).not.toContain(said);
  });
});

describe('the Quality of Outcome', () => {
  const [, , profile = null] = QOO_PROFILES;
  const score = (phase: QooStatistics['phase'], over: Partial<QooStatistics>): QooStatistics => ({
    ...{ phase, score: 100, latency: 100, loss: 100, throughput: 100 },
    ...{ interval: null, decidedBy: 0.99, probes: 650 },
    ...over,
  });
  const result = loadResult({
    plan: { ...loadResult().plan, qoo: profile },
    statistics: statistics({
      qoo: [
        score('idle', { throughput: null, probes: 300 }),
        score('down', { score: 61.27, latency: 61.27, interval: { low: 58.1, high: 64.4 } }),
        score('up', { score: 80.4, loss: 80.4, interval: { low: 80.4, high: 80.4 } }),
      ],
    }),
  });

  test('has a line in the answer, the worst phase first', () => {
    expect(text(result, 'brief')).toContain(
      'QoO 61 of 100 down, for video-call, 95 %: 58–64; up 80; idle 100\n',
    );
  });

  test('has a table of what it is made of, and says what the application needs', () => {
    const lines = text(result);
    expect(lines).toContain('draft-ietf-ippm-qoo-11, 3.3, for video-call');
    expect(lines).toContain(' down 61 58–64 61 p99 100 100 650');
    expect(lines).toContain(' up 80 80 100 p99 80 100 650');
    expect(lines).toContain(' idle 100 – 100 p99 100 – 300');
    expect(lines).toContain(
      'video-call: 3.00 Mbit/s at least; p99 of 300 ms is all it can use, 800 ms no use; a loss of 0 % is none to it, 1 % no use',
    );
  });

  test('is on the page, in Markdown, and among the figures for a spreadsheet', () => {
    expect(htmlPage(documentOf(result, 'full'), [], () => '')).toContain('61 of 100');
    expect(markdownText(documentOf(result, 'usual'))).toContain('| down | 61 | 58–64 |');
    expect(loadFiguresCsv(result)).toMatch(/,down,qoo,score,61\.27,58\.1,64\.4,,\n/);
  });

  test('is not told without a profile, nor made up without a score', () => {
    expect(text(loadResult())).not.toContain('QoO');
    const nothing = { ...result, statistics: statistics({ qoo: [] }) };
    expect(text(nothing)).not.toMatch(/^QoO/m);
  });
});
