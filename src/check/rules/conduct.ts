/** Several clients, clients that leave, and messages that come in another shape than usual. */
import type { Dialect } from '../../core/wire/dialects.ts';
import { asciiBytes } from '../../core/wire/grammar.ts';
import type { Rule } from '../rule.ts';
import type { Server } from '../server.ts';
import type { Talk } from '../talk.ts';

const SOURCE = 'assignment, part 1 (the server repeatedly accepts); spec 12';
const CLIENTS = 3;
const BINARY_BYTES = 10;
const ARRIVES_NS = 50_000_000;

export const CONDUCT_RULES: readonly Rule[] = [
  {
    name: 'clients-in-turn',
    phase: 'conduct',
    demand: 'a client is served after another one is done',
    source: SOURCE,
    needs: ['termination-answered'],
    hold: async (server) => {
      for (let client = 0; client < CLIENTS; client++) await wholeSession(server);
      return undefined;
    },
  },
  {
    name: 'clients-at-once',
    phase: 'conduct',
    demand: 'several clients are served at once',
    source: 'spec 12',
    needs: ['clients-in-turn'],
    hold: async (server) => {
      const setup = server.setup({ probes: 2 });
      const talks: Talk[] = [];
      for (let client = 0; client < CLIENTS; client++) talks.push(await server.session(setup));
      for (const talk of talks) await server.probe(talk, setup, 0);
      for (const talk of talks) await server.probe(talk, setup, 1);
      return undefined;
    },
  },
  leaves('leaves-before-setup', 'a client that connects and leaves harms nobody', async (server) => {
    await wholeSession(server);
    (await server.open()).drop();
  }),
  leaves(
    'leaves-in-setup',
    'a client that leaves in the middle of its setup harms nobody',
    async (server) => {
      await wholeSession(server);
      const talk = await server.open();
      talk.send(server.setupMessage(server.setup()).subarray(0, 5));
      await leaveLater(talk);
    },
  ),
  leaves('leaves-in-probe', 'a client that leaves in the middle of a probe harms nobody', async (server) => {
    const setup = server.setup({ payloadBytes: 100 });
    const talk = await server.session(setup);
    talk.send(server.probeMessage(setup, 0).subarray(0, 50));
    await leaveLater(talk);
  }),
  leaves('leaves-in-echo', 'a client that leaves before its echo harms nobody', async (server) => {
    const setup = server.setup({ payloadBytes: 1_000 });
    const talk = await server.session(setup);
    talk.send(server.probeMessage(setup, 0));
    talk.drop();
  }),
  leaves(
    'leaves-without-termination',
    'a client that leaves without a termination harms nobody',
    async (server) => {
      const setup = server.setup();
      const talk = await server.session(setup);
      await server.probe(talk, setup, 0);
      talk.finish();
      await talk.ends(1);
    },
  ),
  {
    name: 'pieces',
    phase: 'conduct',
    demand: 'messages that come byte by byte are understood',
    source: 'spec 6 and 12',
    needs: ['termination-answered'],
    hold: async (server) => {
      const setup = server.setup();
      const talk = await server.open();
      const opening = server.setupMessage(setup);
      await talk.sendInPieces(opening);
      await server.expectReady(talk, opening);
      const probe = server.probeMessage(setup, 0);
      await talk.sendInPieces(probe);
      await server.expectEcho(talk, probe, setup, 0);
      return undefined;
    },
  },
  {
    name: 'two-in-one-segment',
    phase: 'conduct',
    demand: 'two probes that come in one segment are both echoed',
    source: 'spec 5 and 12',
    needs: ['probes-in-order'],
    hold: async (server) => {
      const setup = server.setup({ probes: 2 });
      const talk = await server.session(setup);
      const [first, second] = [server.probeMessage(setup, 0), server.probeMessage(setup, 1)];
      talk.send(Uint8Array.of(...first, ...second));
      const echoes = [server.echoOf(first, setup, 0), server.echoOf(second, setup, 1)];
      await server.answers.echoes(talk, echoes, setup.delay.delayNs);
      return undefined;
    },
  },
  payload('payload-spaces', 'a payload with spaces comes back as it is', 'a b  c   d'),
  payload('payload-nul', 'a payload with NUL bytes comes back as it is', 'a\0b\0\0c\0\0\0d'),
  {
    name: 'crlf',
    phase: 'conduct',
    demand: 'messages that end in CR LF are understood',
    source: 'spec 12',
    needs: ['probes-in-order'],
    lacking: ({ setup, name }) => (setup.end === '\n' ? undefined : `messages of ${name} have another end`),
    hold: async (server) => {
      const setup = server.setup();
      const talk = await server.open();
      const text = server.setupMessage(setup);
      const opening = Uint8Array.of(...text.subarray(0, -1), ...asciiBytes('\r\n'));
      talk.send(opening);
      await server.expectReady(talk, opening);
      const probe = server.probeMessage(setup, 0);
      const message = Uint8Array.of(...probe.subarray(0, -1), ...asciiBytes('\r\n'));
      talk.send(message);
      await server.expectEcho(talk, message, setup, 0);
      return undefined;
    },
  },
];

/**
 * Of a client that leaves, after which another one must be served. One that leaves before anything has come needs another
 * before it, too, by which the server is known to have been there.
 */
function leaves(name: string, demand: string, leave: (server: Server) => Promise<void>): Rule {
  return {
    name,
    phase: 'conduct',
    demand,
    source: 'spec 12',
    needs: ['clients-in-turn'],
    hold: async (server) => {
      await leave(server);
      await wholeSession(server);
      return undefined;
    },
  };
}

/** What was sent is to be there before. */
async function leaveLater(talk: Talk): Promise<void> {
  await talk.sleep(ARRIVES_NS);
  talk.drop();
}

function payload(name: string, demand: string, text: string): Rule {
  return {
    name,
    phase: 'conduct',
    demand,
    source: 'spec 6 and 12',
    needs: ['probes-in-order'],
    lacking: freeSize,
    hold: async (server) => {
      const setup = server.setup({ payloadBytes: BINARY_BYTES });
      const talk = await server.session(setup);
      const message = server.probeOf(asciiBytes(text), String(server.sequence(0)));
      talk.send(message);
      await server.expectEcho(talk, message, setup, 0);
      return undefined;
    },
  };
}

/** A payload that may have any size cannot be told from what stands around it. */
function freeSize({ probe, name }: Dialect): string | undefined {
  return probe.payloadSize === 'free' ? `a payload of ${name} ends where its number begins` : undefined;
}

async function wholeSession(server: Server): Promise<void> {
  const setup = server.setup();
  const talk = await server.session(setup);
  for (let i = 0; i < setup.probes; i++) await server.probe(talk, setup, i);
  await server.bye(talk);
}
