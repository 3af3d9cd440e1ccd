/**
 * Plays the server for a client, once for each scenario: waits until it has come and gone, or does not go, and judges what
 * was seen. A scenario to which no client comes is the last one.
 */
import { EcholotError } from '../../core/errors.ts';
import type { DialectName } from '../../core/wire/dialects.ts';
import type { Endpoint } from '../../facts/connection.ts';
import { asEcholotError } from '../../measure/outcome.ts';
import { cancelled } from '../../net/errors/session-error.ts';
import type { ListenerNetwork } from '../../net/listener.ts';
import { delayText } from '../../text/units.ts';
import type { RuleFinding } from '../rule.ts';
import { ClientSession } from './client-session.ts';
import { judgeClient, type SeenRun } from './judge.ts';
import { SCENARIOS, type Scenario, type ScenarioName } from './scenario.ts';

/** A client that measures each size in a connection of its own comes again within this time. */
const QUIET_NS = 1_000_000_000;

export interface ClientCheckOptions {
  readonly network: ListenerNetwork;
  readonly host: string;
  readonly port: number;
  readonly dialect: DialectName | 'auto';
  /** How long a client may take for anything, ns; how long one that has to be started is waited for is {@link startNs}. */
  readonly timeoutNs: number;
  readonly startNs: number;
  readonly signal: AbortSignal | undefined;
  readonly onListening: (endpoints: readonly Endpoint[]) => void;
  /**
   * Told when a client may come. A client that is started here: its end, which need not be waited for, and how that was,
   * for people; undefined where somebody else starts it.
   */
  readonly onScenario: (
    scenario: Scenario,
    index: number,
    of: number,
  ) => Promise<string | undefined> | undefined;
}

export interface ClientCheck {
  /** Of all rules; those of a scenario that was not run to its end say why. */
  readonly findings: readonly RuleFinding[];
  readonly runs: ReadonlyMap<ScenarioName, SeenRun>;
  /** What the check ended with: `cancelled`, or no client came (`timeout`, `peer`); undefined when nothing is missing. */
  readonly failure: EcholotError | undefined;
}

/** @throws EcholotError `network` when the address cannot be had */
export async function checkClient(options: ClientCheckOptions): Promise<ClientCheck> {
  const { network, host, port, onListening } = options;
  const runs = new Map<ScenarioName, SeenRun>();
  let failure: EcholotError | undefined;
  let current: RunOfClient | undefined;
  const listener = await network.listen({ host, port }, (connection) => {
    if (current !== undefined) return current.accept(connection);
    connection.destroy();
    return { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => {} };
  });
  try {
    onListening(listener.endpoints);
    for (const [i, scenario] of SCENARIOS.entries()) {
      current = new RunOfClient(scenario, i, options);
      try {
        runs.set(scenario.name, await current.run());
      } finally {
        current.end();
      }
    }
  } catch (error) {
    failure = asEcholotError(error);
  } finally {
    listener.close();
  }
  return { findings: judgeClient(runs, whyNotRun(failure)), runs, failure };
}

/** Of what a check that ended with this has not come to. */
export function whyNotRun(failure: EcholotError | undefined): string {
  return failure?.code === 'cancelled' ? 'interrupted' : (failure?.message ?? '');
}

class RunOfClient {
  private readonly scenario: Scenario;
  private readonly index: number;
  private readonly options: ClientCheckOptions;
  private readonly sessions: ClientSession[] = [];
  private open = 0;
  private changed = (): void => {};

  constructor(scenario: Scenario, index: number, options: ClientCheckOptions) {
    this.scenario = scenario;
    this.index = index;
    this.options = options;
  }

  accept(connection: ConstructorParameters<typeof ClientSession>[0]): ClientSession {
    const { network, dialect } = this.options;
    const session = new ClientSession(connection, network.timekeeper, this.scenario, dialect, () => {
      this.open--;
      this.changed();
    });
    this.sessions.push(session);
    this.open++;
    this.changed();
    return session;
  }

  async run(): Promise<SeenRun> {
    const { onScenario, startNs, timeoutNs } = this.options;
    const ended = onScenario(this.scenario, this.index, SCENARIOS.length);
    let isOver = false;
    let how: string | undefined;
    let failure: unknown;
    ended?.then(
      (words) => {
        how = words;
        isOver = true;
        this.changed();
      },
      (error: unknown) => {
        failure = error;
        isOver = true;
        this.changed();
      },
    );
    const { timekeeper } = this.options.network;
    const within = (ns: number): (() => bigint) => {
      const endNs = timekeeper.nowNs() + BigInt(Math.ceil(ns));
      return () => endNs;
    };
    const hasCome = (): boolean => this.sessions.length > 0;
    await this.until(() => hasCome() || isOver, within(startNs));
    // Its end may be known before its connection is.
    if (isOver) await this.until(hasCome, within(QUIET_NS));
    while (hasCome()) {
      const before = this.sessions.length;
      await this.until(
        () => this.open === 0,
        () => this.activeNs + BigInt(timeoutNs),
      );
      if (this.open > 0 || isOver) break;
      await this.until(() => this.sessions.length > before || isOver, within(QUIET_NS));
      if (this.sessions.length === before) break;
    }
    if (failure !== undefined) throw failure;
    const [first, ...others] = this.sessions.map((session) => session.seen);
    if (first !== undefined) return { sessions: [first, ...others], timeoutNs };
    throw isOver ? neverCame(how) : late(startNs);
  }

  /** Nobody is left behind, however it ended. */
  end(): void {
    for (const session of this.sessions) session.drop();
  }

  /** When anything last happened on a connection that is open. */
  private get activeNs(): bigint {
    let lastNs = 0n;
    for (const { activeNs } of this.sessions) if (activeNs > lastNs) lastNs = activeNs;
    return lastNs;
  }

  /** @param endNs at which the wait is over; asked again whenever it has come */
  private async until(holds: () => boolean, endNs: () => bigint): Promise<void> {
    const { network, signal } = this.options;
    const { timekeeper } = network;
    while (!holds() && timekeeper.nowNs() < endNs()) {
      if (signal?.aborted) throw cancelled();
      const { promise, resolve } = Promise.withResolvers<void>();
      const stop = (): void => resolve();
      const cancel = timekeeper.wakeAt(endNs(), stop);
      this.changed = stop;
      signal?.addEventListener('abort', stop, { once: true });
      await promise;
      signal?.removeEventListener('abort', stop);
      cancel();
      if (signal?.aborted) throw cancelled();
    }
  }
}

function neverCame(how: string | undefined): EcholotError {
  const words = how === undefined ? '' : ` ${how}`;
  return new EcholotError('peer', `the client ended and had not connected${words}`, {
    advice: 'have it connect to the port that it is given',
  });
}

function late(startNs: number): EcholotError {
  return new EcholotError('timeout', `no client connected within ${delayText(startNs)}`, {
    advice: 'start the client soon after the check',
  });
}
