/** The whole server but its sockets, in this thread and in virtual time: thousands of connections in a second. */
import { VirtualClock } from '../src/clock/virtual.ts';
import type { EndReason } from '../src/core/server/server-events.ts';
import type { Accept, ListenerNetwork } from '../src/net/listener.ts';
import { ServerCounters } from '../src/server/counters.ts';
import { LoadPlaces } from '../src/server/load/load-places.ts';
import { planServer } from '../src/server/plan.ts';
import { startServer } from '../src/server/server.ts';
import { bytesOf, type FuzzInput, joinsLoad, optionsOf, type ServerKind, withKey } from './input.ts';
import { type Outcome, withoutKey } from './outcome.ts';
import { PretendConnection } from './pretend-connection.ts';

/** What may happen until a connection is over; one that sends data for a fifth of a second has some thousands. */
const MOST_STEPS = 50_000;
/** The longest limits of a session one after the other: idle, linger, and all delays of an input. */
const MOST_NS = 60_000_000_000n;
/** Where nothing else is asked: what the buffers of a network take. */
const USUAL_ROOM_BYTES = 256 * 1024;

/** What an owner says of whose load others are streams. */
export const OWNER_SAYS: readonly Uint8Array[] = ['s RTT 1 1 0 +load\n', 'l new 1000 0 4\n'].map(bytesOf);

/** The key in what an owner heard; undefined where no load was granted. */
export function keyIn(answer: string): string | undefined {
  return /200 OK: Load ([0-9a-f]{32})/.exec(answer)?.[1];
}

interface Told {
  readonly session: number;
  readonly reason: EndReason;
  readonly detail: string | undefined;
}

export class PretendServer {
  private readonly clock: VirtualClock;
  private readonly accept: Accept;
  private readonly counters: ServerCounters;
  private readonly places: LoadPlaces;
  private readonly ends: Told[];

  private constructor(
    clock: VirtualClock,
    accept: Accept,
    shared: [ServerCounters, LoadPlaces],
    ends: Told[],
  ) {
    this.clock = clock;
    this.accept = accept;
    [this.counters, this.places] = shared;
    this.ends = ends;
  }

  static async start(kind: ServerKind): Promise<PretendServer> {
    const clock = new VirtualClock();
    const ends: Told[] = [];
    const counters = new ServerCounters();
    const places = new LoadPlaces(planServer(optionsOf(kind)).limits);
    const accepts: Accept[] = [];
    const network: ListenerNetwork = {
      engine: 'memory',
      timekeeper: clock,
      listen: async (_, accept) => {
        accepts.push(accept);
        return { endpoints: [], close: () => {} };
      },
    };
    await startServer(
      network,
      { ...optionsOf(kind), onEvent: (event) => void (event.kind === 'end' && ends.push(event)) },
      { counters, places, processorTime: () => 0 },
    );
    const [accept] = accepts;
    if (accept === undefined) throw new Error('a server listens');
    return new PretendServer(clock, accept, [counters, places], ends);
  }

  /**
   * One connection, from its first byte to its end.
   * @param roomBytes what the network takes at once: with little room the server has to wait
   */
  play(input: FuzzInput, roomBytes: number = USUAL_ROOM_BYTES): Outcome {
    const { clock, accept, ends, counters } = this;
    ends.length = 0;
    const connections: PretendConnection[] = [];
    const dial = (room: number): PretendConnection => {
      const connection = new PretendConnection(clock, accept, room);
      connections.push(connection);
      return connection;
    };
    let fault: string | undefined;
    let session = 0;
    try {
      const owner = joinsLoad(input) ? dial(USUAL_ROOM_BYTES) : undefined;
      owner?.say({ pieces: OWNER_SAYS, leaving: 'silence' });
      session = counters.get('sessionNumbers') + 1;
      const connection = dial(roomBytes);
      connection.say(withKeyOf(owner, input));
      fault = this.settle(connection);
      owner?.say({ pieces: [], leaving: 'end' });
      if (owner !== undefined) fault ??= this.settle(owner);
      fault ??= this.leftBehind();
    } catch (error) {
      fault = `threw ${error instanceof Error ? error.stack : String(error)}`;
    }
    const told = ends.filter((end) => end.session === session);
    if (told.length !== 1) fault ??= `told ${told.length} ends of one session`;
    const detail = joinsLoad(input) ? withoutKey(told[0]?.detail) : told[0]?.detail;
    return { answer: connections.at(-1)?.answer ?? '', reason: told[0]?.reason, detail, fault };
  }

  /** Lets time pass until the connection is over. @returns what is wrong */
  private settle(connection: PretendConnection): string | undefined {
    const { clock } = this;
    const fromNs = clock.nowNs();
    for (let steps = 0; !connection.isClosed; steps++) {
      if (steps > MOST_STEPS || clock.nowNs() - fromNs > MOST_NS) return 'the connection does not end';
      if (!clock.step()) return 'the connection stays, and nothing is left to happen';
    }
    return undefined;
  }

  private leftBehind(): string | undefined {
    const { clock, counters, places } = this;
    for (let steps = 0; clock.step(); steps++)
      if (steps > MOST_STEPS) return 'timers that never end are left behind';
    for (const level of ['sessions', 'refusals', 'reservedBytes', 'lingering'] as const) {
      if (counters.get(level) !== 0) return `${counters.get(level)} ${level} are left behind`;
    }
    if (places.queue.waiting > 0) return 'somebody who waits for a load is left behind';
    return places.underWay > 0 ? 'a load is left behind' : undefined;
  }
}

function withKeyOf(owner: PretendConnection | undefined, input: FuzzInput): FuzzInput {
  const key = owner && keyIn(owner.answer);
  return key === undefined ? input : withKey(input, key);
}
