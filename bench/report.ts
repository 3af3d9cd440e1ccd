/** A whole run as one Markdown document: where it was measured, the table, and what is missing from it. */
import { type Machine, machineFacts } from './machine.ts';
import { noiseText } from './noise.ts';
import type { Row } from './row.ts';
import { markdownTable } from './table.ts';

export interface Outcome {
  readonly rows: Row[];
  readonly skipped: string[];
  readonly failed: string[];
  /** By the letter of the group. */
  readonly othersCpuShare: Record<string, number>;
}

export function markdownText(machine: Machine, outcome: Outcome): string {
  const facts = machineFacts(machine).map(([label, text]) => `- ${label}: ${text}`);
  const noise = noiseText(outcome.othersCpuShare);
  const remarks = [
    ...(noise === undefined ? [] : [noise]),
    ...outcome.skipped.map((line) => `skipped ${line}`),
    // Only the first line of a failure: the rest is what a program said on its standard error.
    ...outcome.failed.map((line) => `FAILED ${line.split('\n')[0]}`),
  ].map((line) => `- ${line}`);
  const parts = [facts.join('\n'), markdownTable(outcome.rows), remarks.join('\n')];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
