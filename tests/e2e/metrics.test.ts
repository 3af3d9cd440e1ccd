/** Whoever scrapes a server, or tries to hold it up by its metrics: clients are served, and the next scrape is answered. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { MAX_SIDE_CONNECTIONS, SIDE_TIMEOUT_MS } from '../../src/server/sight/side-server.ts';
import { parsedMetrics } from '../server/sight/parsed-metrics.ts';
import { echolot, type Program, start } from './program.ts';

const HOST = '127.0.0.1';
const GET = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
const TALK = ['s RTT 1 1 0\n', 'm x 1\n', 't\n'];
const SCRAPES_AT_ONCE = 100;

function serving(...args: readonly (string | number)[]): Program {
  return start('serve', '--host', HOST, '--port', 0, '--metrics', 0, '--log', 'json', ...args);
}

async function metricsPort(server: Program): Promise<number> {
  await server.until('the line of the metrics', ({ stdout }) => stdout.includes('/metrics\n'));
  return Number(/:(\d+)\/metrics\n/.exec(server.stdout)?.[1]);
}

/** All that comes back; nothing where the connection was dropped. */
async function answerTo(port: number, text: string | Buffer): Promise<string> {
  const socket = connect(port, HOST);
  let answer = '';
  try {
    socket.on('error', () => {});
    socket.write(text);
    for await (const chunk of socket) answer += chunk;
  } catch {
    // Reset: what has come until then is the answer.
  }
  return answer;
}

/** A session from setup to termination, each word after the answer to the one before. @returns all answers */
async function talk(port: number): Promise<string> {
  const socket = connect(port, HOST);
  const closed = once(socket, 'close');
  let answers = '';
  socket.on('data', (chunk) => {
    answers += chunk;
  });
  for (const message of TALK) {
    socket.write(message);
    await once(socket, 'data');
  }
  socket.end();
  await closed;
  return answers;
}

async function scrape(port: number) {
  const response = await fetch(`http://${HOST}:${port}/metrics`);
  const families = parsedMetrics(await response.text());
  return (name: string): number => families.get(name)?.samples[0]?.value ?? Number.NaN;
}

async function silent(port: number, count: number): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(port, HOST).on('error', () => {}));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  return sockets;
}

describe.for(['node', 'native'] as const)('engine %s', (engine) => {
  test('a hundred scrapes at once while a client measures: it is served, each is answered whole or not at all', async ({
    skip,
  }) => {
    if (engine === 'native' && nativeUnavailable() !== undefined) skip(nativeUnavailable());
    await using server = serving('--engine', engine);
    const port = await server.port();
    const side = await metricsPort(server);
    const measured = echolot('measure', HOST, port, '--probes', 200, '--short');
    const answers = await Promise.all(Array.from({ length: SCRAPES_AT_ONCE }, () => answerTo(side, GET)));
    expect((await measured).code).toBe(0);
    const whole = answers.filter((answer) => answer !== '');
    expect(whole.length).toBeGreaterThanOrEqual(MAX_SIDE_CONNECTIONS);
    for (const answer of whole) parsedMetrics(answer.slice(answer.indexOf('\r\n\r\n') + 4));
    const value = await scrape(side);
    expect(value('echolot_metrics_connections_dropped')).toBe(SCRAPES_AT_ONCE - whole.length);
    expect(value('echolot_sessions_begun')).toBeGreaterThan(0);
    expect(value('echolot_probes_echoed')).toBeGreaterThanOrEqual(200);
  });

  test('connections without a word hold up neither clients nor, for longer than their time, a scrape', async ({
    skip,
  }) => {
    if (engine === 'native' && nativeUnavailable() !== undefined) skip(nativeUnavailable());
    await using server = serving('--engine', engine);
    const [port, side] = [await server.port(), await metricsPort(server)];
    const sockets = await silent(side, 3 * MAX_SIDE_CONNECTIONS);
    // One that says a byte now and then is no better.
    sockets[0]?.write('GET / HTTP/1.1\r\nX: ');
    const drip = setInterval(() => sockets[0]?.write('x'), 200);
    const startedMs = performance.now();
    try {
      expect(await talk(port)).toContain('m x 1');
      expect(await answerTo(side, GET)).toBe('');
      while ((await answerTo(side, GET)) === '') await new Promise((done) => setTimeout(done, 50));
      expect(performance.now() - startedMs).toBeLessThan(SIDE_TIMEOUT_MS + 2_000);
    } finally {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    }
  });
});

