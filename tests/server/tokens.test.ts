/** A server that knows tokens: whom it takes for the holder of one, and what strangers can make it do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SignatureBudget } from '../../src/server/access/signature-budget.ts';
import type { TokenOptions } from '../../src/server/access/tokens.ts';
import { ServerCounters } from '../../src/server/counters.ts';
import { MAX_SIGNATURES_PER_SECOND } from '../../src/server/defaults.ts';
import type { HeldToken } from '../../src/token/held-token.ts';
import { generateIssuerKey, privateKeyOf } from '../../src/token/keys.ts';
import { signProof } from '../../src/token/proof.ts';
import type { RawClient } from '../net/raw-client.ts';
import { GRANT, ISSUER, issue, NOW_SECONDS, textsOf } from '../token/issuing.ts';
import { BAD_SETUP, PretendServer, SECOND } from './pretend-server.ts';

const SETUP = 's RTT 5 10 0 +token';
const ACCEPTED = '200 OK: Token lab\n';

let nowSeconds = NOW_SECONDS;

function serving(tokens: Partial<TokenOptions> = {}): Promise<PretendServer> {
  nowSeconds = NOW_SECONDS;
  return PretendServer.start(
    { tokens: { publicKeys: [ISSUER.publicKey], ...tokens } },
    {},
    { calendar: () => nowSeconds },
  );
}

/** @returns the number that was chosen for the connection */
async function setUp(server: PretendServer, client: RawClient): Promise<string> {
  client.send(`${SETUP}\n`);
  await server.drive(client.until(({ received }) => received.endsWith('\n')));
  const nonce = /^200 OK: Ready \+token ([0-9a-f]{32})\n$/.exec(client.received)?.[1];
  client.received = '';
  return nonce ?? 'none';
}

function proofOf({ key }: HeldToken, nonce: string, setup = SETUP): string {
  return signProof(privateKeyOf(key), nonce, setup);
}

/** @returns what the server says to a token on a connection of its own */
async function show(
  server: PretendServer,
  held: HeldToken,
  proof: (nonce: string) => string = (nonce) => proofOf(held, nonce),
): Promise<string> {
  const client = await server.dial();
  const nonce = await setUp(server, client);
  client.send(`k ${held.token} ${proof(nonce)}\n`);
  await server.drive(client.until(({ received }) => received.endsWith('\n')));
  return client.received;
}

describe('the holder of a token', () => {
  test('is known by name, class and budget, and is served from any address as all others', async () => {
    const server = await serving();
    const held = issue();
    const { jti } = JSON.parse(textsOf(held)[1]);
    expect(await show(server, held)).toBe(ACCEPTED);
    expect(server.events.find((event) => event.kind === 'token')?.principal).toEqual({
      name: 'lab',
      class: 'token',
      id: jti,
      budgetBytesPerDay: GRANT.budgetBytesPerDay,
    });
    expect(await server.servesWell()).toBe(true);
    expect(server.server.status().tokens).toEqual({ accepted: 1, busy: 0 });
  });

  test('is one no more at the second in which it expires', async () => {
    const server = await serving();
    const held = issue({ expiresSeconds: NOW_SECONDS + 60 });
    nowSeconds = NOW_SECONDS + 59;
    expect(await show(server, held)).toBe(ACCEPTED);
    nowSeconds = NOW_SECONDS + 60;
    expect(await show(server, held)).toBe('404 ERROR: Token expired\n');
    expect(server.ends.at(-1)).toMatchObject({ reason: 'refused-token', detail: 'expired' });
  });

  test('needs no more than a server that serves nobody with one', async () => {
    const server = await PretendServer.start();
    const client = await server.dial();
    client.send(`${SETUP}\n`);
    await server.drive(client.whenReceived(BAD_SETUP));
  });
});

describe('whoever has seen a token', () => {
  test('is not its holder: with a proof of another connection, another setup or another key', async () => {
    const server = await serving();
    const held = issue();
    const first = await server.dial();
    const seen = proofOf(held, await setUp(server, first));
    expect(await show(server, held, () => seen)).toBe('404 ERROR: Token wrong-proof\n');
    const otherSetup = (nonce: string): string => proofOf(held, nonce, SETUP.replace('10', '99'));
    expect(await show(server, held, otherSetup)).toBe('404 ERROR: Token wrong-proof\n');
    const other = issue();
    expect(await show(server, held, (nonce) => proofOf(other, nonce))).toBe('404 ERROR: Token wrong-proof\n');
    expect(await show(server, held, () => 'AAAA')).toBe('404 ERROR: Token wrong-proof\n');
    expect(server.events.some((event) => event.kind === 'token')).toBe(false);
  });

  test('cannot show it twice on a connection, nor take it back', async () => {
    const server = await serving();
    const held = issue();
    const client = await server.dial();
    const shown = `k ${held.token} ${proofOf(held, await setUp(server, client))}\n`;
    client.send(shown);
    await server.drive(client.whenReceived(ACCEPTED));
    client.send(shown);
    await server.drive(client.whenReceived(`${ACCEPTED}404 ERROR: Token replayed\n`));
    await server.drive(client.until(({ isOver }) => isOver));
  });

  test('finds another number on every connection', async () => {
    const server = await serving();
    const nonces = new Set<string>();
    for (let i = 0; i < 20; i++) nonces.add(await setUp(server, await server.dial()));
    expect(nonces.size).toBe(20);
    expect(nonces.has('none')).toBe(false);
  });
});

