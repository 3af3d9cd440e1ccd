/** Times at which nobody wants to be told of a target: a silence hides nothing from the page, and what still holds at its end is told then. */
export interface Silence {
  /** Name of a target, in which `*` stands for any text. */
  readonly target: string;
  /** Unix time, ms; `toMs` is not itself in it. */
  readonly fromMs: number;
  readonly toMs: number;
}

export function isSilent(silences: readonly Silence[], target: string, atMs: number): boolean {
  return silences.some((one) => atMs >= one.fromMs && atMs < one.toMs && matches(one.target, target));
}

/**
 * Piece by piece from the left, each as early as it can stand: no pattern takes longer than its length times that of the
 * name, which a regular expression of many stars would.
 */
export function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
