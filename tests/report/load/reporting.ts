/** Reports of loads as text, and lines of their answers. */
import type { Depth } from '../../../src/report/document/document.ts';
import { documentOf } from '../../../src/report/document/documents.ts';
import { documentText } from '../../../src/report/human.ts';
import type { LoadResult } from '../../../src/result/load/load-result.ts';
import type { LoadStatistics } from '../../../src/result/load/load-statistics.ts';
import { loadResult } from './load-results.ts';
import { statistics } from './load-statistics.ts';

export function report(result: LoadResult, depth: Depth = 'usual', width = 80): string {
  return documentText(documentOf(result, depth), width);
}

/** With statistics of its own. */
export function withStatistics(over: Partial<LoadStatistics>): LoadResult {
  return loadResult({ statistics: statistics(over) });
}

/** The lines of the answer, without title and byline. */
export function answer(result: LoadResult, width = 80): string[] {
  const [, second = ''] = report(result, 'brief', width).split('\n\n');
  return second.trimEnd().split('\n');
}

/** One line of the answer, as one line. */
export function line(result: LoadResult, name: string): string {
  const lines = answer(result, 1_000);
  return (lines.find((one) => one.startsWith(name)) ?? '').replace(/ {2,}/g, ' ');
}
