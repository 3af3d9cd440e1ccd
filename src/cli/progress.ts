/**
 * What a measurement tells while it runs, on standard error: a progress line on a terminal, redrawn ten times a
 * second at most, nothing of it in a pipe; and every message on the wire where that was asked for.
 */
import type { WriteStream } from 'node:tty';
import type { ProgressEvent } from '../index.ts';
import { LADDER_HEADER, ladderLine } from '../report/ladder.ts';
import { figureText } from '../result/number-text.ts';
import { sizeText } from '../result/size-text.ts';
import { complain } from './streams.ts';

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

export function progressDisplay(progress: ProgressLine, verbose: boolean): (event: ProgressEvent) => void {
  const display = new RunDisplay(progress);
  let headerShown = false;
  return (event) => {
    display.note(event);
    if (!verbose) return;
    if (event.kind === 'messages') {
      progress.clear();
      if (!headerShown) complain(LADDER_HEADER);
      headerShown = true;
      for (const message of event.messages) complain(ladderLine(message));
    } else if (event.kind === 'attempt') {
      complain(`dialect ${event.attempt.dialect}: ${event.attempt.error.message}\n`);
    }
  };
}

/** How far a run is: by blocks where their number is known, else by the precision it has reached. */
class RunDisplay {
  private readonly progress: ProgressLine;
  private of: number | null = null;
  private askedPrecision: number | null = null;
  private precisionLabel = '';
  private share = 0;

  constructor(progress: ProgressLine) {
    this.progress = progress;
  }

  note(event: ProgressEvent): void {
    switch (event.kind) {
      case 'plan':
        this.askedPrecision = event.plan.precision;
        break;
      case 'block':
        this.of = event.of;
        break;
      case 'round':
        this.noteRound(event.achievedPrecision);
        break;
      case 'samples': {
        const { planned, probes, warmupProbes } = event.spec;
        const done = (event.first + event.rttNs.length) / (probes + warmupProbes);
        if (this.of !== null) this.share = (event.index + done) / this.of;
        const what = planned.measurement === 'rtt' ? 'round-trip time' : 'throughput';
        const block = `block ${event.index + 1}${this.of === null ? '' : ` of ${this.of}`}`;
        const label = `${block}: ${what}, ${sizeText(planned.payloadBytes)}${this.precisionLabel}`;
        this.progress.update(this.share, label);
        break;
      }
    }
  }

  /** An interval narrows with the root of the number of blocks, and may widen for a while. */
  private noteRound(achieved: number | null): void {
    if (this.askedPrecision === null || achieved === null) return;
    this.share = Math.max(this.share, Math.min(1, (this.askedPrecision / achieved) ** 2));
    this.precisionLabel = `; within ${figureText(achieved * 100, 2)} %`;
  }
}
