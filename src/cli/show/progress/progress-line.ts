/**
 * The line that tells how far a run is, redrawn in place, on a terminal only. What does not fit is left out part by
 * part, the least important first: half a number is another number.
 */
import type { WriteStream } from 'node:tty';

const BAR_CHARACTERS = 24;
const REDRAW_MS = 100;
const MS_PER_S = 1_000;
/** Of a terminal that does not tell. */
const COLUMNS = 80;

/** What there is to tell beside the share, in the order in which it stands; '' and what is missing is not shown. */
export interface ProgressParts {
  readonly delay?: string;
  readonly timeLeft?: string;
  readonly block?: string;
  readonly series?: string;
  readonly precision?: string;
}

type PartName = keyof ProgressParts;

const IN_ORDER: readonly PartName[] = ['delay', 'timeLeft', 'block', 'series', 'precision'];
/** The most important first; the bar, which says what the percentage says, comes after them all. */
const BY_WEIGHT: readonly PartName[] = ['timeLeft', 'block', 'series', 'delay', 'precision'];

/** @param share of the whole run that is done, 0 to 1 */
export function progressText(share: number, parts: ProgressParts, width: number): string {
  const percent = `${String(Math.round(share * 100)).padStart(3)} %`;
  const filled = Math.round(share * BAR_CHARACTERS);
  const bar = `[${'#'.repeat(filled)}${'-'.repeat(BAR_CHARACTERS - filled)}] `;
  const told = BY_WEIGHT.filter((name) => (parts[name] ?? '') !== '');
  const withFirst = (count: number): string => {
    const chosen = told.slice(0, count);
    const words = IN_ORDER.filter((name) => chosen.includes(name)).map((name) => parts[name]);
    return [percent, ...(words.length > 0 ? [words.join(', ')] : [])].join('  ');
  };
  const shorter = told.map((_, i) => withFirst(told.length - i));
  return longestThatFits([bar + withFirst(told.length), ...shorter, percent], width);
}

/** @param lines the one that says most first */
function longestThatFits(lines: readonly string[], width: number): string {
  return lines.find((line) => line.length <= width) ?? '';
}

export class ProgressLine {
  private readonly stream: WriteStream;
  private drawnAtMs = Number.NEGATIVE_INFINITY;
  private shown = false;
  private ticking: NodeJS.Timeout | undefined;

  constructor(stream: WriteStream) {
    this.stream = stream;
  }

  /** @param share of the whole run that is done, 0 to 1 */
  update(share: number, parts: ProgressParts): void {
    this.drawInTime(() => progressText(share, parts, this.width));
  }

  /** Draws the first of these lines that fits. */
  tell(lines: readonly string[]): void {
    this.drawInTime(() => longestThatFits(lines, this.width));
  }

  /**
   * Draws once a second what `lines` has to say, the first of them that fits; undefined is nothing. In place of what it
   * said before.
   */
  eachSecond(lines: () => readonly string[] | undefined): void {
    clearInterval(this.ticking);
    if (!this.stream.isTTY) return;
    this.ticking = setInterval(() => {
      const said = lines();
      if (said !== undefined) this.draw(longestThatFits(said, this.width));
    }, MS_PER_S).unref();
  }

  /** In the last column some terminals wrap. */
  private get width(): number {
    return (this.stream.columns || COLUMNS) - 1;
  }

  /** Not more often than anybody can read. */
  private drawInTime(line: () => string): void {
    const nowMs = performance.now();
    if (!this.stream.isTTY || nowMs - this.drawnAtMs < REDRAW_MS) return;
    this.drawnAtMs = nowMs;
    this.draw(line());
  }

  private draw(line: string): void {
    this.shown = true;
    this.stream.write(`\r\x1b[K${line}`);
  }

  /** Takes the line away, so that what follows starts on a clean one. */
  clear(): void {
    if (this.shown) this.stream.write('\r\x1b[K');
    this.shown = false;
  }

  /** There is nothing more to tell. */
  end(): void {
    clearInterval(this.ticking);
    this.clear();
  }
}
