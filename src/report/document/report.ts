/** The report of one or several results as a document: the same for a page and for a text. */
import type { Result } from '../../result/result.ts';
import type { ReportDocument, Section } from './document.ts';
import { keyFiguresSection } from './key-figures.ts';
import { measuredSection } from './measured.ts';
import { METHOD_SECTION } from './method.ts';
import { anatomySection, connectionsSection } from './path.ts';
import { machineSection, planSection } from './setting.ts';
import { sourcesOf } from './sources.ts';
import { checksSection, doubtsSection, verdictSection } from './verdict.ts';

const PICTURES: Section = { id: 'pictures', title: 'Pictures', parts: [{ kind: 'pictures' }] };

/** @param results at least one */
export function reportDocument(results: readonly Result[]): ReportDocument {
  const sources = sourcesOf(results);
  const sections = [
    verdictSection(sources),
    keyFiguresSection(sources),
    doubtsSection(sources),
    PICTURES,
    measuredSection(sources, 'rtt'),
    measuredSection(sources, 'throughput'),
    anatomySection(sources),
    connectionsSection(sources),
    checksSection(sources),
    planSection(sources),
    machineSection(sources),
    METHOD_SECTION,
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

function bylineOf(results: readonly Result[]): string {
  const starts = results.flatMap(({ runs }) => runs.map(({ startedAt }) => startedAt)).sort();
  const [first = 'an unknown time'] = starts;
  const last = starts.at(-1);
  const when = last === undefined || last === first ? first : `${first} to ${last}`;
  const versions = [...new Set(results.map(({ tool }) => tool.version))];
  return `Measured ${when} with echolot ${versions.join(' and ')}`;
}
