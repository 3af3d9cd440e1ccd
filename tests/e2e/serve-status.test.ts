/** An operator asks his own server how it does; nobody else may, and nothing that others left there is touched. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { namedSocket, ownSocket, ownSockets } from '../../src/cli/folders/status-sockets.ts';
import { EcholotError } from '../../src/core/errors.ts';
import { echolot, type Program, start } from './program.ts';

/** Several programs in turn, each of which takes a second to start, or several on a busy machine. */
const TIMEOUT_MS = 60_000;

const uid = process.geteuid?.();

function privateFolder(): string {
  return mkdtempSync(join(tmpdir(), 'echolot-'));
}

async function serving(socket: string, ...args: readonly string[]): Promise<Program> {
  const server = start('serve', '--port', 0, '--status-socket', socket, ...args);
  await server.port();
  return server;
}

describe.skipIf(uid === undefined)('a running server', { timeout: TIMEOUT_MS }, () => {
  test('tells its owner in words and as data what goes on, and leaves no socket behind', async () => {
    const path = join(privateFolder(), 'status');
    await using server = await serving(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const port = await server.port();
    expect((await echolot('measure', 'localhost', port, '--probes', 5, '--short')).code).toBe(0);
    const told = await echolot('serve', 'status', '--socket', path);
    expect(told).toMatchObject({ code: 0, stderr: '' });
    for (const what of [
      /state +accepts clients/,
      /sessions +0 of 1024/,
      /ended: terminated +\d/,
      /memory .*MiB/,
    ])
      expect(told.stdout).toMatch(what);
    const { stdout } = await echolot('serve', 'status', '--socket', path, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      isAccepting: true,
      sessions: 0,
      sessionsEnded: { 'closed-by-peer': 0 },
      limits: { maxSessions: 1_024 },
    });
    expect(stdout).toMatch(/^[^\n]*\n$/);
    server.kill('SIGTERM');
    expect(await server.ended).toMatchObject({ code: 0 });
    expect(existsSync(path)).toBe(false);
    const after = await echolot('serve', 'status', '--socket', path);
    expect(after).toMatchObject({ code: 1, stdout: '' });
    expect(after.stderr).toContain('no server listens there');
  });

  test('takes the place of one that was killed, but not of one that runs, nor of a file', async () => {
    const path = join(privateFolder(), 'status');
    await using killed = await serving(path);
    killed.kill('SIGKILL');
    await killed.ended;
    expect(existsSync(path)).toBe(true);
    await using server = await serving(path);
    const other = await echolot('serve', '--port', 0, '--status-socket', path);
    expect(other).toMatchObject({ code: 2, stdout: '' });
    expect(other.stderr).toContain('another server has the status socket');
    const file = join(privateFolder(), 'file');
    writeFileSync(file, 'mine');
    symlinkSync(path, `${file}.link`);
    for (const planted of [file, `${file}.link`]) {
      const { code, stderr } = await echolot('serve', '--port', 0, '--status-socket', planted);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringContaining('something else already'),
      });
    }
    expect((await echolot('serve', 'status', '--socket', path)).code, server.stderr).toBe(0);
  });

  test('serves on while its socket is held by those who say nothing', async () => {
    const path = join(privateFolder(), 'status');
    await using server = await serving(path, '--engine', 'node');
    const silent = Array.from({ length: 40 }, () => connect({ path }).on('error', () => {}));
    const measured = await echolot('measure', 'localhost', await server.port(), '--probes', 5, '--short');
    expect(measured.code).toBe(0);
    for (const socket of silent) socket.destroy();
    expect((await echolot('serve', 'status', '--socket', path)).code).toBe(0);
  });
});

describe.skipIf(uid === undefined)('a folder for sockets', () => {
  const refused = expect.objectContaining({ code: 'usage' });
  const thrown = (action: () => unknown): unknown => {
    try {
      return action();
    } catch (error) {
      if (error instanceof EcholotError) return error;
      throw error;
    }
  };

  test('that others can write to, or that is not there, is none', () => {
    const open = privateFolder();
    chmodSync(open, 0o777);
    expect(thrown(() => namedSocket({ uid, runtimeDirectory: undefined }, join(open, 's')))).toEqual(refused);
    expect(thrown(() => namedSocket({ uid, runtimeDirectory: undefined }, '/tmp/s'))).toEqual(refused);
    expect(thrown(() => namedSocket({ uid, runtimeDirectory: undefined }, '/nowhere/s'))).toEqual(refused);
  });

  test('is made for the user alone; one that others look into, or a link, is refused', () => {
    const runtimeDirectory = privateFolder();
    const owner = { uid, runtimeDirectory };
    const path = ownSocket(owner, 9_900);
    expect(path).toBe(join(runtimeDirectory, 'echolot/serve-9900.sock'));
    expect(statSync(join(runtimeDirectory, 'echolot')).mode & 0o777).toBe(0o700);
    chmodSync(join(runtimeDirectory, 'echolot'), 0o755);
    expect(thrown(() => ownSocket(owner, 9_900))).toEqual(refused);
    expect(thrown(() => ownSockets(owner))).toEqual(refused);
    const linked = privateFolder();
    mkdirSync(join(linked, 'elsewhere'), { mode: 0o700 });
    symlinkSync(join(linked, 'elsewhere'), join(linked, 'echolot'));
    expect(thrown(() => ownSocket({ uid, runtimeDirectory: linked }, 1))).toEqual(refused);
  });

  test('is not looked for where the system names none', () => {
    expect(ownSocket({ uid, runtimeDirectory: undefined }, 1)).toBeUndefined();
    expect(ownSocket({ uid, runtimeDirectory: 'relative' }, 1)).toBeUndefined();
    expect(ownSockets({ uid, runtimeDirectory: undefined })).toEqual([]);
  });
});
