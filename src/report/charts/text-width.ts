/**
 * How wide a line of text is, without a browser to ask: by the advance widths of DejaVu Sans, which the images are
 * made with and which is wider than most. Of a narrower face there is room left, and no two words run together.
 */

/** In thousandths of the size of the letters. */
const USUAL = 610;
const WIDTHS: readonly (readonly [characters: string, width: number])[] = [
  ["ijl'|", 280],
  [' .,:;!()[]/ft-r', 390],
  ['ABCDEFGHKNOPQRSTUVXYZ0123456789', 660],
  ['mMwW%@µ', 900],
];

const WIDTH_OF: ReadonlyMap<string, number> = new Map(
  WIDTHS.flatMap(([characters, width]) => [...characters].map((character) => [character, width] as const)),
);

/** From here on (CJK) letters are square; ECharts takes the width of one for the height of a line. */
const SQUARE_FROM = '\u2e80';
const SQUARE = 1_000;

export function textWidthPx(text: string, sizePx: number): number {
  let thousandths = 0;
  for (const character of text) {
    thousandths += character >= SQUARE_FROM ? SQUARE : (WIDTH_OF.get(character) ?? USUAL);
  }
  return (thousandths * sizePx) / 1_000;
}
