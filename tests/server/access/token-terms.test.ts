/** A token counts before the address: its holder has the terms of its class, whatever others behind his address have used up. */
import { describe, expect, test } from 'vitest';
import type { PolicyOptions } from '../../../src/server/access/policy.ts';
import type { HeldToken } from '../../../src/token/held-token.ts';
import { privateKeyOf } from '../../../src/token/keys.ts';
import { signProof } from '../../../src/token/proof.ts';
import type { RawClient } from '../../net/raw-client.ts';
import { ISSUER, issue, NOW_SECONDS } from '../../token/issuing.ts';
import { PretendServer, READY, SECOND } from '../pretend-server.ts';

const STRANGER = '203.0.113.5';

function serving(policy: PolicyOptions): Promise<PretendServer> {
  return PretendServer.start(
    { tokens: { publicKeys: [ISSUER.publicKey] }, policy },
    {},
    { calendar: () => NOW_SECONDS },
  );
}

async function heard(server: PretendServer, client: RawClient): Promise<string> {
  await server.drive(client.until(({ received, closed }) => received.endsWith('\n') || closed));
  const { received } = client;
  client.received = '';
  return received;
}

/** @returns what the server says to the setup, and to the token where it comes to that */
async function show(
  server: PretendServer,
  { token, key }: HeldToken,
  setup = 's RTT 5 10 0 +token',
): Promise<readonly [string, string, RawClient]> {
  const client = await server.dial(STRANGER);
  client.send(`${setup}\n`);
  const ready = await heard(server, client);
  const nonce = /\+token ([0-9a-f]{32})\n$/.exec(ready)?.[1];
  if (nonce === undefined) return [ready, '', client];
  client.send(`k ${token} ${signProof(privateKeyOf(key), nonce, setup)}\n`);
  return [ready, await heard(server, client), client];
}

describe('the holder of a token', () => {
  test('is served though his address has all the sessions it may have, and those who show none are told why not', async () => {
    const server = await serving({ classes: { anyone: { maxClientSessions: 2 } } });
    for (let i = 0; i < 2; i++) await server.measuring('s RTT 5 10 0\n', STRANGER);
    const [, verdict, client] = await show(server, issue());
    expect(verdict).toBe('200 OK: Token lab\n');
    client.send('m hello 1\n');
    expect(await heard(server, client)).toBe('m hello 1\n');
    const without = await server.dial(STRANGER);
    without.send('s RTT 5 10 0\n');
    expect(await heard(server, without)).toBe(
      '404 ERROR: Not Served: too many sessions (at most 2 sessions)\n',
    );
  });

  test('may ask for what his class grants, and strangers may not', async () => {
    const server = await serving({
      classes: { anyone: { maxPayloadBytes: 100 }, token: { maxPayloadBytes: 500 } },
    });
    expect((await show(server, issue(), 's RTT 500 10 0 +token'))[1]).toBe('200 OK: Token lab\n');
    expect((await show(server, issue(), 's RTT 501 10 0 +token'))[1]).toMatch(
      /message size \(at most 500 bytes\)/,
    );
  });

  test('of a class that grants less than another is held to his own', async () => {
    const server = await serving({
      classes: { token: { maxPayloadBytes: 200 }, rich: { maxPayloadBytes: 500 } },
    });
    expect((await show(server, issue(), 's RTT 300 10 0 +token'))[1]).toBe(
      '404 ERROR: Not Served: message size (at most 200 bytes)\n',
    );
    expect(server.reasons).toEqual(['refused-token']);
  });

  test('has his own sessions and budget, from whichever address', async () => {
    const server = await serving({ classes: { token: { maxClientSessions: 2, newSessionsPerMinute: 3 } } });
    const held = issue();
    const verdicts: string[] = [];
    for (let i = 0; i < 3; i++) verdicts.push((await show(server, held))[1]);
    expect(verdicts.map((verdict) => verdict.slice(0, 3))).toEqual(['200', '200', '404']);
    expect(verdicts[2]).toMatch(/too many sessions \(at most 2 sessions\)/);
  });

  test('needs it where one is required, for loads alone or for all; this machine never does', async () => {
    const loads = await serving({ requireToken: 'load' });
    const client = await loads.dial(STRANGER);
    client.send('s RTT 1 1 0 +load\n');
    expect(await heard(loads, client)).toBe('404 ERROR: Not Served: token required\n');
    await loads.measuring('s RTT 5 10 0\n', STRANGER);
    const all = await serving({ requireToken: 'always' });
    const other = await all.dial(STRANGER);
    other.send('s RTT 5 10 0 +stamps\n');
    expect(await heard(all, other)).toBe('404 ERROR: Not Served: token required\n');
    expect((await show(all, issue()))[1]).toBe('200 OK: Token lab\n');
    const own = await all.dial();
    own.send('s RTT 5 10 0\n');
    expect(await heard(all, own)).toBe(READY);
    await all.pass(SECOND);
  });
});