test('counts are those of all threads together', async ({ skip }) => {
  if (nativeUnavailable() !== undefined) skip(nativeUnavailable());
  await using server = serving('--engine', 'native', '--threads', 2);
  const [port, side] = [await server.port(), await metricsPort(server)];
  for (let session = 0; session < 12; session++) await talk(port);
  const value = await scrape(side);
  expect(value('echolot_threads')).toBe(2);
  expect(value('echolot_sessions_begun')).toBe(12);
  expect(value('echolot_sessions_ended')).toBe(12);
});

test('what is no request for them is refused, and the next scrape is answered', async () => {
  await using server = serving();
  const side = await metricsPort(server);
  const huge = `GET / HTTP/1.1\r\nX: ${'x'.repeat(1_000_000)}\r\n\r\n`;
  const post = `POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n${'x'.repeat(1_000_000)}`;
  for (const [request, status] of [
    ['\x00\x01garbage\r\n\r\n', '400'],
    [huge, '431'],
    [post, '405'],
    ['GET /other HTTP/1.1\r\nHost: x\r\n\r\n', '404'],
    [`${GET}${GET}`, '200'],
  ] as const) {
    const answer = await answerTo(side, request);
    // A reset can overtake the words for whoever goes on sending.
    expect(answer.slice(0, 12)).toBeOneOf([`HTTP/1.1 ${status}`, ...(request.length > 1_000 ? [''] : [])]);
    expect(answer.split('HTTP/1.1 ').length).toBeLessThanOrEqual(2);
  }
  const head = await answerTo(side, GET.replace('GET', 'HEAD'));
  expect(head).toMatch(/^HTTP\/1.1 200 .*application\/openmetrics-text; version=1.0.0.*\r\n\r\n$/s);
  await scrape(side);
});

test('a server that is ending says so: whoever balances clients sends none', async () => {
  await using server = serving();
  const [port, side] = [await server.port(), await metricsPort(server)];
  const health = async () => await (await fetch(`http://${HOST}:${side}/healthz`)).text();
  expect(await health()).toBe('ok\n');
  const session = connect(port, HOST);
  session.write('s RTT 1 1 0\n');
  await once(session, 'data');
  server.kill('SIGTERM');
  await server.until('the end', ({ stderr }) => stderr.includes('closing'));
  const response = await fetch(`http://${HOST}:${side}/healthz`);
  expect([response.status, await response.text()]).toEqual([503, 'ending\n']);
  expect((await scrape(side))('echolot_accepting')).toBe(0);
  session.end('m x 1\nt\n');
  session.resume();
  expect(await server.ended).toMatchObject({ code: 0 });
});

test('a port that is taken is an error at once, and no server runs without the metrics that were asked for', async () => {
  const taken = createServer().listen(0, HOST);
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  try {
    const { code, stdout, stderr } = await echolot('serve', '--port', 0, '--metrics', port);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${HOST}:${port}`);
  } finally {
    taken.close();
  }
});

test.for(['x', '70000', '::1:9464', 'http://a:1', ''])('%j is no place to serve metrics', async (place) => {
  const { code, stderr } = await echolot('serve', '--port', 0, '--metrics', place);
  expect(code).toBe(2);
  expect(stderr).toContain('0.0.0.0:9464');
});
