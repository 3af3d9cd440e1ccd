/**
 * What works on this machine and what does not, found by looking and by a short self-test. Each look is bounded in time and
 * throws nothing; what the facts mean is judged elsewhere.
 */
import { availableParallelism, homedir, hostname, userInfo } from 'node:os';
import { calibrate } from '../../clock/calibrate.ts';
import type { Timekeeper } from '../../clock/clock.ts';
import { EcholotError } from '../../core/errors.ts';
import { type ReadText, readKernelText } from '../../net/kernel-text.ts';
import type { DoctorResult } from '../../result/doctor/doctor-result.ts';
import type { SelfTestResult } from '../../result/self-test-result.ts';
import { checkNames, type OptionNames } from '../checks.ts';
import type { Lack } from '../choose-engine.ts';
import { systemInfo, toolInfo, wantedPackage } from '../machine/system.ts';
import { MIN_SELF_TEST_MS, type SelfTestOptions } from '../self-test/self-test.ts';
import type { InstrumentFacts, LoopbackFacts, ProgramFacts } from './facts.ts';
import { judge, measuringWorks } from './judge/judge.ts';
import { type Hide, look, lookWithin } from './looks/look.ts';
import { lookAtMachine } from './looks/machine.ts';
import { type OwnNames, withoutNames } from './looks/names.ts';
import { lookAtNetwork, type NetworkSources } from './looks/network.ts';

/** A self-test that takes longer than this is stuck, ns. */
const SELF_TEST_LIMIT_NS = 4_000_000_000;
/** What the native engine calls the kernel with. */
const FFI_PACKAGE = 'koffi';

export interface ExamineOptions {
  /** Also tells names, addresses and paths as they are; default false. */
  readonly withNames?: boolean;
  /** What the program around it has found of itself; default nothing. */
  readonly program?: (hide: (text: string) => string) => Promise<ProgramFacts>;
  /** Cancels it. */
  readonly signal?: AbortSignal;
}

const NAMES: OptionNames<ExamineOptions> = { withNames: true, program: true, signal: true };

export interface ExamineDeps {
  readonly clock: Timekeeper;
  /** Why there is no native engine. */
  readonly lack: () => Lack | undefined;
  readonly selfTest: (options: SelfTestOptions) => Promise<SelfTestResult>;
  readonly isSynchronised: () => boolean | undefined;
  readonly memoryBytes: () => number;
  readonly network: Pick<NetworkSources, 'interfaces' | 'lookUp'>;
  readonly read?: ReadText;
}

/** @throws EcholotError `usage` for an option that there is not, `cancelled` */
export async function runExamination(deps: ExamineDeps, options: ExamineOptions = {}): Promise<DoctorResult> {
  checkNames(options, NAMES);
  const { withNames = false, program = async () => ({}), signal } = options;
  const { clock, read = readKernelText } = deps;
  const startedAt = new Date(clock.wallMs()).toISOString();
  const startNs = clock.nowNs();
  const names = ownNames();
  const hide: Hide = withNames ? (text) => text : (text) => withoutNames(text, names);
  const system = systemInfo();
  const tool = toolInfo();
  const { isSynchronised, memoryBytes } = deps;
  const machine = lookAtMachine(
    {
      read,
      runtime: { node: tool.node, platform: system.platform, release: system.release },
      usable: availableParallelism,
      isSynchronised,
      memoryBytes,
    },
    hide,
  );
  const network = await lookAtNetwork({ read, clock, ...deps.network }, hide, withNames);
  // By itself: whatever else runs here would be measured with it.
  const instrument = await lookAtInstrument(deps, signal, hide);
  if (signal?.aborted) throw new EcholotError('cancelled', 'the examination was cancelled');
  const findings = judge({ instrument, machine, network, program: await program(hide) });
  return {
    format: 'echolot-doctor',
    version: 1,
    tool,
    system,
    startedAt,
    durationNs: Number(clock.nowNs() - startNs),
    works: measuringWorks(findings),
    withNames,
    findings,
  };
}

async function lookAtInstrument(
  { clock, lack, selfTest }: ExamineDeps,
  signal: AbortSignal | undefined,
  hide: Hide,
): Promise<InstrumentFacts> {
  const seen = look(hide, () => lack() ?? null);
  const found = 'found' in seen ? seen.found : { reason: seen.unknown, remedy: undefined };
  return {
    lack: found === null ? null : { ...found, reason: hide(found.reason) },
    absentPackage: found === null ? null : wantedPackage(FFI_PACKAGE),
    clock: look(hide, () => calibrate(clock)),
    loopback: await lookWithin(hide, { clock, limitNs: SELF_TEST_LIMIT_NS }, async (over) => {
      const either = signal === undefined ? over : AbortSignal.any([signal, over]);
      return loopbackOf(await selfTest({ durationMs: MIN_SELF_TEST_MS, signal: either }));
    }),
  };
}

function loopbackOf({ engines, floors, stamps, doubts }: SelfTestResult): LoopbackFacts {
  const contended = doubts.find(({ code }) => code === 'contended');
  return {
    sleeps: engines.flatMap(({ name, sleeps }) =>
      sleeps === null ? [] : [{ engine: name, medianNs: sleeps.medianNs }],
    ),
    floors: floors.map(({ engine, wait, application: { medianNs, within10PercentNs } }) => ({
      engine,
      wait,
      medianNs,
      within10PercentNs,
    })),
    stamps,
    contended: contended === undefined ? null : { message: contended.message, advice: contended.advice },
  };
}

/** A user without an entry in the system's lists has none. */
function ownNames(): OwnNames {
  const orNone = (find: () => string): string | undefined => {
    try {
      return find();
    } catch {
      return undefined;
    }
  };
  return {
    home: orNone(homedir),
    user: orNone(() => userInfo().username),
    host: orNone(hostname),
  };
}
