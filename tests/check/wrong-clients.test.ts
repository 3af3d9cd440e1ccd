/** Each fault of a student's client is found and named, and nothing else is blamed for it. */
import { describe, expect, test } from 'vitest';
import { type ClientCheck, checkClient } from '../../src/check/client/run.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { MemoryNetwork } from '../../src/net/memory/network.ts';
import { type Change, runClient } from './small-client.ts';
import { PORT } from './small-server.ts';

const S = 1e9;

async function check(change: Change): Promise<ClientCheck> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyNs: 100_000 });
  return await clock.drive(
    checkClient({
      network,
      host: 'localhost',
      port: PORT,
      dialect: 'auto',
      timeoutNs: 10 * S,
      startNs: 10 * S,
      signal: undefined,
      onListening: () => {},
      onScenario: async () => void (await runClient(clock, network, change)),
    }),
  );
}

/** A client, and the rules that it alone breaks. */
const WRONG: readonly (readonly [what: string, change: Change, rules: readonly string[]])[] = [
  ['sets up in words', { setup: 's RTT ten 10 0\n' }, ['client-setup']],
  ['leaves out the delay', { setup: 's RTT 10 10\n' }, ['client-setup']],
  ['sends other sizes than it announced', { setup: 's RTT 12 10 0\n' }, ['client-sizes']],
  ['counts from 0', { probe: (number) => `m abcdefghij ${number - 1}\n` }, ['client-sequence']],
  ['counts in steps of two', { probe: (number) => `m abcdefghij ${2 * number - 1}\n` }, ['client-sequence']],
  ['stops early', { setup: 's RTT 10 12 0\n' }, ['client-probes']],
  ['sends more probes than it announced', { setup: 's RTT 10 10 0\n', probes: 12 }, ['client-probes']],
  ['sends five probes', { probes: 5 }, ['client-ten-probes']],
  ['does not wait for echoes', { sendsAhead: true }, ['client-one-at-a-time']],
  ['says no termination', { bye: null }, ['client-termination']],
  ['terminates with a number', { bye: 't 1\n' }, ['client-termination-form']],
  ['terminates with a word', { bye: 'terminate\n' }, ['client-termination-form']],
  ['terminates with a capital letter', { bye: 'T\n' }, ['client-termination-form']],
  ['terminates with a letter of another protocol', { bye: 'quit\n' }, ['client-termination-form']],
  ['terminates with an empty line', { bye: '\n' }, ['client-termination-form']],
  ['terminates without a line end', { bye: 't' }, ['client-termination-form']],
  ['never closes', { closes: false }, ['client-closes']],
  ['does not look at refusals', { heedsRefusal: false }, ['client-setup-refused']],
  ['believes any echo', { heedsEcho: false }, ['client-wrong-echo']],
  ['waits for ever', { giveUpNs: null }, ['client-no-echo']],
];

function failed({ findings }: ClientCheck): string[] {
  return findings.filter(({ verdict }) => verdict === 'fail').map(({ rule }) => rule.name);
}

test('a client that is right passes every rule, in one session or in several', async () => {
  for (const sessions of [1, 3]) {
    const { findings } = await check({ sessions });
    expect(
      findings
        .map(({ rule, verdict, note }) => [rule.name, verdict, note])
        .filter(([, verdict]) => verdict !== 'pass'),
    ).toEqual([]);
  }
});

describe('a client that', () => {
  test.each(WRONG)('%s is found out by the rule it breaks, and by no other', async (_what, change, rules) => {
    expect(failed(await check(change))).toEqual(rules);
  });
});

test('a malformed termination is answered as the protocol says, whatever the client is met with', async () => {
  const { runs } = await check({ bye: 't 1\n' });
  for (const name of ['right', 'termination-refused'] as const) {
    const last = runs.get(name)?.sessions[0]?.messages.at(-1);
    expect(Buffer.from(last?.head ?? []).toString()).toMatch(/^404 ERROR: Invalid Connection Terminatio/);
  }
});
