/** Whoever reads the log of a server, or does not: clients are served, and SIGTERM ends it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { ROOT, start } from './program.ts';

const BIN = join(ROOT, 'dist/cli/bin.js');
const HOST = '127.0.0.1';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'echolot-log-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A pipe that is full already. @returns its end to write to */
function stalledPipe(name: string): number {
  const path = join(folder, name);
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const filler = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  for (const size of [4_096, 1]) {
    try {
      for (;;) writeSync(filler, Buffer.alloc(size));
    } catch (error) {
      expect(error).toMatchObject({ code: 'EAGAIN' });
    }
  }
  closeSync(filler);
  return openSync(path, constants.O_WRONLY);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

/** What comes back; the server may not listen yet. */
async function answerTo(port: number, text: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    const socket = connect(port, HOST);
    try {
      socket.end(text);
      let answer = '';
      for await (const chunk of socket) answer += chunk;
      return answer;
    } catch (error) {
      if (tries > 400) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

const TALK = 's rtt 1 1 0\nm x 1\nt\n';

describe.skipIf(process.platform === 'win32')('a server serves and ends', () => {
  test.for([
    ['native', 'log', ['--log', 'json'], 'pipe'],
    ['node', 'transcript', ['--echo'], 'pipe'],
    ['node', 'log', ['--log', 'json'], '/dev/full'],
  ] as const)('engine %s, its %s (%j) not read: %s', async ([engine, what, args, where], { skip }) => {
    if (engine === 'native' && nativeUnavailable() !== undefined) skip(nativeUnavailable());
    const sink = where === 'pipe' ? stalledPipe(`${engine}-${what}-${args.join('')}`) : openSync(where, 'w');
    const port = await freePort();
    const options = ['serve', '--host', HOST, '-p', String(port), '--engine', engine, ...args];
    const server = spawn(process.execPath, [BIN, ...options], { stdio: ['ignore', sink, sink] });
    try {
      const ended = once(server, 'exit');
      for (let session = 0; session < 40; session++) expect(await answerTo(port, TALK)).not.toBe('');
      server.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    } finally {
      server.kill('SIGKILL');
      closeSync(sink);
    }
  });
});

describe('the file of a log', () => {
  test('is appended to, not readable for all, and opened anew when it was moved away', async () => {
    const path = join(folder, 'access.log');
    await using server = start('serve', '--host', HOST, '--port', 0, '--log', 'json', '--log-file', path);
    const port = await server.port();
    await answerTo(port, TALK);
    await expect.poll(() => readFileSync(path, 'utf8')).toContain('"msg":"end"');
    expect(statSync(path).mode & 0o777 & ~0o640).toBe(0);
    renameSync(path, `${path}.1`);
    server.kill('SIGHUP');
    await expect.poll(() => existsSync(path)).toBe(true);
    await answerTo(port, TALK);
    await expect.poll(() => readFileSync(path, 'utf8')).toContain('"session":2');
    expect(readFileSync(`${path}.1`, 'utf8')).not.toContain('"session":2');
    server.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

test.skipIf(process.platform === 'win32')(
  'SIGUSR1 opens no debugger, and a lost terminal closes the server in good order',
  async () => {
    await using server = start('serve', '--host', HOST, '--port', 0);
    const port = await server.port();
    server.kill('SIGUSR1');
    await answerTo(port, TALK);
    await server.until('the session', ({ stderr }) => stderr.includes(': end'));
    expect(server.stderr).not.toContain('Debugger');
    server.kill('SIGHUP');
    expect(await server.ended).toMatchObject({ code: 0, signal: null });
  },
);
