/** Whole sessions, byte by byte: core's client and core's server talk to each other and are written down. */
import { type ClientOptions, ClientSession } from '../../src/core/client/client-session.ts';
import { pipelined } from '../../src/core/client/pipelined-session.ts';
import { DEFAULT_SESSION_LIMITS } from '../../src/core/limits.ts';
import { ServerSession } from '../../src/core/server/server-session.ts';
import { DIALECTS } from '../../src/core/wire/dialects.ts';
import { asciiText } from '../../src/core/wire/grammar.ts';
import { visibleWire } from './markdown.ts';

const SETUP = {
  measurement: 'rtt',
  payloadBytes: 10,
  probes: 2,
  delay: { delayNs: 500_000_000, unit: 'seconds' },
} as const;
const BYTES_PER_LINE = 16;
const HEX_COLUMN = 3 * BYTES_PER_LINE;

type Exchange = (message: Uint8Array, sent: string, ...answered: readonly string[]) => void;

export function exampleSession(): string {
  return writtenDown(clientOf({}), (client, exchange) => {
    exchange(client.begin(), 'setup: RTT, 10 bytes, 2 probes, 0.5 s', 'the setup is accepted');
    exchange(client.probe(), 'probe 1; the clock is read just before', 'its echo, 0.5 s later');
    exchange(client.probe(), 'probe 2', 'its echo');
    exchange(client.terminate(), 'termination', 'the last words; then FIN');
  });
}

/** The same with `+stamps`: the server notes what a real one might measure, and misses one stamp. */
export function exampleStamps(): string {
  return writtenDown(clientOf({ stamps: true }), (client, exchange) => {
    exchange(client.begin(), 'the sixth field asks for the extension', 'it is agreed');
    exchange(client.probe(), 'probe 1, which the question calls 0', 'its echo');
    exchange(client.probe(), 'probe 2', 'its echo');
    exchange(client.askResidence(0, 2), 'two residences, from the first on', 'the second one is missing');
    exchange(client.terminate(), 'termination', 'the last words; then FIN');
  });
}

/** With `+pipeline`: two probes in one write, each of which has its delay. */
export function examplePipeline(): string {
  const session = pipelined(DIALECTS['size-first'], { ...SETUP, probes: 3 }, { pipeline: true });
  return writtenDown(session, (client, exchange) => {
    exchange(client.begin() as Uint8Array, 'the sixth field asks for the extension', 'it is agreed');
    exchange(client.probe(), 'probe 1, alone', 'its echo, which tells the form of all');
    const two = [2, 3].flatMap(() => Array.from(client.probe()));
    exchange(Uint8Array.from(two), 'probes 2 and 3', 'the echo of 2, 0.5 s later', 'that of 3, 1 s later');
    exchange(client.terminate() as Uint8Array, 'termination', 'the last words; then FIN');
  });
}

function clientOf(options: ClientOptions): ClientSession {
  return new ClientSession(DIALECTS['size-first'], SETUP, options);
}

/** What a client that talks to a server says and hears. */
function writtenDown<Client extends Pick<ClientSession, 'handleBytes' | 'failure'>>(
  client: Client,
  talk: (client: Client, exchange: Exchange) => void,
): string {
  const budget = { reserve: () => true, release: () => {} };
  const options = { dialect: 'auto', delayUnit: undefined, limits: DEFAULT_SESSION_LIMITS, budget } as const;
  const server = new ServerSession(options, 0n);
  let nowNs = 0n;
  let told = '';
  const residencesNs = [500_012_345, Number.NaN];
  const exchange: Exchange = (message, sent, ...answered) => {
    told += dump('C', message, sent);
    server.handleBytes(message, nowNs);
    for (const remark of answered) {
      if (server.isHolding) {
        nowNs = server.deadlineNs() ?? nowNs;
        server.handleDeadline(nowNs);
      }
      const answer = server.pollTransmit();
      if (answer === undefined) throw new Error('the server has no answer');
      if (server.polledEcho) server.residences?.record(residencesNs.shift() ?? Number.NaN, Number.NaN, 0);
      told += dump('S', answer, remark);
      client.handleBytes(answer, nowNs);
      if (client.failure !== undefined) throw client.failure;
    }
  };
  talk(client, exchange);
  return `\`\`\`text\n${told}\`\`\`\n`;
}

/** One message: who sends it, what it says, what it is; and its bytes below. */
function dump(sender: 'C' | 'S', message: Uint8Array, remark: string): string {
  const text = visibleWire(asciiText(message));
  let lines = `${sender}: ${text.padEnd(HEX_COLUMN)}  ${remark}\n`;
  for (let at = 0; at < message.length; at += BYTES_PER_LINE) {
    const row = Array.from(message.subarray(at, at + BYTES_PER_LINE));
    lines += `   ${row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}\n`;
  }
  return lines;
}
