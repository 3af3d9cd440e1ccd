/** The measurement phase: what is echoed, what is refused, and how long an echo is held back. */
import { DIALECTS, type Dialect } from '../../core/wire/dialects.ts';
import { encodeSetup, makePayload } from '../../core/wire/encode.ts';
import { asciiBytes, asciiText } from '../../core/wire/grammar.ts';
import { Fault } from '../fault.ts';
import type { Rule } from '../rule.ts';
import type { Server } from '../server.ts';
import { errorRules } from './errors.ts';

const SERVER = 'assignment, 2 b (MP: Server); spec 5.3';
const CLIENT = 'assignment, 2 a (MP: Client); spec 5.3';
const NS_PER_MS = 1_000_000;
const KIB = 1_024;
const RTT_SIZES = [1, 100, 200, 400, 800, 1_000] as const;
const THROUGHPUT_SIZES = [KIB, 2 * KIB, 4 * KIB, 8 * KIB] as const;
const LARGE_SIZES = [16 * KIB, 32 * KIB] as const;
const ASSIGNED_PROBES = 10;
/** No dialect begins with it. */
const FAR_NUMBER = 7;
/** One fault: whatever else echoes are held to, they are taken without it. */
const BARE_NOTE = 'the echoes have no line feed at their end';
/** Long enough to be told from a busy machine, short enough to wait for. */
const DELAY_NS: number = 250 * NS_PER_MS;
/** What timers and a busy machine may add to it. */
const LATE_NS: number = 200 * NS_PER_MS;
/** A clock of the server that is coarse may be early by a tick. */
const EARLY_NS: number = 2 * NS_PER_MS;

export const MEASUREMENT_RULES: readonly Rule[] = [
  {
    name: 'probes-in-order',
    phase: 'measurement',
    demand: 'ten probes, numbered as the protocol says, are echoed one after the other',
    source: CLIENT,
    needs: ['setup-rtt'],
    hold: async (server) => {
      const setup = server.setup({ probes: ASSIGNED_PROBES });
      const talk = await server.session(setup);
      for (let i = 0; i < setup.probes; i++) await server.probe(talk, setup, i);
      return server.answers.bareEcho === undefined ? undefined : BARE_NOTE;
    },
  },
  echoOf('echo-rtt-sizes', 'messages of 1 to 1,000 bytes come back byte for byte', RTT_SIZES, 'rtt'),
  echoOf('echo-throughput-sizes', 'messages of 1 KiB to 8 KiB come back byte for byte', THROUGHPUT_SIZES),
  echoOf('echo-large', 'messages of 16 KiB and 32 KiB come back byte for byte', LARGE_SIZES),
  {
    name: 'sequence-start',
    phase: 'measurement',
    demand: 'a first probe with another number than the first is refused',
    source: SERVER,
    needs: ['probes-in-order'],
    hold: async (server) => {
      // A server that looks at the number before or at the plan alone refuses what is far, and takes the neighbours.
      const first = server.sequence(0);
      for (const number of [first - 1, first + 1, FAR_NUMBER])
        if (number >= 0 && !startsAnother(server, number)) await refuseStart(server, number);
      return undefined;
    },
  },
  wrongNumber('sequence-skipped', 'a probe that leaves out a number is refused', async (server) => {
    const setup = server.setup({ probes: 4 });
    const talk = await server.session(setup);
    await server.probe(talk, setup, 0);
    return { talk, message: server.probeMessage(setup, 2) };
  }),
  wrongNumber('sequence-repeated', 'a probe with the number of the one before is refused', async (server) => {
    const setup = server.setup({ probes: 3 });
    const talk = await server.session(setup);
    await server.probe(talk, setup, 0);
    return { talk, message: server.probeMessage(setup, 0) };
  }),
  wrongNumber(
    'sequence-past-end',
    'a probe past the number that was announced is refused',
    async (server) => {
      const setup = server.setup({ probes: 2 });
      const talk = await server.session(setup);
      for (let i = 0; i < setup.probes; i++) await server.probe(talk, setup, i);
      return { talk, message: server.probeMessage(setup, setup.probes) };
    },
  ),
  wrongNumber('sequence-text', 'a probe with a word for its number is refused', async (server) => {
    const setup = server.setup({ probes: 2 });
    const talk = await server.session(setup);
    return { talk, message: server.probeOf(makePayload(setup.payloadBytes), 'one') };
  }),
  {
    ...refused('payload-short', 'a payload shorter than announced is refused', async (server) => {
      const setup = server.setup({ payloadBytes: 10 });
      const talk = await server.session(setup);
      return { talk, message: server.probeOf(makePayload(5), String(server.sequence(0))) };
    }),
    lacking: freeSize,
  },
  {
    ...refused('payload-long', 'a payload longer than announced is refused', async (server) => {
      const setup = server.setup({ payloadBytes: 10 });
      const talk = await server.session(setup);
      return { talk, message: server.probeOf(makePayload(15), String(server.sequence(0))) };
    }),
    lacking: freeSize,
  },
  {
    ...refused('newline-missing', 'two probes without a newline between them are refused', async (server) => {
      const setup = server.setup({ probes: 2 });
      const talk = await server.session(setup);
      const [first, second] = [server.probeMessage(setup, 0), server.probeMessage(setup, 1)];
      return { talk, message: Uint8Array.of(...first.subarray(0, -1), ...second) };
    }),
    lacking: freeSize,
  },
  refused('probe-wrong-letter', 'a message that begins with another letter is refused', async (server) => {
    const setup = server.setup({ probes: 2 });
    const talk = await server.session(setup);
    const message = server.probeMessage(setup, 0);
    message[0] = asciiBytes('x')[0] as number;
    return { talk, message };
  }),
  ...errorRules({
    phase: 'measurement',
    kind: 'measurementError',
    source: SERVER,
    needs: ['setup-rtt'],
    provoke: (server) => refuseStart(server, FAR_NUMBER),
  }),
  {
    name: 'delay-not-early',
    phase: 'measurement',
    demand: 'an echo is held back for the delay that was asked for, and never comes before it',
    source: 'assignment, 1 a (SERVER DELAY); spec 8',
    needs: ['probes-in-order'],
    hold: async (server) => {
      for (const tookNs of await delayed(server)) {
        if (tookNs >= DELAY_NS - EARLY_NS) continue;
        throw new Fault(
          `the echo after ${delayMs()} ms, as ${delayWords(server)} asks for`,
          afterText(tookNs),
        );
      }
      return `the delay ${delayWords(server)} was taken for ${delayMs()} ms`;
    },
  },
  {
    name: 'delay-not-late',
    phase: 'measurement',
    demand: `a delay is not exceeded by more than ${LATE_NS / NS_PER_MS} ms`,
    source: 'assignment, 1 a (SERVER DELAY); spec 8',
    needs: ['delay-not-early'],
    hold: async (server) => {
      const setup = server.setup();
      const plainNs = await undelayed(server, setup);
      // A machine that is busy is late once, a server that is wrong each time.
      const tookNs = Math.min(...(await delayed(server)));
      if (tookNs <= DELAY_NS + plainNs + LATE_NS) return undefined;
      throw new Fault(`the echo after about ${delayMs()} ms`, afterText(tookNs));
    },
  },
];

