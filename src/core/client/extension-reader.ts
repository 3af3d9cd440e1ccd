/** How a client reads what a server answers to the question of an extension, whichever it is. */
export interface ExtensionReader {
  /** What the server owes an answer to, and what would be one, for people. */
  readonly owed: string;
  readonly expected: string;
  /** Longest the answer may be, its line end included, bytes. */
  readonly maxBytes: number;
  /** Judges what has come of it, of which the last `newBytes` were not there before. */
  read(received: Uint8Array, newBytes: number): 'incomplete' | 'answer' | 'wrong';
}
