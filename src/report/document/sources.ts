/** The results of a report with what each is called, and how tables tell them apart. */
import type { Result } from '../../result/result.ts';
import { resultLabels } from '../labels.ts';
import { type Part, table } from './document.ts';

export interface Source {
  readonly label: string;
  readonly result: Result;
}

export function sourcesOf(results: readonly Result[]): Source[] {
  const labels = resultLabels(results);
  return results.map((result, i) => ({ result, label: labels[i] ?? '' }));
}

/** A first column with the names of the results, where there are several. */
export function named(sources: readonly Source[], label: string, row: readonly string[]): string[] {
  return sources.length > 1 ? [label, ...row] : [...row];
}

export interface Property {
  readonly name: string;
  readonly value: (result: Result) => string;
}

/** A row for each property and a column for each result. */
export function propertyTable(
  caption: string,
  sources: readonly Source[],
  properties: readonly Property[],
): Part {
  const header = ['', ...(sources.length > 1 ? sources.map(({ label }) => label) : ['value'])];
  const rows = properties.map(({ name, value }) => [name, ...sources.map(({ result }) => value(result))]);
  return table(caption, header, rows, 'words');
}
