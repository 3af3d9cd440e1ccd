/** Intervals in a row: a line or a band is drawn through those, and breaks off where nothing was measured or answered. */

/** Of one interval, in what the axes count in. */
export interface Stretch {
  readonly fromS: number;
  readonly toS: number;
}

/** A pause shorter than this share of an interval is none: clocks are set by a little. */
const CONTIGUOUS = 0.5;

/** @param stretches ascending */
export function rowsOf<S extends Stretch>(stretches: readonly S[]): S[][] {
  const rows: S[][] = [];
  for (const one of stretches) {
    const row = rows.at(-1);
    const before = row?.at(-1);
    if (row !== undefined && before !== undefined && follows(before, one)) row.push(one);
    else rows.push([one]);
  }
  return rows;
}

/** A line in steps: each interval has its value from its begin to its end; null between rows. */
export function stepLine<S extends Stretch>(
  stretches: readonly S[],
  valueIn: (one: S) => number,
): [number, number | null][] {
  return rowsOf(stretches).flatMap((row, i): [number, number | null][] => [
    ...(i === 0 ? [] : [[row[0]?.fromS ?? 0, null] satisfies [number, null]]),
    ...row.flatMap((one): [number, number][] => [
      [one.fromS, valueIn(one)],
      [one.toS, valueIn(one)],
    ]),
  ]);
}

function follows(before: Stretch, one: Stretch): boolean {
  const lengthS = Math.max(before.toS - before.fromS, one.toS - one.fromS);
  return one.fromS - before.toS <= CONTIGUOUS * lengthS;
}
