/** The parts of a run: each gives inputs for a stretch of time, and counts. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Chance } from './chance.ts';
import { clientInput } from './client-input.ts';
import { playClient } from './client-play.ts';
import type { Found } from './found.ts';
import { InProcess } from './in-process.ts';
import type { FuzzInput } from './input.ts';
import type { Inputs } from './inputs.ts';
import { behaviourOf, differenceOf } from './outcome.ts';
import { type FuzzedEngine, RealServers, type ServersState } from './real-servers.ts';
import { playOverSocket } from './socket-client.ts';
import { DELAYED_SESSIONS } from './warm-up.ts';

/** Played over a narrow network and with other cuts, too, which costs three times as much. */
const THOROUGH_SHARE = 0.05;
/** Connections at once: fewer leave a processor idle, more only wait. */
const LANES = 64;
/** In between the program does what else it has to do. */
const INPUTS_PER_TURN = 500;
/** A load is over at a time that a busy machine does not keep: what differs once must differ each time. */
const LOAD_TRIES = 5;
/** Over sockets before anything is counted: what a server makes once and keeps. */
const WARM_UP_INPUTS = 500;
const SETTLING_MS = 10_000;

export interface Counted {
  readonly name: string;
  readonly inputs: number;
  readonly seconds: number;
  /** Of a processor, by the thread that gave the inputs. */
  readonly processorSeconds: number;
  readonly differences: number;
  /** How they ended, and how often each. */
  readonly ends: ReadonlyMap<string, number>;
  /** Of the servers' process. */
  readonly before?: ServersState;
  readonly after?: ServersState;
}

export interface PhaseTools {
  readonly chance: Chance;
  readonly inputs: Inputs;
  readonly found: Found;
  /** Ends every phase early. */
  readonly signal: AbortSignal;
}

/** The server without sockets: most of the inputs. */
export async function serverInProcess(
  seconds: number,
  { chance, inputs, found, signal }: PhaseTools,
): Promise<Counted> {
  const count = new Count('server in process', found);
  const world = await InProcess.start();
  const differs = async (input: FuzzInput): Promise<string | undefined> => {
    await world.renew(input.server);
    return world.play(input, true).difference;
  };
  while (count.seconds < seconds && !signal.aborted) {
    for (let i = 0; i < INPUTS_PER_TURN; i++) {
      const input = inputs.next();
      const { outcome, difference } = world.play(input, chance.is(THOROUGH_SHARE));
      count.note(outcome.reason ?? 'none');
      if (difference === undefined) inputs.learn(input, behaviourOf(input.server, outcome));
      else {
        await found.server('server in process', input, difference, differs);
        await world.renew(input.server);
      }
    }
    await nextTurn();
  }
  return count.done();
}

/** What clients read. */
export async function clientsInProcess(
  seconds: number,
  { chance, found, signal }: PhaseTools,
): Promise<Counted> {
  const count = new Count('client in process', found);
  while (count.seconds < seconds && !signal.aborted) {
    for (let i = 0; i < INPUTS_PER_TURN; i++) {
      const input = clientInput(chance);
      const { end, fault } = playClient(input);
      count.note(end);
      if (fault !== undefined) await found.client(input, fault);
    }
    await nextTurn();
  }
  return count.done();
}

/** Servers of an engine over loopback, held to what the one in process answers. */
export async function overSockets(
  engine: FuzzedEngine,
  seconds: number,
  tools: PhaseTools,
): Promise<Counted> {
  const { inputs, found, signal } = tools;
  const world = await InProcess.start();
  await using servers = await RealServers.start(engine);
  const differs = async (input: FuzzInput): Promise<string | undefined> => {
    const expected = world.play(input, false).outcome;
    inputs.learn(input, behaviourOf(input.server, expected));
    let difference: string | undefined;
    for (let tries = input.server === 'load' ? LOAD_TRIES : 1; tries > 0; tries--) {
      difference = servers.death ?? differenceOf(expected, await playOverSocket(servers, input));
      if (difference === undefined) break;
    }
    return difference;
  };
  // Whoever died of an input cannot be asked which part of it that was.
  const differsAgain = async (input: FuzzInput): Promise<string | undefined> =>
    servers.death === undefined ? await differs(input) : undefined;
  const note = async (input: FuzzInput): Promise<void> => {
    const difference = await differs(input);
    if (difference !== undefined)
      await found.server(`${engine} over sockets`, input, difference, differsAgain);
  };
  // There is one load at a time, so they have a lane of their own.
  const lane = async (isOfLoads: boolean, count: Count, mayGoOn: () => boolean): Promise<void> => {
    while (mayGoOn() && servers.death === undefined && !signal.aborted) {
      const input = inputs.next(isOfLoads ? 'load' : undefined, 'end');
      if (!isOfLoads && input.server === 'load') continue;
      await note(input);
      count.note(input.server);
    }
  };
  const lanes = async (count: Count, mayGoOn: () => boolean): Promise<void> => {
    const measuring = Array.from({ length: LANES }, () => lane(false, count, mayGoOn));
    await Promise.all([lane(true, count, mayGoOn), ...measuring]);
  };
  const warmUp = new Count('warm-up', found);
  for (const input of DELAYED_SESSIONS) await note(input);
  await lanes(warmUp, () => warmUp.inputs < WARM_UP_INPUTS);
  const before = await servers.settled(SETTLING_MS);
  const count = new Count(`${engine} over sockets`, found);
  await lanes(count, () => count.seconds < seconds);
  const counted = count.done();
  return { ...counted, before, after: await servers.settled(SETTLING_MS) };
}

class Count {
  inputs = 0;
  private readonly name: string;
  private readonly found: Found;
  private readonly differencesBefore: number;
  private readonly startMs = performance.now();
  private readonly startProcessor = process.threadCpuUsage();
  private readonly ends = new Map<string, number>();

  constructor(name: string, found: Found) {
    this.name = name;
    this.found = found;
    this.differencesBefore = found.differences;
  }

  get seconds(): number {
    return (performance.now() - this.startMs) / 1_000;
  }

  note(end: string): void {
    this.inputs++;
    this.ends.set(end, (this.ends.get(end) ?? 0) + 1);
  }

  done(): Counted {
    const { name, inputs, seconds, ends } = this;
    const { user, system } = process.threadCpuUsage(this.startProcessor);
    const processorSeconds = (user + system) / 1_000_000;
    return {
      name,
      inputs,
      seconds,
      processorSeconds,
      ends,
      differences: this.found.differences - this.differencesBefore,
    };
  }
}
