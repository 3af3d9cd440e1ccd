/** A check of a client, from its options to its record: echolot plays the server. */
import type { EcholotError } from '../../core/errors.ts';
import { DIALECT_NAMES, type DialectName } from '../../core/wire/dialects.ts';
import type { Endpoint } from '../../facts/connection.ts';
import { Activity, type ActivityDeps, type Handle, type LostEvent } from '../../measure/activity.ts';
import {
  checkDuration,
  checkInteger,
  checkNames,
  checkWord,
  type OptionNames,
} from '../../measure/checks.ts';
import { systemInfo, toolInfo } from '../../measure/machine/system.ts';
import { asEcholotError, CheckError, outcomeOf } from '../../measure/outcome.ts';
import type { ListenerNetwork } from '../../net/listener.ts';
import type { CheckResult } from '../../result/check-result.ts';
import { DEFAULT_CLIENT_TIMEOUT_MS } from '../defaults.ts';
import { checkedSessions, ruleRecord } from '../record.ts';
import { expectedRtt } from './expected-rtt.ts';
import { checkClient, type ClientCheck as Found, whyNotRun } from './run.ts';
import type { ScenarioName } from './scenario.ts';

const NS_PER_MS = 1_000_000;
/** Somebody has to start it by hand. */
export const START_MS = 600_000;
/** A program that was started has connected by then. */
export const OWN_START_MS = 20_000;
const MAX_PORT = 65_535;

export interface ClientCheckOptions {
  /** Where to listen; default `localhost`: this machine alone can connect. */
  readonly host?: string;
  /** Default 0: any free port. */
  readonly port?: number;
  readonly dialect?: DialectName | 'auto';
  /** How long a client may take for anything, ms. Default 10,000. */
  readonly timeoutMs?: number;
  /** The mean round-trip time that the client has told of its first session, ms: it is held against what was seen. */
  readonly expectRttMs?: number;
  /**
   * Starts the client for a scenario; resolves when it has ended, with how that was, for people (`(exit code 1)`). Default:
   * somebody else starts it, each time.
   */
  readonly start?: (
    scenario: { readonly name: ScenarioName; readonly what: string },
    port: number,
  ) => Promise<string | undefined>;
  /** Cancels the check. */
  readonly signal?: AbortSignal;
}

export type ClientCheckEvent =
  | LostEvent
  | {
      readonly kind: 'listening';
      readonly endpoints: readonly Endpoint[];
      /** How long a client is waited for in each scenario. */
      readonly patienceNs: number;
    }
  /** The client may be started. */
  | {
      readonly kind: 'scenario';
      readonly name: ScenarioName;
      readonly what: string;
      readonly index: number;
      readonly of: number;
    };

/** A check under way; see `Check`. */
export type ClientCheck = Handle<ClientCheckEvent, CheckResult>;

const NAMES: OptionNames<ClientCheckOptions> = {
  host: true,
  port: true,
  dialect: true,
  timeoutMs: true,
  expectRttMs: true,
  start: true,
  signal: true,
};

/** Starts a check. @throws EcholotError `usage` at once when the options cannot be */
export function startClientCheck(
  deps: ActivityDeps & { readonly network: ListenerNetwork },
  options: ClientCheckOptions,
): ClientCheck {
  checkNames(options, NAMES);
  const {
    host = 'localhost',
    dialect = 'auto',
    timeoutMs = DEFAULT_CLIENT_TIMEOUT_MS,
    start,
    expectRttMs,
  } = options;
  const port = checkInteger('port', options.port ?? 0, 0, MAX_PORT);
  checkWord('dialect', dialect, ['auto', ...DIALECT_NAMES]);
  const timeoutNs = Math.round(checkDuration('timeout', timeoutMs, 1) * NS_PER_MS);
  const expectRttNs =
    expectRttMs === undefined ? undefined : checkDuration('mean RTT', expectRttMs, 0) * NS_PER_MS;
  const patienceNs = (start === undefined ? START_MS : OWN_START_MS) * NS_PER_MS;
  const activity = new Activity<ClientCheckEvent>(deps, options.signal);
  const { clock, tell } = activity;
  const work = async (): Promise<CheckResult> => {
    const startedAt = new Date(clock.wallMs()).toISOString();
    const startNs = clock.nowNs();
    let listensOn = port;
    let found: Found | undefined;
    let failure: EcholotError | undefined;
    try {
      found = await checkClient({
        network: deps.network,
        host,
        port,
        dialect,
        timeoutNs,
        startNs: patienceNs,
        signal: activity.signal,
        onListening: (endpoints) => {
          listensOn = endpoints[0]?.port ?? port;
          tell({ kind: 'listening', endpoints, patienceNs });
        },
        onScenario: ({ name, what }, index, of) => {
          tell({ kind: 'scenario', name, what, index, of });
          return start?.({ name, what }, listensOn);
        },
      });
      failure = found.failure;
    } catch (error) {
      failure = asEcholotError(error);
    }
    const sessions = checkedSessions(found?.runs.get('right')?.sessions ?? []);
    const missing = found?.runs.has('right') ? 'no probe was echoed' : whyNotRun(failure);
    const expected =
      expectRttNs === undefined || found === undefined ? [] : [expectedRtt(expectRttNs, sessions, missing)];
    const spoken = found?.runs.get('right')?.sessions.find(({ reading }) => reading !== undefined)?.reading;
    const result: CheckResult = {
      format: 'echolot-check',
      version: 1,
      tool: toolInfo(),
      system: systemInfo(),
      startedAt,
      durationNs: Number(clock.nowNs() - startNs),
      role: 'client',
      plan: { host, port: listensOn, family: null, dialect, timeoutNs, rules: null },
      dialect: {
        name: spoken?.dialect.name ?? (dialect === 'auto' ? 'size-first' : dialect),
        foundBy: dialect !== 'auto' ? 'told' : spoken === undefined ? 'none' : 'echo',
      },
      answerNs: null,
      rules: [...(found?.findings ?? []), ...expected].map(ruleRecord),
      sessions,
      outcome: outcomeOf(failure),
    };
    if (failure !== undefined) throw new CheckError(failure, result);
    return result;
  };
  return activity.start(work, async () => {});
}