type Message = Awaited<ReturnType<Parameters<typeof refused>[2]>>;

/** Of messages that come back in all of these sizes. */
function echoOf(
  name: string,
  demand: string,
  sizes: readonly number[],
  measurement: 'rtt' | 'throughput' = 'throughput',
): Rule {
  return {
    name,
    phase: 'measurement',
    demand,
    source: 'assignment, overview of the measurements; spec 5.3',
    needs: measurement === 'rtt' ? ['probes-in-order'] : ['probes-in-order', 'setup-throughput'],
    hold: async (server) => {
      for (const payloadBytes of sizes) {
        const setup = server.setup({ measurement, payloadBytes });
        const talk = await server.session(setup);
        await server.probe(talk, setup, 0);
        const { bareEcho } = server.answers;
        if (measurement === 'rtt' && bareEcho !== undefined)
          throw new Fault(bareEcho.expected, bareEcho.received, BARE_NOTE);
        await server.part(talk);
      }
      return undefined;
    },
  };
}

/** Of a message in a session that must be refused. */
function refused(
  name: string,
  demand: string,
  make: (server: Server) => Promise<{
    readonly talk: Awaited<ReturnType<Server['session']>>;
    readonly message: Uint8Array;
  }>,
): Rule {
  return {
    name,
    phase: 'measurement',
    demand,
    source: SERVER,
    needs: ['setup-rtt'],
    hold: async (server) => {
      const { talk, message } = await make(server);
      await server.expectRefusal(talk, message, 'measurementError');
      return undefined;
    },
  };
}

/** The same of its number, which takes a server that echoes the right ones. */
function wrongNumber(name: string, demand: string, make: (server: Server) => Promise<Message>): Rule {
  return { ...refused(name, demand, make), needs: ['probes-in-order'] };
}

async function refuseStart(server: Server, number: number): Promise<void> {
  const setup = server.setup({ probes: 3 });
  const talk = await server.session(setup);
  const message = server.probeOf(makePayload(setup.payloadBytes), String(number));
  await server.expectRefusal(talk, message, 'measurementError');
}

/** A server that hears the dialect from the first probe cannot refuse the first number of another one. */
function startsAnother(server: Server, number: number): boolean {
  const { toldApart, probe } = server.dialect;
  if (toldApart === 'option') return false;
  const setupText = (dialect: Dialect): string => asciiText(encodeSetup(dialect, server.setup()));
  return Object.values(DIALECTS).some(
    (other) =>
      other.toldApart !== 'option' &&
      other.probe.firstSequence === number &&
      other.probe.order === probe.order &&
      setupText(other) === setupText(server.dialect),
  );
}

function freeSize({ probe, name }: Dialect): string | undefined {
  return probe.payloadSize === 'free' ? `a payload of ${name} may have any size` : undefined;
}

/** How long two echoes with the delay took, ns. */
async function delayed(server: Server): Promise<number[]> {
  const setup = server.setup({ probes: 2, delayNs: DELAY_NS });
  const talk = await server.session(setup);
  return [await server.probe(talk, setup, 0), await server.probe(talk, setup, 1)];
}

async function undelayed(server: Server, setup: ReturnType<Server['setup']>): Promise<number> {
  const talk = await server.session(setup);
  const tookNs = await server.probe(talk, setup, 0);
  await server.part(talk);
  return tookNs;
}

function delayMs(): number {
  return DELAY_NS / NS_PER_MS;
}

/** As the dialect writes it. */
function delayWords(server: Server): string {
  return server.dialect.setup.delayUnit === 'seconds' ? '0.25 (seconds)' : '250 (milliseconds)';
}

function afterText(ns: number): string {
  return `the echo after ${(ns / NS_PER_MS).toFixed(1)} ms`;
}
