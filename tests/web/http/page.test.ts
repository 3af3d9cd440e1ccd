/** The page over sockets: what it answers, to whom, and what nobody can take from it. */
import { createHash } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWeb, type Web, type WebOptions } from '../../../src/web/web.ts';
import { makeIdentity } from '../../net/certificates.ts';
import { HOUR_MS, madeUpLive, madeUpStore, NOW_MS } from '../made-up.ts';

const live = madeUpLive();
const TOKEN = 'a-token-of-some-length';
let options: WebOptions;
let web: Web;
let guarded: Web;

beforeAll(async () => {
  options = {
    store: await madeUpStore([{ target: 'delft', medianNs: 8e6 }], { pastMs: HOUR_MS }),
    ...{ port: 0, live, title: 'monitor', version: '0', nowMs: () => NOW_MS, host: '127.0.0.1' },
    pictures: { drawer: null, png: null, advice: 'npm install echarts' },
    metrics: async (accept) => ({ type: 'text/plain', body: `accepts ${accept}` }),
  };
  web = await startWeb(options);
  guarded = await startWeb({ ...options, tokenHash: createHash('sha256').update(TOKEN).digest() });
});

afterAll(async () => {
  await web.close();
  await guarded.close();
});

interface Asked {
  readonly of?: Web;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

function ask(
  path: string,
  { of = web, method = 'GET', headers = {}, body }: Asked = {},
): Promise<IncomingMessage> {
  const { address: host, port } = of.endpoints[0]!;
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path, method, headers, agent: false }, resolve);
    sent.once('error', reject);
    sent.end(body);
  });
}

async function read(
  path: string,
  asked?: Asked,
): Promise<{ status: number | undefined; body: string; headers: IncomingMessage['headers'] }> {
  const response = await ask(path, asked);
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe('every answer', () => {
  test.each([
    '/',
    '/target/delft',
    '/events',
    '/login',
    '/assets/page.css',
    '/nothing',
    '/target/delft?span=x',
  ])('of %s has a policy that lets nothing else in', async (path) => {
    const { headers } = await read(path);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test.each([
    ['/', 200],
    ['/target/delft', 200],
    ['/api/targets', 200],
    ['/api/target/delft?span=1d', 200],
    ['/api/events', 200],
    ['/events?format=csv', 200],
    ['/healthz', 200],
    ['/metrics', 200],
    ['/target/nobody', 404],
    ['/nothing', 404],
    ['/assets/../web.ts', 404],
    ['/assets/__proto__', 404],
    ['/target/%', 404],
    ['/target/delft?format=xml', 400],
    ['/target/delft?from=x', 400],
    ['/?format=png', 400],
    ['//evil', 404],
  ])('%s has the status %i', async (path, status) => {
    expect((await read(path)).status).toBe(status);
  });

  test('changes nothing: other methods are refused', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      expect((await read('/', { method })).status).toBe(405);
    }
    const head = await read('/', { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
  });

  test('is not sent again to who has it', async () => {
    const { headers } = await read('/');
    const again = await read('/', { headers: { 'If-None-Match': String(headers.etag) } });
    expect([again.status, again.body, again.headers['content-length']]).toEqual([304, '', undefined]);
  });

  test('is packed for who takes it so', async () => {
    const { headers } = await read('/', { headers: { 'Accept-Encoding': 'gzip, br' } });
    expect(headers['content-encoding']).toBe('gzip');
  });

  test('is refused under another name, so that no other site reads it', async () => {
    const { status, body } = await read('/', { headers: { Host: 'evil.example' } });
    expect(status).toBe(421);
    expect(body).not.toContain('delft');
  });

  test('tells nothing of a fault in the store', async () => {
    const troubles: unknown[] = [];
    const series = (): Promise<never> => Promise.reject(new Error('secret /path'));
    const broken = await startWeb({
      ...{ ...options, store: { ...options.store, series } },
      onTrouble: (error) => troubles.push(error),
    });
    const { status, body } = await read('/', { of: broken });
    await broken.close();
    expect([status, body, troubles.length]).toEqual([500, 'something went wrong here\n', 1]);
  });
});

describe('a page with a token', () => {
  test('shows a browser a form, and lets it in with the right one', async () => {
    const browser = { Accept: 'text/html' };
    const away = await read('/target/delft?span=1d', { of: guarded, headers: browser });
    expect([away.status, away.headers.location]).toEqual([303, '/login?next=%2Ftarget%2Fdelft%3Fspan%3D1d']);
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const post = (token: string, next: string): ReturnType<typeof read> =>
      read('/login', {
        ...{ of: guarded, method: 'POST', headers: form },
        body: new URLSearchParams({ token, next }).toString(),
      });
    expect((await post('wrong', '/')).status).toBe(401);
    const there = await post(TOKEN, '/target/delft?span=1d');
    expect([there.status, there.headers.location]).toEqual([303, '/target/delft?span=1d']);
    const cookie = String(there.headers['set-cookie']?.[0]).split(';')[0] ?? '';
    expect((await read('/target/delft', { of: guarded, headers: { cookie } })).status).toBe(200);
    expect((await post(TOKEN, '//evil.example')).headers.location).toBe('/');
  });

  test.each(['/', '/api/targets', '/target/delft', '/metrics', '/live', '/events?format=csv'])(
    'gives a program nothing of %s without it',
    async (path) => {
      const { status, body } = await read(path, { of: guarded });
      expect([status, body.includes('delft')]).toEqual([401, false]);
      const headers = { Authorization: `Bearer ${TOKEN}` };
      const response = await ask(path, { of: guarded, headers });
      response.destroy();
      expect(response.statusCode).toBe(200);
    },
  );

  test('takes no form that is longer than a token', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    const body = `token=${'x'.repeat(100_000)}`;
    expect((await read('/login', { of: guarded, method: 'POST', headers, body })).status).toBe(400);
  });
});

describe('a page with TLS', () => {
  test('answers to who trusts its certificate, with a cookie that goes nowhere without TLS', async () => {
    const { certificate: cert, key } = makeIdentity(undefined);
    const tokenHash = createHash('sha256').update(TOKEN).digest();
    const secured = await startWeb({ ...options, host: '0.0.0.0', tls: { cert, key }, tokenHash });
    const { port } = secured.endpoints[0]!;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const place = { host: 'localhost', port, family: 4, path: '/login', ca: cert, agent: false };
      const sent = secureRequest({ ...place, method: 'POST', headers }, resolve);
      sent.once('error', reject);
      sent.end(`token=${TOKEN}`);
    });
    response.resume();
    expect(response.statusCode).toBe(303);
    expect(String(response.headers['set-cookie'])).toContain('; Secure');
    await secured.close();
  });

  test('is refused with a key that is another one, before anything listens', async () => {
    const tls = { cert: makeIdentity(undefined).certificate, key: makeIdentity(undefined).key };
    await expect(startWeb({ ...options, tls })).rejects.toMatchObject({ code: 'usage' });
    await expect(startWeb({ ...options, tls: { cert: 'x', key: 'y' } })).rejects.toThrow('cannot be used');
  });
});

