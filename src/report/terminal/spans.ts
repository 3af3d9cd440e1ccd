/** Text with a tone: what a terminal may colour, and everything else prints as it is. */

export type Tone = 'strong' | 'faint' | 'doubt' | 'good' | 'bad';

export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** What a terminal is given, piece by piece. */
export type Piece = string | Span;

/** The words without their tones. */
export function plainText(pieces: Iterable<Piece>): string {
  let plain = '';
  for (const piece of pieces) plain += typeof piece === 'string' ? piece : piece.text;
  return plain;
}
