/** Part of the library's face: the instrument by itself, what it shows on this machine and what it lacks here. */
import { monotonic } from './clock/monotonic.ts';
import { type ExamineOptions, runExamination } from './measure/doctor/examine.ts';
import { OWN_NETWORK } from './measure/doctor/looks/network.ts';
import { watchHealth } from './measure/machine/health.ts';
import { runSelfTest, type SelfTestOptions } from './measure/self-test/self-test.ts';
import { nativeLack, nativeUnavailable } from './net/native/available.ts';
import { createNativeEngine } from './net/native/client/engine.ts';
import { loadLibc } from './net/native/kernel/libc.ts';
import { isSynchronised } from './net/native/kernel/realtime.ts';
import { nodeEngine } from './net/node/engine.ts';
import type { DoctorResult } from './result/doctor/doctor-result.ts';
import type { SelfTestResult } from './result/self-test-result.ts';

/**
 * Measures the instrument itself: its clock, its sleeps, and what it shows on a loopback path to a server of its
 * own. It takes about as long as it is told; nothing leaves the machine.
 * @throws EcholotError `usage` for a duration that cannot be, `cancelled`, or what kept an engine from measuring
 */
export async function selfTest(options: SelfTestOptions = {}): Promise<SelfTestResult> {
  const notNative = nativeUnavailable() ?? null;
  const { startApart } = await import('./server/apart.ts');
  return await runSelfTest(
    {
      clock: monotonic,
      engines: notNative === null ? [createNativeEngine(), nodeEngine] : [nodeEngine],
      notNative,
      serve: () => startApart(notNative === null ? 'native' : 'node'),
      watchHealth,
    },
    options,
  );
}

/**
 * Looks at what measuring needs on this machine: what works, what does not, what that means for figures, and what to do. It
 * takes about a second; nothing leaves the machine.
 * @throws EcholotError `usage` for an option that there is not, `cancelled`
 */
export async function examine(options: ExamineOptions = {}): Promise<DoctorResult> {
  const { mostMemoryBytes } = await import('./server/memory/used.ts');
  return await runExamination(
    {
      clock: monotonic,
      lack: nativeLack,
      selfTest,
      isSynchronised: () => {
        const { libc, reason } = loadLibc();
        if (libc === undefined)
          throw new Error(`the kernel cannot be asked without the native engine: ${reason}`);
        return isSynchronised(libc);
      },
      memoryBytes: mostMemoryBytes,
      network: OWN_NETWORK,
    },
    options,
  );
}
