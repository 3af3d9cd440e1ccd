/** Words for whoever waits for a turn. */

const MS_PER_S = 1_000;
const S_PER_MIN = 60;
/** Up to here seconds are told. */
const LONG_S = 120;

/** `about 14 s, 2 before you`. @param afterMs at most @param before who come first */
export function turnText(afterMs: number, before: number): string {
  const seconds = Math.ceil(Math.max(0, afterMs) / MS_PER_S);
  const time = seconds <= LONG_S ? `${seconds} s` : `${Math.ceil(seconds / S_PER_MIN)} min`;
  return `about ${time}, ${before === 0 ? 'you are next' : `${before} before you`}`;
}
