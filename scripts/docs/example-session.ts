/** Whole sessions, byte by byte: core's client and core's server talk to each other and are written down. */
import { ClientSession } from '../../src/core/client/client-session.ts';
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

type Exchange = (message: Uint8Array, sent: string, answered: string) => void;

export function exampleSession(): string {
  return writtenDown(false, (client, exchange) => {
    exchange(client.begin(), 'setup: RTT, 10 bytes, 2 probes, 0.5 s', 'the setup is accepted');
    exchange(client.probe(), 'probe 1; the clock is read just before', 'its echo, 0.5 s later');
    exchange(client.probe(), 'probe 2', 'its echo');
    exchange(client.terminate(), 'termination', 'the last words; then FIN');
  });
}

/** The same with `+stamps`: the server notes what a real one might measure, and misses one stamp. */
export function exampleStamps(): string {
  return writtenDown(true, (client, exchange) => {
    exchange(client.begin(), 'the sixth field asks for the extension', 'it is agreed');
    exchange(client.probe(), 'probe 1, which the question calls 0', 'its echo');
    exchange(client.probe(), 'probe 2', 'its echo');
    exchange(client.askResidence(0, 2), 'two residences, from the first on', 'the second one is missing');
    exchange(client.terminate(), 'termination', 'the last words; then FIN');
  });
}

function writtenDown(stamps: boolean, talk: (client: ClientSession, exchange: Exchange) => void): string {
  const client = new ClientSession(DIALECTS['size-first'], SETUP, { stamps });
  const budget = { reserve: () => true, release: () => {} };
  const options = { dialect: 'auto', delayUnit: undefined, limits: DEFAULT_SESSION_LIMITS, budget } as const;
  const server = new ServerSession(options, 0n);
  let nowNs = 0n;
  let told = '';
  const residencesNs = [500_012_345, Number.NaN];
  const exchange: Exchange = (message, sent, answered) => {
    told += dump('C', message, sent);
    server.handleBytes(message, nowNs);
    if (server.isHolding) {
      nowNs = server.deadlineNs() ?? nowNs;
      server.handleDeadline(nowNs);
    }
    const answer = server.pollTransmit();
    if (answer === undefined) throw new Error('the server has no answer');
    if (server.polledEcho) server.residences?.record(residencesNs.shift() ?? Number.NaN);
    told += dump('S', answer, answered);
    client.handleBytes(answer, nowNs);
    if (client.failure !== undefined) throw client.failure;
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
