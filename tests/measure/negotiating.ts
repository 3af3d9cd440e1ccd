/** Runs that find out what a pretend server speaks. */

import { expect } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { type RunOptions, startRun } from '../../src/measure/exchange/run.ts';
import type { Result } from '../../src/result/result.ts';
import { rawOf } from '../analysis/recordings.ts';
import { PORT, type World } from './pretend-servers.ts';

export const NS_PER_S = 1_000_000_000;
export const READY = '200 OK: Ready\n';
export const CLOSING = '200 OK: Closing Connection\n';
export const SETUP_ERROR = '404 ERROR: Invalid Connection Setup Message\n';
export const PROBE_ERROR = '404 ERROR: Invalid Measurement Message\n';

const OPTIONS = { host: 'echo.example', port: PORT, type: 'rtt', sizes: [10, 20, 30], probes: 5 } as const;

export function start({ clock, engine }: World, options: Partial<RunOptions> = {}) {
  return startRun({ engine, clock, analyse }, { ...OPTIONS, ...options });
}

export function complete(here: World, options: Partial<RunOptions> = {}): Promise<Result> {
  return here.clock.drive(start(here, options).result);
}

export function expectAllProbes(result: Result): void {
  expect(result.outcome.status).toBe('complete');
  expect(result.blocks.map((block) => rawOf(block).rttNs.length)).toEqual([5, 5, 5]);
}
