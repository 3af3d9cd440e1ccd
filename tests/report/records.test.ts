/** Every kind of record has a document, and so a page and Markdown as well as lines; hostile words stay words in all. */
import { expect, test } from 'vitest';
import { checkDocument } from '../../src/report/document/check.ts';
import { comparisonDocument } from '../../src/report/document/comparison.ts';
import type { ReportDocument } from '../../src/report/document/document.ts';
import { pingDocument } from '../../src/report/document/ping.ts';
import { selfTestDocument } from '../../src/report/document/self-test.ts';
import { htmlPage } from '../../src/report/html.ts';
import { documentText } from '../../src/report/human.ts';
import { markdownText } from '../../src/report/markdown.ts';
import { checkedServer } from '../check/checked.ts';
import { bench } from '../measure/self-testing.ts';
import { comparisonOf } from './comparisons.ts';
import { pingResult } from './ping-results.ts';

const HOSTILE = '<script>alert(1)</script>|[x](y)';

async function documents(): Promise<ReportDocument[]> {
  const comparison = comparisonOf(HOSTILE);
  const ping = pingResult();
  const tested = await bench().run();
  const checked = await checkedServer({ readyText: `404 ${HOSTILE}\n` });
  return [
    comparisonDocument(comparison, 'full'),
    pingDocument({ ...ping, plan: { ...ping.plan, host: HOSTILE } }, 'full'),
    selfTestDocument({ ...tested, system: { ...tested.system, cpu: HOSTILE } }, 'full'),
    checkDocument({ ...checked, plan: { ...checked.plan, host: HOSTILE } }, 'full'),
  ];
}

test('the page of each has its title, its sections and all its tables', async () => {
  for (const document of await documents()) {
    const page = htmlPage(document, [], () => '');
    for (const { id } of document.sections) expect(page).toContain(`<h2 id="${id}">`);
    const tables = document.sections.flatMap(({ parts }) => parts).filter(({ kind }) => kind === 'table');
    expect(page.match(/<table /g) ?? []).toHaveLength(tables.length);
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  }
});

test('no word of a record becomes a mark', async () => {
  for (const document of await documents()) {
    expect(htmlPage(document, [], () => '')).not.toContain('<script');
    // In a block of code no word is a mark; what ends one is the subject of a test of its own.
    const prose = markdownText(document).replace(/^ *(`{3,})$.*?^ *\1$/gms, '');
    expect(prose).not.toMatch(/<script|(?<!\\)\[x/);
  }
});

test('lines of each fit a terminal of 50 columns but for words that are longer', async () => {
  for (const document of await documents()) {
    const long = documentText(document, 50)
      .split('\n')
      .filter((line) => line.length > 50 && !line.includes(HOSTILE));
    expect(long).toEqual([]);
  }
});
