/** The Quality of Outcome for the profile that was named: one figure, and a table of what it is made of. */
import type { LoadResult, QooProfileRecord } from '../../../result/load/load-result.ts';
import type { QooStatistics } from '../../../result/load/load-statistics.ts';
import { figureText, percentText } from '../../../text/numbers.ts';
import { delayText } from '../../../text/units.ts';
import { type KeyFigure, NONE, type Section } from '../document.ts';
import { type Field, fieldTable, figureField, wordField } from '../fields.ts';
import { INTERVAL, joined, rateText } from './words.ts';

/** The worst of the phases that carried data; without any of them that of idle. */
export function qooFigure({ plan: { qoo: profile }, statistics: { qoo } }: LoadResult): KeyFigure[] {
  if (profile === null || qoo === null) return [];
  const ordered = qoo.toSorted(
    (a, b) => Number(a.phase === 'idle') - Number(b.phase === 'idle') || a.score - b.score,
  );
  const [worst, ...others] = ordered;
  if (worst === undefined) return [];
  const span = spanText(worst);
  const first = joined([worst.phase, `for ${profile.name}`, span === '' ? '' : `95 %: ${span}`]);
  const more = others.map(({ phase, score }) => `${phase} ${scoreText(score)}`);
  return [{ name: 'QoO', value: `${scoreText(worst.score)} of 100`, detail: [first, ...more].join('; ') }];
}

export function qooSection({ plan: { qoo: profile }, statistics: { qoo } }: LoadResult): Section {
  const id = 'qoo';
  const title = 'Quality of Outcome';
  if (profile === null || qoo === null || qoo.length === 0) return { id, title, parts: [] };
  const fields: Field<QooStatistics>[] = [
    wordField('phase', ({ phase }) => phase),
    figureField('score', ({ score }) => scoreText(score)),
    figureField(INTERVAL, (one) => spanText(one) || NONE, 4),
    figureField('latency', ({ latency }) => scoreText(latency)),
    wordField('by', ({ decidedBy }) => percentileText(decidedBy), 2),
    figureField('loss', ({ loss }) => scoreText(loss)),
    figureField('throughput', ({ throughput }) => (throughput === null ? NONE : scoreText(throughput))),
    figureField('probes', ({ probes }) => probes.toLocaleString('en-US'), 3),
  ];
  const caption = `Quality of Outcome, 0 to 100, draft-ietf-ippm-qoo-11, 3.3, for ${profile.name}`;
  return { id, title, parts: [fieldTable(caption, qoo, fields, `${profile.name}: ${needsText(profile)}`)] };
}

/** `3 Mbit/s at least; 100 for p99 of 300 ms, 0 for 800 ms; 100 for a loss of 0 %, 0 for 1 %`. */
export function needsText({ bitsPerSecond, latencies, loss }: QooProfileRecord): string {
  const times = latencies.map(
    ({ p, optimalNs, unacceptableNs }) =>
      `${percentileText(p)} of ${delayText(optimalNs)} is all it can use, ${delayText(unacceptableNs)} no use`,
  );
  const lost = `a loss of ${percentText(loss.optimal)} is none to it, ${percentText(loss.unacceptable)} no use`;
  return [`${rateText(bitsPerSecond)} at least`, ...times, lost].join('; ');
}

function percentileText(p: number): string {
  return `p${Number((100 * p).toPrecision(6))}`;
}

function scoreText(score: number): string {
  return score >= 99.95 ? '100' : figureText(score, 2);
}

function spanText({ interval }: QooStatistics): string {
  if (interval === null) return '';
  const [low, high] = [scoreText(interval.low), scoreText(interval.high)];
  return low === high ? low : `${low}–${high}`;
}
