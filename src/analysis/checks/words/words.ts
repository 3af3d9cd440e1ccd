/** Numbers and series as the doubts name them: three digits are enough for evidence. */
import { figureText } from '../../../text/numbers.ts';
import { sizeText } from '../../../text/sizes.ts';
import type { OfWorkload } from '../../samples/select.ts';

const SIGNIFICANT_DIGITS = 3;
const TIME_UNITS = [
  { name: 's', factor: 1e9 },
  { name: 'ms', factor: 1e6 },
  { name: 'µs', factor: 1e3 },
] as const;

export function timeText(ns: number): string {
  const unit = TIME_UNITS.find(({ factor }) => ns >= factor) ?? { name: 'ns', factor: 1 };
  return `${figureText(ns / unit.factor, SIGNIFICANT_DIGITS)} ${unit.name}`;
}

/** `1 probe`, `2 probes`. */
export function countText(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** `2.1 s into the run`: when a probe was sent. */
export function whenText({ run, sentAtNs }: { run: number; sentAtNs: number }, runs: number): string {
  return `${timeText(sentAtNs)} into ${runs === 1 ? 'the run' : `run ${run} of ${runs}`}`;
}

/** `RTT probes of 400 B`: the same size may be in both measurements. */
export function probesOf({ workload: { kind, payloadBytes } }: OfWorkload): string {
  return `${kind === 'rtt' ? 'RTT' : 'throughput'} probes of ${sizeText(payloadBytes)}`;
}
