/** Results of real runs over the pretend network: one that is complete, and some that are not. */
import { analyse } from '../../src/analysis/analyse.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { type RunOptions, startRun } from '../../src/measure/exchange/run.ts';
import { MeasureError } from '../../src/measure/outcome.ts';
import { type LinkOptions, MemoryNetwork } from '../../src/net/memory/network.ts';
import { createLoopEngine } from '../../src/net/session/session-loop.ts';
import type { Result } from '../../src/result/result.ts';
import type { ServeOptions } from '../../src/server/plan.ts';
import { startServer } from '../../src/server/server.ts';

const MS = 1_000_000;
const PORT = 9_900;
const OPTIONS: RunOptions = { host: 'echo.example', port: PORT, sizes: [1, 1_000], probes: 5 };

interface Setting {
  readonly link?: LinkOptions;
  /** Null for no server at all. */
  readonly server?: ServeOptions | null;
  readonly options?: Partial<RunOptions>;
  /** When the run is cancelled, on the clock that starts at 0. */
  readonly cancelAtNs?: number;
}

async function resultOf({ link, server = {}, options, cancelAtNs }: Setting): Promise<Result> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyNs: MS, ...link });
  if (server !== null) await startServer(network, { port: PORT, ...server });
  const engine = createLoopEngine('memory', network);
  const run = startRun({ engine, clock, analyse }, { ...OPTIONS, ...options });
  if (cancelAtNs !== undefined) clock.wakeAt(BigInt(cancelAtNs), () => run.cancel());
  return clock.drive(run.result).catch((error: unknown) => {
    if (error instanceof MeasureError) return error.result;
    throw error;
  });
}

/** A run with jitter in its samples: the link is slow, so larger messages take longer. */
export function completeResult(): Promise<Result> {
  return resultOf({ link: { bytesPerSecond: 1_000_000, chunkBytes: 100 }, options: { warmupProbes: 2 } });
}

export const SETTINGS: readonly (readonly [name: string, status: string, setting: Setting])[] = [
  ['a complete run', 'complete', {}],
  ['a run with warm-up and a server delay', 'complete', { options: { warmupProbes: 2, serverDelayMs: 500 } }],
  ['a run of one probe', 'complete', { options: { probes: 1 } }],
  ['a run over a link without any delay', 'complete', { link: { latencyNs: 0 } }],
  ['a run in another dialect', 'complete', { server: { dialect: 'probes-first' } }],
  [
    'a run against a plain echo server',
    'complete',
    { server: { mode: 'echo' }, options: { protocol: 'plain' } },
  ],
  ['a run with a dialect and a family named', 'complete', { options: { protocol: 'hello', family: 4 } }],
  ['a run without a server', 'failed', { server: null }],
  ['a run that no dialect helps', 'failed', { server: { dialect: 'hello-numeric' } }],
  ['a run that a server refuses', 'failed', { server: { limits: { maxPayloadBytes: 10 } } }],
  ['a run whose connection is reset', 'failed', { link: { resetAfterBytes: 500 } }],
  ['a run that is cancelled while it connects', 'cancelled', { cancelAtNs: MS }],
  ['a run that is cancelled between two probes', 'cancelled', { cancelAtNs: 11 * MS }],
];

export function resultIn(setting: Setting): Promise<Result> {
  return resultOf(setting);
}
