/** Series of handshakes in virtual time, each handshake taking what the test says. */
import { VirtualClock } from '../../src/clock/virtual.ts';
import { EcholotError } from '../../src/core/errors.ts';
import { type Ping, type PingEvent, startPing } from '../../src/measure/ping/ping.ts';
import type { PingOptions } from '../../src/measure/ping/ping-plan.ts';
import { type ScriptedHandshake, ScriptedHandshaker } from './scripted-handshaker.ts';
import { advance } from './watching.ts';

export const MS = 1_000_000;
export const TARGET = { host: 'host.example', port: 443 } as const;
/** Origin of the clock: an hour, as a real one has been running for long. */
export const ORIGIN_NS = 3_600_000_000_000n;
export const REFUSED = new EcholotError('network', 'host.example:443: connection refused');

export interface Setting {
  readonly clock: VirtualClock;
  readonly handshaker: ScriptedHandshaker;
  start(options?: Partial<PingOptions>): Ping;
  /** When each handshake was started, ms after the start of the run. */
  startsMs(): number[];
}

export function setting(...script: readonly ScriptedHandshake[]): Setting {
  const clock = new VirtualClock();
  advance(clock, ORIGIN_NS);
  const handshaker = new ScriptedHandshaker(clock, script);
  return {
    clock,
    handshaker,
    start: (options = {}) => startPing({ handshaker, clock: clock }, { ...TARGET, ...options }),
    startsMs: () => handshaker.startsNs.map((ns) => Number(ns - ORIGIN_NS) / MS),
  };
}

export async function eventsOf(clock: VirtualClock, run: Ping): Promise<PingEvent[]> {
  const collected = (async () => {
    const all: PingEvent[] = [];
    for await (const event of run) all.push(event);
    return all;
  })();
  return clock.drive(collected);
}

export function takes(...ms: readonly number[]): ScriptedHandshake[] {
  return ms.map((each) => ({ takesNs: each * MS }));
}
