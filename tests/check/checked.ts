/** Records of checks of the small server and client, in virtual time: the same each time. */
import { type CheckOptions, startCheck } from '../../src/check/check.ts';
import { type ClientCheckOptions, startClientCheck } from '../../src/check/client/check.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { CheckError } from '../../src/measure/outcome.ts';
import { MemoryNetwork } from '../../src/net/memory/network.ts';
import type { CheckResult } from '../../src/result/check-result.ts';
import { SAMPLE_RESULT } from '../report/sample-result.ts';
import { type Change as ClientChange, runClient } from './small-client.ts';
import { type Change, PORT, SmallServer } from './small-server.ts';

const LATENCY_NS = 100_000;

/** @param cancelAtNs when whoever runs it loses patience; undefined for never */
export async function checkedServer(
  change: Change,
  options: Partial<CheckOptions> = {},
  cancelAtNs?: number,
): Promise<CheckResult> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyNs: LATENCY_NS });
  await SmallServer.listen(clock, network, change);
  const run = startCheck({ network, clock }, { host: 'server.example', port: PORT, ...options });
  if (cancelAtNs !== undefined) clock.wakeAt(BigInt(cancelAtNs), () => run.cancel());
  return await recordOf(clock, run.result);
}

export async function checkedClient(
  change: ClientChange,
  options: Partial<ClientCheckOptions> = {},
): Promise<CheckResult> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyNs: LATENCY_NS });
  const start = async (): Promise<undefined> => void (await runClient(clock, network, change));
  const run = startClientCheck({ network, clock }, { host: 'localhost', port: PORT, start, ...options });
  return await recordOf(clock, run.result);
}

/** Of the machine of the other samples. */
async function recordOf(clock: VirtualClock, run: Promise<CheckResult>): Promise<CheckResult> {
  const result = await clock.drive(run).catch((error: unknown) => {
    if (error instanceof CheckError) return error.result;
    throw error;
  });
  const { tool, system } = SAMPLE_RESULT;
  return { ...result, tool, system };
}
