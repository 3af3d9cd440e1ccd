/** What kept probes from leaving when they were due. */
import type { PacedLateRecord } from '../../../result/paced/paced-result.ts';
import { percentText } from '../../../text/numbers.ts';

const NAMES = {
  byThread: 'own thread',
  bySocket: 'full socket',
  byAnswer: 'in-flight limit',
} as const;

/** The most frequent first, with shares where there are several; [] where none was late. */
export function hindranceWords(late: Pick<PacedLateRecord, keyof typeof NAMES>): string[] {
  const told = (Object.keys(NAMES) as (keyof typeof NAMES)[])
    .map((by) => ({ name: NAMES[by], count: late[by] }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count);
  const all = told.reduce((sum, { count }) => sum + count, 0);
  return told.map(({ name, count }) => (told.length === 1 ? name : `${name} ${percentText(count / all)}`));
}
