/**
 * The name that was meant by one that there is not. Two letters swapped are one slip (Damerau), not two: in a short
 * name they would make another word of it.
 */

/** A slip or two, and not another word. */
const MOST_SLIPS = 2;
const MOST_SLIPS_PER_LETTER = 0.34;

/** @returns the nearest of `names`, one of the same letters before others; undefined when all are other words */
export function nearest(given: string, names: Iterable<string>): string | undefined {
  const most = Math.min(MOST_SLIPS, MOST_SLIPS_PER_LETTER * given.length);
  const candidates = [...names]
    .map((name) => ({ name, slips: isSwapped(given, name) ? Math.min(1, most) : slips(given, name) }))
    .filter((candidate) => candidate.slips <= most)
    .sort((a, b) => a.slips - b.slips || Number(isSwapped(given, b.name)) - Number(isSwapped(given, a.name)));
  return candidates[0]?.name;
}

/** Whether nothing but two neighbours have changed places. */
export function isSwapped(given: string, name: string): boolean {
  return sortedLetters(given) === sortedLetters(name) && slips(given, name) === 1;
}

function sortedLetters(word: string): string {
  return [...word].sort().join('');
}

/** Letters added, left out, changed, or swapped with their neighbour: the optimal string alignment distance. */
function slips(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const added = Math.min(row[j - 1] ?? 0, last[j] ?? 0) + 1;
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(changed, added, swapped));
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