describe('tokens that were revoked', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'echolot-tokens-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const idOf = (held: HeldToken): string => JSON.parse(textsOf(held)[1]).jti;

  test('are refused, those of the options and those of the list', async () => {
    const [given, listed, good] = [issue(), issue(), issue()];
    const revokedFile = join(folder, 'some.txt');
    writeFileSync(revokedFile, `# lost\n${idOf(listed)}\n`);
    const server = await serving({ revoked: [idOf(given)], revokedFile });
    expect(await show(server, given)).toBe('404 ERROR: Token revoked\n');
    expect(await show(server, listed)).toBe('404 ERROR: Token revoked\n');
    expect(await show(server, good)).toBe(ACCEPTED);
  });

  test('while the server runs are refused within a second, and stay so when the list is gone', async () => {
    const held = issue();
    const revokedFile = join(folder, 'later.txt');
    writeFileSync(revokedFile, '');
    const server = await serving({ revokedFile });
    expect(await show(server, held)).toBe(ACCEPTED);
    writeFileSync(revokedFile, `${idOf(held)}\n`);
    await server.pass(SECOND);
    expect(await show(server, held)).toBe('404 ERROR: Token revoked\n');
    rmSync(revokedFile);
    await server.pass(SECOND);
    expect(await show(server, held)).toBe('404 ERROR: Token revoked\n');
  });

  test('are not forgotten for a list that cannot be read: the server does not start', async () => {
    for (const revokedFile of [join(folder, 'none.txt'), folder]) {
      await expect(serving({ revokedFile })).rejects.toMatchObject({ code: 'usage' });
    }
  });
});

describe('a flood of forged tokens', () => {
  test('has no more signatures checked than a thousand a second, on all threads together', () => {
    const counters = new ServerCounters();
    const threads = [counters, new ServerCounters(counters.memory), new ServerCounters(counters.memory)];
    let taken = 0;
    // Ten seconds of three times as many as may be.
    for (let i = 0; i < 30 * MAX_SIGNATURES_PER_SECOND; i++) {
      const nowNs = BigInt(i) * 333_333n;
      if (threads[i % 3]!.signatures.take(nowNs)) taken++;
    }
    expect(taken / MAX_SIGNATURES_PER_SECOND).toBeCloseTo(11, 1);
  });

  test('leaves as many free for the next second', () => {
    const budget = new SignatureBudget(new SharedArrayBuffer(8), 0);
    for (let i = 0; i < MAX_SIGNATURES_PER_SECOND; i++) expect(budget.take(5n)).toBe(true);
    expect(budget.take(5n)).toBe(false);
    expect(budget.take(1_000_005n)).toBe(true);
    expect(budget.take(1_000_005n)).toBe(false);
  });

  test('is refused as busy beyond that, and counted; whoever has no token is served as before', async () => {
    const server = await serving();
    const [header, payload] = issue().token.split('.');
    const forged = `${header}.${payload}.${'A'.repeat(86)}`;
    const held = { ...issue(), token: forged };
    const client = await server.dial();
    let answer = '';
    for (let i = 0; i <= MAX_SIGNATURES_PER_SECOND && answer !== '404 ERROR: Token busy\n'; i++) {
      answer = await show(server, held);
      if (i < MAX_SIGNATURES_PER_SECOND) expect(answer).toBe('404 ERROR: Token bad-signature\n');
    }
    expect(answer).toBe('404 ERROR: Token busy\n');
    expect(server.server.status()).toMatchObject({
      tokens: { busy: 1 },
      sessionsEnded: { 'refused-token': 1_001 },
    });
    expect(await setUp(server, client)).toMatch(/^[0-9a-f]{32}$/);
    expect(await server.servesWell()).toBe(true);
    await server.pass(SECOND);
    expect(await show(server, issue())).toBe(ACCEPTED);
  });

  test('of other issuers costs no signature at all', async () => {
    const server = await serving();
    const stranger = issue({}, generateIssuerKey());
    for (let i = 0; i < 5; i++) expect(await show(server, stranger)).toBe('404 ERROR: Token foreign\n');
    expect(server.server.status().tokens).toEqual({ accepted: 0, busy: 0 });
  });
});

describe('options that cannot be', () => {
  test.each([
    ['no key', { tokens: { publicKeys: [] } }],
    ['what is no key', { tokens: { publicKeys: ['no key'] } }],
    [
      'a name that is misspelt',
      { tokens: { publicKeys: [ISSUER.publicKey], revokedfile: 'x' } as TokenOptions },
    ],
    ['a private key', { tokens: { publicKeys: [ISSUER.privateKey] } }],
    ['plain echo', { mode: 'echo' as const, tokens: { publicKeys: [ISSUER.publicKey] } }],
  ])('%s: the server does not start', async (_, options) => {
    await expect(PretendServer.start(options)).rejects.toMatchObject({ code: 'usage' });
  });
});
