/** Paced probes for people while they run: a line for each second, and the line that is redrawn on a terminal. */
import { counted, figureText } from '../../text/numbers.ts';
import { delayText, perSecondText } from '../../text/units.ts';
import { latencyText, rateName } from '../document/paced/words.ts';

const NS_PER_S = 1_000_000_000;

/** What a run says of itself before it starts. */
export interface PacedHead {
  readonly plan: {
    readonly host: string;
    readonly port: number;
    readonly ratesPerSecond: readonly number[];
    readonly arrivals: string | undefined;
    readonly connections: number;
    readonly inFlight: number;
    readonly stepNs: number;
  };
  readonly engine: string;
  readonly fallback: string | null;
}

export function pacedHeadline({ plan, engine, fallback }: PacedHead): string {
  const { host, port, ratesPerSecond, arrivals, connections, inFlight, stepNs } = plan;
  const rates =
    arrivals === undefined ? 'closed loop' : `${ratesPerSecond.map(rateName).join(' ')} ${arrivals}`;
  const time = `${delayText(stepNs)}${ratesPerSecond.length > 1 ? ' each' : ''}`;
  const reason = fallback === null ? '' : ` (not the native engine: ${fallback})`;
  return `${host} port ${port}: ${rates}, ${time}; ${counted(connections, 'connection')} × ${inFlight.toLocaleString('en-US')} in flight; engine ${engine}${reason}`;
}

/** How it goes, at one moment or over a while. */
export interface PacedPaceTold {
  /** Null for a closed loop. */
  readonly askedPerSecond: number | null;
  readonly isWarmup: boolean;
  readonly answeredPerSecond: number;
  /** Of the step so far, ns; null before one was answered. */
  readonly responseP50Ns: number | null;
  readonly backlog: number;
  readonly lost: number;
  /** Answers that are still waited for when the step is over. */
  readonly waiting: number;
}

/** `   4.0 s  2,000/s  answered 1,998/s  p50 106 µs  backlog 0`. */
export function pacedLine(atNs: number, pace: PacedPaceTold): string {
  return [`${(atNs / NS_PER_S).toFixed(1).padStart(6)} s`, ...nameOf(pace), ...figuresOf(pace)].join('  ');
}

/**
 * The line that is redrawn, and shorter ones for narrow terminals: the longest first.
 * @param leftNs of the whole run
 */
export function pacedLiveLines(pace: PacedPaceTold, leftNs: number): string[] {
  const name = nameOf(pace);
  const left = pace.waiting > 0 ? [] : [`${Math.max(0, Math.ceil(leftNs / NS_PER_S))} s left`];
  const [answered = '', p50 = '', ...rest] = figuresOf(pace);
  return [
    [...name, ...left, answered, p50, ...rest],
    [...name, answered, p50, ...rest],
    [...name, answered, p50],
    [answered, p50],
    [answered],
  ].map((parts) => parts.join('  '));
}

function nameOf({ askedPerSecond, isWarmup }: PacedPaceTold): string[] {
  const name = rateName(askedPerSecond);
  return [...(name === '' ? [] : [name]), ...(isWarmup ? ['warm-up'] : [])];
}

function figuresOf({
  askedPerSecond,
  answeredPerSecond,
  responseP50Ns,
  backlog,
  lost,
  waiting,
}: PacedPaceTold): string[] {
  return [
    `answered ${perSecondText(answeredPerSecond)}`,
    `p50 ${responseP50Ns === null ? 'none yet' : latencyText(responseP50Ns)}`,
    ...(askedPerSecond === null ? [] : [`backlog ${backlog.toLocaleString('en-US')}`]),
    ...(lost === 0 ? [] : [`lost ${lost.toLocaleString('en-US')}`]),
    ...(waiting === 0 ? [] : [`waiting for ${counted(waiting, 'answer')}`]),
  ];
}

export function connectionLostText(connection: number, atNs: number, why: string): string {
  return `connection ${connection} was lost at ${figureText(atNs / NS_PER_S, 3)} s: ${why}`;
}

/** Lines that came faster than they could be printed. */
export function lostPacedProgressText(events: number): string {
  return `not shown: ${counted(events, 'moment')}, which came faster than they are read; the report has them`;
}
