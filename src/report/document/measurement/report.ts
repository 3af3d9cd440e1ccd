/** The report of one or several results as a document: the same for a terminal, for a page and for Markdown. */

import type { Result } from '../../../result/result.ts';
import type { Depth, ReportDocument, Section } from '../document.ts';
import { dateText, durationWords, engineText } from '../labels.ts';
import { answerSection } from './answer.ts';
import { checksSection, doubtsSection } from './doubts.ts';
import { measuredSection } from './measured.ts';
import { METHOD_SECTION } from './method.ts';
import { notesSection } from './notes.ts';
import { anatomySection, connectionsSection } from './path.ts';
import { machineSection, planSection } from './setting.ts';
import { sourcesOf } from './sources.ts';

const PICTURES: Section = { id: 'pictures', title: 'Pictures', parts: [{ kind: 'pictures' }] };

/** @param results at least one */
export function reportDocument(results: readonly Result[], depth: Depth): ReportDocument {
  const sources = sourcesOf(results);
  const isFull = depth === 'full';
  const sections = [
    answerSection(sources),
    ...(depth === 'brief'
      ? []
      : [
          ...(isFull ? [doubtsSection(sources, depth), PICTURES] : []),
          measuredSection(sources, 'rtt', depth),
          measuredSection(sources, 'throughput', depth),
          anatomySection(sources, depth),
          notesSection(sources),
          // Where all is on one page the doubts come first; on a terminal what comes last is seen first.
          ...(isFull ? [] : [doubtsSection(sources, depth)]),
        ]),
    ...(isFull
      ? [
          connectionsSection(sources),
          checksSection(sources),
          planSection(sources),
          machineSection(sources),
          METHOD_SECTION,
        ]
      : []),
  ];
  return {
    title: titleOf(results),
    byline: bylineOf(results),
    sections: sections.filter((section) => section !== undefined),
  };
}

function titleOf(results: readonly Result[]): string {
  const targets = new Set(results.map(({ plan }) => `${plan.host} port ${plan.port}`));
  const [target = ''] = targets;
  if (results.length === 1) return `TCP echo measurement of ${target}`;
  return targets.size === 1
    ? `${results.length} TCP echo measurements of ${target}`
    : `TCP echo measurements of ${targets.size} servers`;
}

/** As short as the head of an answer has to be: the program's version stands with the machine. */
function bylineOf(results: readonly Result[]): string {
  const starts = results.flatMap(({ runs }) => runs.map(({ startedAt }) => startedAt)).sort();
  const dates = new Set([starts[0] ?? 'at an unknown time', starts.at(-1) ?? 'at an unknown time']);
  const when = [...dates].map(dateText).join(' to ');
  const [only] = results;
  return only === undefined || results.length > 1 ? `measured ${when}` : `${howText(only)}, ${when}`;
}

/** Where it went, in which words, by what, and how long it took. */
function howText({ blocks, plan, dialect, engine, runs }: Result): string {
  const remotes = [...new Set(blocks.map(({ remote }) => remote.address))].join(', ');
  const spoken = dialect.spoken ?? dialect.requested;
  const tookNs = runs.reduce((sum, { durationNs }) => sum + durationNs, 0);
  return [
    ...(remotes === '' || remotes === plan.host ? [] : [remotes]),
    spoken === 'plain' ? 'plain echo' : `dialect ${spoken}`,
    `engine ${engineText(engine)}`,
    ...(tookNs > 0 ? [`took ${durationWords(tookNs)}`] : []),
  ].join(', ');
}
