/** What people read of a check: what is broken and how, in every form, and what a client should have computed. */
import { describe, expect, test } from 'vitest';
import { checkDocument } from '../../src/report/document/check.ts';
import { htmlPage } from '../../src/report/html.ts';
import { markdownText } from '../../src/report/markdown.ts';
import { checkedClient, checkedServer } from '../check/checked.ts';
import type { Change } from '../check/small-server.ts';
import { checkReport } from './rendered.ts';

/** One fault in each phase, and what only a note tells. */
const WRONG: Change = {
  setupError: '404 ERROR: Bad Setup\n',
  takesNumber: (number, { probes }) => Number(number) >= 1 && Number(number) <= probes,
  closesAfterBye: false,
  splitsAtBlanks: true,
};

describe('a check of a server', () => {
  test('that breaks rules shows what was on the wire, what should have been, and where that is written', async () => {
    await expect(checkReport(await checkedServer(WRONG))).toMatchFileSnapshot('golden/check.txt');
  });

  test('is the same as Markdown and as a page', async () => {
    const document = checkDocument(await checkedServer(WRONG), 'full');
    await expect(markdownText(document)).toMatchFileSnapshot('golden/check.md.txt');
    // Its style is that of all pages.
    const page = htmlPage(document, [], () => '').replace(/<style>.*<\/style>/s, '');
    await expect(page).toMatchFileSnapshot('golden/check.html.txt');
  });

  test('is no more than what is broken where somebody wants it brief', async () => {
    const words = checkReport(await checkedServer(WRONG), 'brief');
    expect(words).toContain('fail     sequence-skipped');
    expect(words).not.toContain('pass');
  });

  test.each([
    [0.5, '500 ms'],
    [1.5, '1,500 ms'],
  ])('of which each answer takes %f s says so, for whoever had to wait', async (thinkS, took) => {
    const words = checkReport(await checkedServer({ thinkS }));
    expect(words).toMatch(
      new RegExp(`^the server answers after about ${took}: the check took [\\d,]+ s for that$`, 'm'),
    );
    expect(words).not.toContain('fail');
    expect(checkReport(await checkedServer({}))).not.toContain('answers after');
  });

  test('that ends in the middle says after which rule', async () => {
    expect(checkReport(await checkedServer({ dies: 'large-message' }))).toContain(
      'the server ended after echo-large',
    );
  });

  test.each([50, 80, 200])('fits a terminal of %s columns', async (columns) => {
    const words = checkReport(await checkedServer(WRONG), 'full', columns);
    expect(words.split('\n').filter((line) => line.length > columns)).toEqual([]);
  });
});

test('a check of a client tells what it should have computed', async () => {
  await expect(checkReport(await checkedClient({ heedsEcho: false }))).toMatchFileSnapshot(
    'golden/check-client.txt',
  );
});