describe('those who watch', () => {
  test('hear of a change', async () => {
    const response = await ask('/live');
    expect(response.headers['content-type']).toContain('text/event-stream');
    const heard = (async () => {
      let all = '';
      for await (const part of response) {
        all += String(part);
        if (all.includes('event: change')) return all;
      }
      return all;
    })();
    live.tell({ kind: 'interval', target: 'delft' });
    expect(await heard).toContain('data: {"targets":["delft"],"events":false}');
    response.destroy();
  });

  test('are forgotten when they go', async () => {
    const response = await ask('/live');
    expect(web.watchers).toBeGreaterThan(0);
    response.destroy();
    await expect.poll(() => web.watchers, { interval: 10 }).toBe(0);
  });
});

test('a reader that takes nothing is dropped before much waits for it, and others hear all', async () => {
  const due: (() => void)[] = [];
  const after = (_ms: number, callback: () => void): (() => void) => {
    due.push(callback);
    return () => {};
  };
  const other = await startWeb({ ...options, after });
  const [slow, quick] = [await ask('/live', { of: other }), await ask('/live', { of: other })];
  slow.on('error', () => {});
  quick.resume();
  // Some 40 kB each time; what the kernel holds for a reader is some MB.
  const targets = Array.from({ length: 40 }, (_, i) => `${i}`.padEnd(1_000, 'x'));
  for (let round = 0; round < 2_000 && other.watchers > 1; round++) {
    for (const target of targets) live.tell({ kind: 'interval', target });
    for (const callback of due.splice(0)) callback();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(other.watchers).toBe(1);
  quick.destroy();
  await other.close();
});

test('a head without an end is cut off, and one that is too long refused', async () => {
  const { address, port } = web.endpoints[0]!;
  const socket = connect(port, address);
  socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
  expect(await text(socket)).toContain('431');
});

test('a page that ends leaves nobody hanging', async () => {
  const other = await startWeb(options);
  const response = await ask('/live', { of: other });
  const ended = new Promise((resolve) => response.once('close', resolve));
  response.resume();
  response.on('error', () => {});
  await other.close();
  await ended;
  await expect(ask('/', { of: other })).rejects.toThrow('ECONNREFUSED');
});