describe('whoever announces a token and shows none', () => {
  const MIB = 1024 * 1024;

  async function announce(server: PretendServer, address: string, bytes = 5): Promise<RawClient> {
    const client = await server.dial(address);
    client.send(`s RTT ${bytes} 10 0 +token\n`);
    await server.drive(client.until(({ received, closed }) => received.endsWith('\n') || closed));
    return client;
  }

  test('takes no memory from those who measure, whatever sizes he names', async () => {
    const server = await PretendServer.start(
      {
        tokens: { publicKeys: [ISSUER.publicKey] },
        limits: { maxTotalPayloadBytes: 4 * MIB },
        policy: { classes: { token: { maxPayloadBytes: 3 * MIB } } },
      },
      {},
      { calendar: () => NOW_SECONDS },
    );
    for (let i = 0; i < 20; i++) await announce(server, `203.0.113.${i}`, 3 * MIB);
    expect(server.server.status().reservedPayloadBytes).toBe(0);
    const [, verdict, holder] = await show(server, issue(), `s RTT ${3 * MIB} 10 0 +token`);
    expect(verdict).toBe('200 OK: Token lab\n');
    expect(server.server.status().reservedPayloadBytes).toBe(3 * MIB);
    expect((await show(server, issue(), `s RTT ${3 * MIB} 10 0 +token`))[1]).toBe(
      '404 ERROR: Not Served: no memory for messages of this size\n',
    );
    expect(server.server.status().refused.memory).toBe(1);
    holder.connection?.destroy();
    await server.pass(SECOND);
    expect(server.server.status().reservedPayloadBytes).toBe(0);
  });

  test('cannot have a probe of that size kept for him either', async () => {
    const server = await serving({ classes: { token: { maxPayloadBytes: MIB } } });
    const client = await announce(server, STRANGER, MIB);
    client.received = '';
    client.send(`m ${'x'.repeat(10_000)}`);
    const startNs = server.nowNs;
    expect(await heard(server, client)).toBe('404 ERROR: Invalid Measurement Message\n');
    expect(server.nowNs).toBe(startNs);
  });

  test('keeps no holder out, from however many addresses that are used up', async () => {
    const server = await serving({ classes: { anyone: { newSessionsPerMinute: 1 } } });
    for (let i = 0; i < 20; i++) {
      for (let session = 0; session < 10; session++) await announce(server, `198.51.100.${i}`);
    }
    await server.measuring('s RTT 5 10 0\n', STRANGER);
    expect((await show(server, issue()))[1]).toBe('200 OK: Token lab\n');
    expect(server.reasons).toContain('displaced');
  });

  test('of one address has eight places, for five seconds, of which the oldest goes to the next', async () => {
    const server = await serving({ classes: { anyone: { newSessionsPerMinute: 1 } } });
    for (let i = 0; i < 11; i++) expect((await announce(server, STRANGER)).received).toMatch(/^200/);
    // The first of all was served, and is no probation.
    expect(server.reasons).toEqual(['displaced', 'displaced']);
    expect(server.server.status()).toMatchObject({ sessions: 9, clients: 1 });
    await server.pass(6 * SECOND);
    expect(server.reasons.slice(2)).toEqual(Array(8).fill('session-timeout'));
  });

  test('keeps no holder at the same address out, however many he opens', async () => {
    const server = await serving({ classes: { anyone: { maxClientSessions: 2 } } });
    for (let i = 0; i < 2; i++) await server.measuring('s RTT 5 10 0\n', STRANGER);
    for (let i = 0; i < 30; i++) await server.dial(STRANGER);
    expect((await show(server, issue()))[1]).toBe('200 OK: Token lab\n');
  });
});
