/** The extension `+token` as a client uses it, of servers with it, without it, and with faults. */
import { describe, expect, test } from 'vitest';
import { TOKEN_REFUSALS } from '../../../src/core/token/token-desk.ts';
import type { TokenHolder } from '../../../src/core/token/token-holder.ts';
import { ClientEnd, PipelinedEnd, ServerEnd, text } from '../ends.ts';

const NONCE = '00112233445566778899aabbccddeeff';
const READY = `200 OK: Ready +token ${NONCE}\n`;

class Holder implements TokenHolder {
  readonly token = 'a.b.c';
  readonly proved: string[][] = [];

  prove(...proved: string[]): string {
    this.proved.push(proved);
    return 'signature';
  }
}

function begun(holder = new Holder()): ClientEnd {
  const client = new ClientEnd('size-first', {}, { holder });
  expect(client.begin()).toBe('s RTT 5 2 0 +token\n');
  return client;
}

/** One that waits for the verdict. */
function showing(holder = new Holder()): ClientEnd {
  const client = begun(holder);
  client.receive(READY);
  expect(text(client.session.showToken() as Uint8Array)).toBe('k a.b.c signature\n');
  return client;
}

describe('showing a token', () => {
  test('proves it by the number of the server and the setup as it was sent, once', () => {
    const holder = new Holder();
    const client = showing(holder);
    expect(holder.proved).toEqual([[NONCE, 's RTT 5 2 0 +token']]);
    client.receive('200 OK: Token lab\n', [1]);
    expect(client).toMatchObject({ state: 'measurement', failure: undefined });
    expect(client.session.showToken()).toBeUndefined();
    client.receive(client.probe());
    expect(client.state).toBe('measurement');
  });

  test('is no matter of a client without one', () => {
    const client = new ClientEnd('size-first');
    expect(client.begin()).toBe('s RTT 5 2 0\n');
    client.receive('200 OK: Ready\n');
    expect(client.session.showToken()).toBeUndefined();
  });

  test('goes before probes ahead of their echoes', () => {
    const client = new PipelinedEnd('size-first', {}, { holder: new Holder(), pipeline: true });
    client.begin();
    client.receive(`200 OK: Ready +pipeline +token ${NONCE}\n`);
    expect(text(client.session.showToken() as Uint8Array)).toBe('k a.b.c signature\n');
    client.receive('200 OK: Token lab\n');
    client.receive(client.probe());
    expect(client).toMatchObject({ state: 'measurement', failure: undefined });
  });

  test('is understood by the server of this project', () => {
    const asked: string[][] = [];
    const tokenDesk = {
      nonce: NONCE,
      answer: (...shown: string[]) => {
        asked.push(shown);
        return { accepted: 'lab' } as const;
      },
    };
    const client = new ClientEnd('size-first', {}, { holder: new Holder(), stamps: true });
    const server = new ServerEnd('auto', { tokenDesk });
    client.receive(server.feed(client.begin()));
    client.receive(server.feed(text(client.session.showToken() as Uint8Array)));
    client.receive(server.feed(client.probe()));
    expect(client).toMatchObject({ state: 'measurement', failure: undefined });
    expect(asked).toEqual([['a.b.c', 'signature', 's RTT 5 2 0 +stamps +token']]);
  });
});

describe('a server that refuses the token', () => {
  test.each(TOKEN_REFUSALS)('as %s is quoted, with what to do about it', (reason) => {
    const client = showing();
    client.receive(`404 ERROR: Token ${reason}\n`);
    expect(client.state).toBe('closed');
    expect(client.failure?.message).toContain(`refused the token (${reason})`);
    expect(client.failure?.advice).toBeTruthy();
    // Another setup or dialect would not help: nobody is to try them.
    expect(client.failure?.code).toBe(reason === 'busy' ? 'limit' : 'usage');
    expect(client.failure?.received).toBeUndefined();
  });

  test.each([
    ['404 ERROR: Token unheard-of\n', /refused the token/],
    ['404 ERROR: Invalid Measurement Message\n', /refused the token/],
    ['200 OK: Ready\n', /answered the token with something else/],
    ['200 OK: Token lab\n200 OK: Token lab\n', /answered the token with something else/],
    [`200 OK: Token ${'a'.repeat(200)}`, /answered the token with something else/],
    ['m hello 1\n', /answered the token with something else/],
  ])('or answers %j is not believed', (answer, message) => {
    const client = showing();
    client.receive(answer);
    expect(client.failure?.message).toMatch(message);
    expect(client.failure?.code).toBe('peer');
  });

  test('or says nothing is not waited for without end', () => {
    const client = showing();
    client.session.timeOut(1_000);
    expect(client.failure?.message).toBe('no answer within 1000 ms to the token');
  });
});

describe('a server that knows no tokens', () => {
  test.each([
    '200 OK: Ready\n',
    '200 OK: Ready +token\n',
    `200 OK: Ready +token ${NONCE.slice(1)}\n`,
    `200 OK: Ready ${NONCE}\n`,
    `200 OK: Ready +token ${NONCE.toUpperCase()}\n`,
  ])('and takes the setup with %j is left: a measurement on other terms was not asked for', (ready) => {
    const client = begun();
    client.receive(ready);
    expect(client.state).toBe('closed');
    expect(client.failure?.code).toBe('usage');
    expect(client.failure?.message).toContain('knows no tokens');
    expect(client.failure?.advice).toContain('leave out the token');
  });

  test('and refuses the setup is told apart from one that objects to a size', () => {
    const refusal = '404 ERROR: Invalid Connection Setup Message\n';
    const client = begun();
    client.receive(refusal);
    expect(client.failure?.advice).toContain('may know no tokens');
    const other = new ClientEnd('size-first');
    other.begin();
    other.receive(refusal);
    expect(other.failure?.advice).not.toContain('token');
  });
});
