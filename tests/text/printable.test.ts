/** Words of others are shown, never obeyed: no text of a host, a server or a file can move a cursor or pose as another. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { jsonReport } from '../../src/report/json.ts';
import { harmless, printable } from '../../src/text/printable.ts';
import { completeResult } from '../docs/real-results.ts';

/** Control characters but LF and TAB, marks of direction, zero widths, tags, halves of characters. */
const HARMFUL =
  /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\p{Cs}\u{e0000}-\u{e007f}]/gu;
const anyText = fc.string({ unit: 'binary', maxLength: 200 });

function harmIn(text: string): string[] {
  return (text.match(HARMFUL) ?? []).filter((character) => character !== '\n' && character !== '\t');
}

describe('text that leaves the program', () => {
  test('has nothing in it that is obeyed or not seen', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(harmIn(harmless(text))).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(anyText, (text) => {
        expect(printable(text)).not.toMatch(/[\n\t]/);
      }),
    );
    for (let unit = 0; unit < 0x10000; unit++)
      expect(harmIn(harmless(String.fromCharCode(unit)))).toEqual([]);
  });

  test('keeps its lines, its tables and the letters of every language', () => {
    const text = 'size\t1\n grüße 日本語 שלום عربي 🙂 −µ–…\n';
    expect(harmless(text)).toBe(text);
  });

  test('says as JSON what it said before', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const written = JSON.stringify(value);
        expect(JSON.parse(harmless(written))).toEqual(JSON.parse(written));
      }),
    );
  });
});

test('a record with words of a hostile server is written without harm, and says the same', async () => {
  const words = '\u009b2J\u202etxt.exe\u200b\u{e0041}\u007f';
  const result = await completeResult();
  const record = {
    ...result,
    [words]: 1,
    blocks: result.blocks.map((block) => ({ ...block, readyText: words })),
    system: { ...result.system, cpu: words },
  };
  const written = jsonReport(record);
  expect(harmIn(written)).toEqual([]);
  expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(record)));
});

test('commands write by the two functions that make text harmless, and by no other way', () => {
  // The entry prints pages of the package before anything is loaded; the progress line is of our own words.
  const allowed = new Set(['bin.ts', 'streams.ts']);
  const around = readdirSync(absolute('src/cli'), { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.ts') &&
      !allowed.has(file) &&
      /process\.std(?:out|err)\.write|console\./.test(readFileSync(absolute(`src/cli/${file}`), 'utf8')),
  );
  expect(around).toEqual([]);
});
