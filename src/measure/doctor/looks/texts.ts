/** How the kernel writes numbers and lists in its files. What is not written so is not there. */

/** Parted by blanks. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** The only one, or undefined: for `max` as well. */
export function numberIn(text: string | undefined): number | undefined {
  const [number] = numbersIn(text ?? '', 1) ?? [];
  return number;
}

/** Exactly so many whole numbers; else undefined. */
export function numbersIn(text: string, count: number): readonly number[] | undefined {
  const words = wordsOf(text);
  if (words.length !== count || !words.every((word) => /^\d{1,15}$/.test(word))) return undefined;
  return words.map(Number);
}

/** How many a list of ranges names: `0-3,8` is five. Undefined for what is none. */
export function countOf(list: string): number | undefined {
  let count = 0;
  for (const part of list.trim().split(',')) {
    const [, first, last] = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(part) ?? [];
    if (first === undefined) return undefined;
    count += Math.max(0, Number(last ?? first) - Number(first) + 1);
  }
  return count;
}
