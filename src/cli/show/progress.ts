/**
 * What a measurement tells while it runs, on standard error: a progress line on a terminal, redrawn ten times a
 * second at most, nothing of it in a pipe; how long it will take, where that is long; that there is silence; and every
 * message on the wire where that was asked for.
 */
import type { WriteStream } from 'node:tty';
import type { ProgressEvent } from '../../index.ts';
import { LADDER_HEADER, ladderLine } from '../../report/ladder.ts';
import { counted } from '../../report/text.ts';
import { timeText } from '../../report/units.ts';
import { figureText } from '../../result/number-text.ts';
import { sizeText } from '../../result/size-text.ts';
import { complain } from '../streams.ts';

const BAR_CHARACTERS = 24;
const REDRAW_MS = 100;
const MS_PER_S = 1_000;
const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000;
/** Whoever waits longer wants to know for how long. */
const LONG_NS: number = 5 * NS_PER_S;
/** Sooner it would say of most paths what is about to change. */
const SILENT_MS = 1_500;
/** Of a run: before it nobody can tell how long the rest takes. */
const TELLING_SHARE = 0.05;

export class ProgressLine {
  private readonly stream: WriteStream;
  private drawnAtMs = Number.NEGATIVE_INFINITY;
  private shown = false;
  private ticking: NodeJS.Timeout | undefined;

  constructor(stream: WriteStream) {
    this.stream = stream;
  }

  /** @param share of the whole run that is done, 0 to 1 */
  update(share: number, label: string): void {
    const nowMs = performance.now();
    if (!this.stream.isTTY || nowMs - this.drawnAtMs < REDRAW_MS) return;
    this.drawnAtMs = nowMs;
    const filled = Math.round(share * BAR_CHARACTERS);
    const bar = '#'.repeat(filled) + '-'.repeat(BAR_CHARACTERS - filled);
    this.draw(`[${bar}] ${String(Math.round(share * 100)).padStart(3)} %  ${label}`);
  }

  /** Draws once a second what `text` has to say; undefined is nothing. In place of what it said before. */
  eachSecond(text: () => string | undefined): void {
    clearInterval(this.ticking);
    if (!this.stream.isTTY) return;
    this.ticking = setInterval(() => {
      const line = text();
      if (line !== undefined) this.draw(line);
    }, MS_PER_S).unref();
  }

  private draw(line: string): void {
    this.shown = true;
    this.stream.write(`\r\x1b[K${line.slice(0, Math.max(1, (this.stream.columns || 80) - 1))}`);
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
  private plan: Extract<ProgressEvent, { kind: 'plan' }>['plan'] | undefined;
  private of: number | null = null;
  private precisionLabel = '';
  private share = 0;
  private readonly startedAtMs = performance.now();
  private heardAtMs = performance.now();

  constructor(progress: ProgressLine) {
    this.progress = progress;
  }

  note(event: ProgressEvent): void {
    this.heardAtMs = performance.now();
    switch (event.kind) {
      case 'plan':
        this.plan = event.plan;
        this.progress.eachSecond(() => this.silence());
        break;
      case 'estimate':
        this.announce(event);
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
        this.progress.update(this.share, `${this.timeLeft()}${label}`);
        break;
      }
      case 'attempt':
      case 'messages':
      case 'block-end':
      case 'lost':
        break;
    }
  }

  private announce({ expectedNs, rounds, rttNs }: Extract<ProgressEvent, { kind: 'estimate' }>): void {
    if (expectedNs < LONG_NS || this.plan === undefined) return;
    this.progress.clear();
    const sizes = counted(this.plan.measurements.length, 'size');
    const seconds = Math.round(expectedNs / NS_PER_S);
    complain(
      `this takes about ${seconds} s: ${counted(rounds, 'block')} of each of ${sizes}, at ${timeText(rttNs)} a round trip\n`,
    );
  }

  private timeLeft(): string {
    if (this.share < TELLING_SHARE || this.of === null) return '';
    const elapsedMs = performance.now() - this.startedAtMs;
    const leftS = Math.ceil((elapsedMs * (1 - this.share)) / this.share / MS_PER_S);
    return `${leftS} s left, `;
  }

  /** Nothing came for a while, beyond what the server was asked to wait. */
  private silence(): string | undefined {
    if (this.plan === undefined) return undefined;
    const delayMs = this.plan.serverDelayNs / NS_PER_MS;
    const spreadMs = this.plan.spreadNs / NS_PER_MS / (this.plan.blocks ?? 1);
    const silentMs = performance.now() - this.heardAtMs;
    if (silentMs < Math.max(SILENT_MS, delayMs + MS_PER_S, 2 * spreadMs + MS_PER_S)) return undefined;
    const mostS = figureText((this.plan.timeoutNs / NS_PER_MS + delayMs) / MS_PER_S, 3);
    return `no answer yet, ${Math.floor(silentMs / MS_PER_S)} of ${mostS} s`;
  }

  /** An interval narrows with the root of the number of blocks, and may widen for a while. */
  private noteRound(achieved: number | null): void {
    const asked = this.plan?.precision ?? null;
    if (asked === null || achieved === null) return;
    this.share = Math.max(this.share, Math.min(1, (asked / achieved) ** 2));
    this.precisionLabel = `; within ${figureText(achieved * 100, 2)} %`;
  }
}
