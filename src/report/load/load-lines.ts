/** A load for people while it runs: a line for each second, and the line that is redrawn on a terminal. */
import type { LoadPhaseName } from '../../result/load/load-result.ts';
import { counted } from '../../text/numbers.ts';
import { turnText } from '../../text/turn.ts';
import { delayText } from '../../text/units.ts';
import { latencyText, rateText } from '../document/load/words.ts';

const NS_PER_S = 1_000_000_000;
const MS_PER_S = 1_000;

/** What a load says of itself before it starts. */
export interface LoadHead {
  readonly plan: {
    readonly host: string;
    readonly port: number;
    readonly phases: readonly { readonly name: LoadPhaseName; readonly durationNs: number }[];
  };
  readonly engine: string;
  readonly fallback: string | null;
}

export function loadHeadline({ plan: { host, port, phases }, engine, fallback }: LoadHead): string {
  const told = phases.map(({ name, durationNs }) => `${name} ${delayText(durationNs)}`);
  const reason = fallback === null ? '' : ` (not the native engine: ${fallback})`;
  return `${host} port ${port}: ${told.join(', ')}; engine ${engine}${reason}`;
}

/** @param forMs until the server is asked again @param turn what it said of the turn that would come, if anything */
export function waitingText(forMs: number, turn: Partial<TurnTold> = {}): string {
  const { afterMs, before } = turn;
  const whenText = forMs > 0 ? ` in ${Math.ceil(forMs / MS_PER_S)} s` : '';
  const asking = `asking again${whenText}`;
  if (afterMs === undefined || before === undefined) return `another load is under way there; ${asking}`;
  return `another load is under way there (${turnText(afterMs, before)}); ${asking}; --wait-turn keeps a place`;
}

/** What a server says of a turn that is to come. */
export interface TurnTold {
  readonly afterMs: number;
  readonly before: number;
}

/** In the queue of the server. */
export function queuedText({ afterMs, before }: TurnTold): string {
  return `waiting for a turn there: ${turnText(afterMs, before)}`;
}

/** How it goes, at one moment or over a while. */
export interface LoadPaceTold {
  readonly phase: LoadPhaseName;
  readonly downBitsPerSecond: number | null;
  readonly upBitsPerSecond: number | null;
  readonly rttNs: number | null;
  readonly streams: number;
}

/** `  4.0 s  down  94.1 Mbit/s  RTT 16.2 ms  4 streams`. */
export function loadLine(atNs: number, pace: LoadPaceTold): string {
  const { phase, rttNs, streams } = pace;
  return [
    `${(atNs / NS_PER_S).toFixed(1).padStart(6)} s`,
    phase.padEnd(9),
    ...goodputTexts(pace).map((text) => text.padStart(11)),
    `RTT ${rttNs === null ? 'none yet' : latencyText(rttNs)}`,
    ...(streams > 0 ? [counted(streams, 'stream')] : []),
  ].join('  ');
}

/**
 * The line that is redrawn, and shorter ones for narrow terminals: the longest first.
 * @param leftNs of the whole load @param curve as by {@link curveText}
 */
export function liveLines(pace: LoadPaceTold, leftNs: number, curve: string): string[] {
  const { phase, rttNs } = pace;
  const left = `${Math.ceil(leftNs / NS_PER_S)} s left`;
  const goodput = goodputTexts(pace);
  const rtt = rttNs === null ? [] : [`RTT ${latencyText(rttNs)}`];
  const name = phase;
  return [
    [name, left, ...goodput, ...rtt, curve],
    [name, left, ...goodput, ...rtt],
    [name, ...goodput, ...rtt],
    [name, ...goodput],
    [name],
  ].map((parts) => parts.join('  '));
}

/** With the direction where there are two of them. */
function goodputTexts({ downBitsPerSecond: down, upBitsPerSecond: up }: LoadPaceTold): string[] {
  if (down !== null && up !== null) return [`down ${rateText(down)}`, `up ${rateText(up)}`];
  const only = down ?? up;
  return only === null ? [] : [rateText(only)];
}

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/** What is yet to come. */
const AHEAD = '·';

/** A curve of blocks, each as high as its value beside the highest. @param values null for what is not known */
export function curveText(values: readonly (number | null)[]): string {
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  return values
    .map((value) => {
      if (value === null) return AHEAD;
      const step = most > 0 ? Math.ceil((value / most) * BLOCKS.length) - 1 : 0;
      return BLOCKS[Math.max(0, Math.min(BLOCKS.length - 1, step))];
    })
    .join('');
}

/** Lines that came faster than they could be printed. */
export function lostProgressText(events: number): string {
  return `not shown: ${counted(events, 'moment')}, which came faster than they are read; the report has them`;
}
