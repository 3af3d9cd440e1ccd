/**
 * A document as Markdown (GitHub's), for pull requests and notes: the tables of the page without its pictures. Words
 * of others are escaped, so that they stay words.
 */

import { printable } from '../text/printable.ts';
import type { Doubt, Part, ReportDocument, ReportTable, Section, Verdict } from './document/document.ts';
import { verdictLines } from './verdict-lines.ts';

export function markdownText({ title, byline, sections }: ReportDocument): string {
  const shown = sections.filter(({ parts }) => parts.some(({ kind }) => kind !== 'pictures'));
  return [`# ${escaped(title)}`, escaped(byline), ...shown.map(sectionText)].join('\n\n').concat('\n');
}

function sectionText({ title, parts }: Section): string {
  return [`## ${escaped(title)}`, ...parts.map(partText).filter((text) => text !== '')].join('\n\n');
}

function partText(part: Part): string {
  switch (part.kind) {
    case 'text':
      return escaped(part.text);
    case 'heading':
      return `### ${escaped(part.text)}`;
    case 'list':
      return part.items.map((item) => `- ${escaped(item)}`).join('\n');
    case 'table':
      return tableText(part.table);
    case 'key-figures':
      return part.figures
        .map(({ name, value, detail }) => {
          const more = detail === '' ? '' : ` (${escaped(detail)})`;
          return `- ${escaped(name)}: **${escaped(value)}**${more}`;
        })
        .join('\n');
    case 'doubts':
      return part.doubts.map(doubtText).join('\n');
    case 'definitions':
      return part.definitions.map(({ term, text }) => `- **${escaped(term)}**: ${escaped(text)}`).join('\n');
    case 'verdicts':
      return part.verdicts.map(verdictText).join('\n');
    case 'pictures':
      return '';
  }
}

/** Lines that keep their blanks stand in a block of code, which ends at as many marks as it begins with. */
function verdictText({ word, name, text, details }: Verdict): string {
  const item = `- **${escaped(word)}** ${escaped(name)}: ${escaped(text)}`;
  if (details.length === 0) return item;
  const lines = verdictLines(details).map((line) => printable(line));
  const longest = Math.max(
    0,
    ...lines.flatMap((line) => line.match(/`+/g) ?? []).map((marks) => marks.length),
  );
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [item, `  ${fence}`, ...lines.map((line) => `  ${line}`), `  ${fence}`].join('\n');
}

function tableText({ caption, columns, rows, legend }: ReportTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
  const rule = columns.map(({ kind }, i) => (kind === 'words' || i === 0 ? '---' : '---:'));
  const head = line(columns.map(({ name }) => name));
  const below = legend === '' ? [] : ['', escaped(legend)];
  return [`${escaped(caption)}:`, '', head, `| ${rule.join(' | ')} |`, ...rows.map(line), ...below].join(
    '\n',
  );
}

function doubtText({ cause, cases, advice }: Doubt): string {
  const told = cases.map(({ code, message, evidence, others }) => {
    const shown = evidence.length === 0 ? '' : ` (${evidence.map(escaped).join(', ')})`;
    const alike = others === '' ? '' : `; likewise ${escaped(others)}`;
    return `  - ${escaped(code)}: ${escaped(message)}${shown}${alike}`;
  });
  return [`- **${escaped(cause)}**: what to do: ${advice.map(escaped).join('; ')}`, ...told].join('\n');
}

/** Characters that Markdown or HTML could take for marks; line breaks are gone already. */
function escaped(text: string): string {
  return (
    printable(text)
      .replace(/[\\`*_[\]|~#]/g, (mark) => `\\${mark}`)
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replace(/^([-+=])/, '\\$1')
      .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
      // A bare address would become a link, and a name with @ a mention.
      .replaceAll('://', '&#58;//')
      .replaceAll('@', '&#64;')
  );
}
