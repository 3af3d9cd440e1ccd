/** A progress line on a terminal, redrawn ten times a second at most; nothing in a pipe. */
import type { WriteStream } from 'node:tty';

const BAR_CHARACTERS = 24;
const REDRAW_MS = 100;

export class ProgressLine {
  private readonly stream: WriteStream;
  private drawnAtMs = Number.NEGATIVE_INFINITY;
  private shown = false;

  constructor(stream: WriteStream) {
    this.stream = stream;
  }

  /** @param share of the whole run that is done, 0 to 1 */
  update(share: number, label: string): void {
    const nowMs = performance.now();
    if (!this.stream.isTTY || nowMs - this.drawnAtMs < REDRAW_MS) return;
    this.drawnAtMs = nowMs;
    this.shown = true;
    const filled = Math.round(share * BAR_CHARACTERS);
    const bar = '#'.repeat(filled) + '-'.repeat(BAR_CHARACTERS - filled);
    const line = `[${bar}] ${String(Math.round(share * 100)).padStart(3)} %  ${label}`;
    this.stream.write(`\r\x1b[K${line.slice(0, Math.max(1, (this.stream.columns || 80) - 1))}`);
  }

  /** Takes the line away, so that the report starts on a clean one. */
  clear(): void {
    if (this.shown) this.stream.write('\r\x1b[K');
    this.shown = false;
  }
}
