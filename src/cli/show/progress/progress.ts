/**
 * What a measurement tells while it runs, on standard error: a progress line on a terminal, nothing of it in a pipe; how long it will take, where that is long; that there is silence; and every
 * message on the wire where that was asked for.
 */
import type { ProgressEvent } from '../../../index.ts';
import { LADDER_HEADER, ladderLine } from '../../../report/ladder.ts';
import { counted, figureText } from '../../../text/numbers.ts';
import { workloadName } from '../../../text/sizes.ts';
import { timeText } from '../../../text/units.ts';
import { complain } from '../../streams.ts';
import type { ProgressLine } from './progress-line.ts';

const MS_PER_S = 1_000;
const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000;
/** Whoever waits longer wants to know for how long. */
const LONG_NS: number = 5 * NS_PER_S;
/** Sooner it would say of most paths what is about to change. */
const SILENT_MS = 1_500;
/** Of a run: before it nobody can tell how long the rest takes. */
const TELLING_SHARE = 0.05;

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
  /** Blocks before the first that is measured: they were not asked for. */
  private before: number | undefined;
  private precision = '';
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
        if (event.spec.kind === 'measured') this.before ??= event.index;
        break;
      case 'round':
        this.noteRound(event.achievedPrecision);
        break;
      case 'samples': {
        const { workload, probes, warmupProbes } = event.spec;
        const done = (event.first + event.rttNs.length) / (probes + warmupProbes);
        if (this.of !== null) this.share = (event.index + done) / this.of;
        this.progress.update(this.share, {
          timeLeft: this.timeLeft(),
          block: this.blockText(event.index),
          series: workloadName(workload),
          precision: this.precision,
        });
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
    const sizes = counted(this.plan.workloads.length, 'size');
    const seconds = Math.round(expectedNs / NS_PER_S);
    complain(
      `this takes about ${seconds} s: ${counted(rounds, 'block')} of each of ${sizes}, at ${timeText(rttNs)} a round trip\n`,
    );
  }

  private blockText(index: number): string {
    if (this.before === undefined) return 'warm-up';
    return `block ${index - this.before + 1}${this.of === null ? '' : ` of ${this.of - this.before}`}`;
  }

  private timeLeft(): string {
    if (this.share < TELLING_SHARE || this.of === null) return '';
    const elapsedMs = performance.now() - this.startedAtMs;
    const leftS = Math.ceil((elapsedMs * (1 - this.share)) / this.share / MS_PER_S);
    return `${leftS} s left`;
  }

  /** Nothing came for a while, beyond what the server was asked to wait. */
  private silence(): string[] | undefined {
    if (this.plan === undefined) return undefined;
    const delayMs = this.plan.serverDelayNs / NS_PER_MS;
    const spreadMs = this.plan.spreadNs / NS_PER_MS / (this.plan.blocks ?? 1);
    const silentMs = performance.now() - this.heardAtMs;
    if (silentMs < Math.max(SILENT_MS, delayMs + MS_PER_S, 2 * spreadMs + MS_PER_S)) return undefined;
    const mostS = figureText((this.plan.timeoutNs / NS_PER_MS + delayMs) / MS_PER_S, 3);
    const said = 'no answer yet';
    return [`${said}, ${Math.floor(silentMs / MS_PER_S)} of ${mostS} s`, said];
  }

  /** An interval narrows with the root of the number of blocks, and may widen for a while. */
  private noteRound(achieved: number | null): void {
    const asked = this.plan?.precision ?? null;
    if (asked === null || achieved === null) return;
    this.share = Math.max(this.share, Math.min(1, (asked / achieved) ** 2));
    this.precision = `within ${figureText(achieved * 100, 2)} %`;
  }
}
