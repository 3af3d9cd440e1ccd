/** The results of a report with what each is called, and how tables tell them apart. */
import type { Result } from '../../../result/result.ts';
import { type Column, type Part, table, words } from '../document.ts';
import { resultLabels } from '../labels.ts';

export interface Source {
  readonly label: string;
  readonly result: Result;
}

export function sourcesOf(results: readonly Result[]): Source[] {
  const labels = resultLabels(results);
  return results.map((result, i) => ({ result, label: labels[i] ?? '' }));
}

/** A first cell with the name of the result, where there are several. */
export function named(sources: readonly Source[], label: string, row: readonly string[]): string[] {
  return sources.length > 1 ? [label, ...row] : [...row];
}

/** The same for the columns. */
export function namedColumns(sources: readonly Source[], columns: readonly Column[]): Column[] {
  return sources.length > 1 ? [words('result'), ...columns] : [...columns];
}

/** Parts of each result, under its name where there are several. */
export function eachNamed(sources: readonly Source[], parts: (result: Result) => Part[]): Part[] {
  return sources.flatMap(({ label, result }) => {
    const own = parts(result);
    return sources.length > 1 && own.length > 0 ? [{ kind: 'heading', text: label } as const, ...own] : own;
  });
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
  const names = sources.length > 1 ? sources.map(({ label }) => label) : ['value'];
  const rows = properties.map(({ name, value }) => [name, ...sources.map(({ result }) => value(result))]);
  return table(caption, [words(''), ...names.map(words)], rows);
}
