/** What went wrong: made small, written beside the corpus, and told. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientInput } from './client-input.ts';
import { playClient } from './client-play.ts';
import { CORPUS_FOLDER, writeClientEntry, writeServerEntry } from './corpus.ts';
import { bytesOf, type FuzzInput, latin1 } from './input.ts';
import { minimised } from './minimise.ts';

/** One cause makes many differences: the first few of them are enough. */
const MOST_WRITTEN = 5;
const MOST_TOLD = 400;

export class Found {
  /** All of them, also those that were not written. */
  differences = 0;
  private readonly seed: number;
  private readonly tell: (line: string) => void;

  constructor(seed: number, tell: (line: string) => void) {
    this.seed = seed;
    this.tell = tell;
  }

  /** @param differs what goes wrong with an input; undefined where nothing does */
  async server(
    where: string,
    input: FuzzInput,
    difference: string,
    differs: (input: FuzzInput) => Promise<string | undefined>,
  ): Promise<void> {
    const number = this.count();
    if (number > MOST_WRITTEN) return;
    const tryPieces = async (pieces: readonly Uint8Array[]): Promise<boolean> =>
      (await differs({ ...input, pieces })) !== undefined;
    const few = await minimised(input.pieces, tryPieces);
    // Byte by byte only what is one piece: cuts may matter.
    const [only] = few;
    const bytes = few.length === 1 && only !== undefined ? [...latin1(only)] : undefined;
    const pieces = bytes
      ? [bytesOf((await minimised(bytes, (left) => tryPieces([bytesOf(left.join(''))]))).join(''))]
      : few;
    const small = { ...input, pieces };
    const told = (await differs(small)) ?? difference;
    this.write(`${where} ${number}`, told, (head) => writeServerEntry(small, head));
  }

  async client(input: ClientInput, fault: string): Promise<void> {
    const number = this.count();
    if (number > MOST_WRITTEN) return;
    const answers = await minimised(
      input.answers,
      (left) => playClient({ ...input, answers: left }).fault !== undefined,
    );
    this.write(`client ${number}`, fault, (head) => writeClientEntry({ ...input, answers }, head));
  }

  /** One more. @returns how many there are */
  private count(): number {
    this.differences++;
    return this.differences;
  }

  /** @param where it was, and which one of them */
  private write(where: string, told: string, entry: (head: readonly string[]) => string): void {
    const name = `found-${this.seed}-${where.replaceAll(' ', '-')}.txt`;
    const file = join(CORPUS_FOLDER, name);
    const short = told.replaceAll('\n', ' ').slice(0, MOST_TOLD);
    writeFileSync(file, entry([`Found ${where}, seed ${this.seed}`, short]));
    this.tell(`${where}: ${short}\n  written to ${file}`);
  }
}
