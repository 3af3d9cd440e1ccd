/** The report of a load: the answer in a dozen lines, tables, doubts, and no line that speaks against another. */
import { expect, test } from 'vitest';
import type { Depth } from '../../../src/report/document/document.ts';
import { loadDocument } from '../../../src/report/document/load/load.ts';
import { documentText } from '../../../src/report/human.ts';
import type { LoadResult } from '../../../src/result/load-result.ts';
import { loadResult } from './load-results.ts';

function report(result: LoadResult, depth: Depth = 'usual', width = 80): string {
  return documentText(loadDocument(result, depth), width);
}

test('a load with two directions reads as it always did', async () => {
  await expect(report(loadResult())).toMatchFileSnapshot('golden/load.txt');
});
