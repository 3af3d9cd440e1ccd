/** What a server grants of what it was asked for, in words: its terms, where they are less. */
import type { GrantRecord, LoadPhaseName } from '../../result/load/load-result.ts';
import { figureText } from '../../text/numbers.ts';
import { rateText } from '../document/load/words.ts';

const NS_PER_S = 1_000_000_000;

/** Of a plan, or of the record of one. */
export interface Asked {
  readonly phases: readonly { readonly name: LoadPhaseName; readonly durationNs: number }[];
  readonly bitsPerSecond: number | null | undefined;
  /** In each direction; absent where their number is left open. */
  readonly streams: number | null | undefined;
  readonly maxStreams: number;
}

/** `the server grants 50.0 Mbit/s in each direction, 2 of 8 streams`; '' where it grants all. */
export function grantText({ phases, ...asked }: Asked, granted: GrantRecord): string {
  const { bitsPerSecond, durationNs } = granted;
  const wantedNs = phases.reduce((sum, phase) => sum + phase.durationNs, 0);
  const goesBothWays = phases.some(({ name }) => name === 'both');
  const streams = (asked.streams ?? asked.maxStreams) * (goesBothWays ? 2 : 1);
  const isSlower =
    bitsPerSecond !== null && bitsPerSecond < (asked.bitsPerSecond ?? Number.POSITIVE_INFINITY);
  const isShorter = durationNs < wantedNs;
  const parts = [
    ...(isSlower ? [`${rateText(bitsPerSecond)} in each direction`] : []),
    ...(isShorter ? [`${secondsText(durationNs)} s of ${secondsText(wantedNs)} s`] : []),
    ...(granted.streams < streams ? [`${granted.streams} of ${streams} streams`] : []),
  ];
  if (parts.length === 0) return '';
  const effects = [
    ...(isShorter ? ['each phase is shorter'] : []),
    ...(goesBothWays && granted.streams === 1 ? ['one direction runs after the other'] : []),
  ];
  return `the server grants ${[parts.join(', '), ...(effects.length === 0 ? [] : [effects.join(', ')])].join(': ')}`;
}

function secondsText(ns: number): string {
  return figureText(ns / NS_PER_S, 3);
}
