/**
 * `serve` and `monitor` as a service manager runs them: on sockets that it has opened, telling it how they fare. Whoever stands in for
 * it here is the shell, which names itself before the program takes its place, and a socket of this test.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import {
  AF_INET,
  AF_UNIX,
  MSG_DONTWAIT,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_STREAM,
} from '../../src/net/native/kernel/constants.ts';
import { loadLibc } from '../../src/net/native/kernel/libc.ts';
import { decodeAddress, encodeAddress, SOCKADDR_BYTES } from '../../src/net/native/kernel/sockaddr.ts';
import { addressOf } from '../../src/service/notify-socket.ts';
import { echolot, eventually, Program, programCommand, shell } from './program.ts';

const HOST = '127.0.0.1';
const WAIT_MS = 20_000;
const { libc, reason } = loadLibc();
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'echolot-service-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Hears what a service tells; its descriptors are closed with it. */
class Manager implements Disposable {
  readonly path: string;
  private readonly fd: number;
  private readonly heard: string[] = [];

  constructor(name: string) {
    this.path = join(folder, name);
    this.fd = libc?.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) ?? -1;
    const address = addressOf(this.path) as Uint8Array;
    if (libc?.bind(this.fd, address, address.length) !== 0) throw new Error('no socket to hear on');
  }

  async hears(lines: string | RegExp): Promise<void> {
    const isIt = (text: string): boolean => (typeof lines === 'string' ? text === lines : lines.test(text));
    await eventually(
      `${lines} among ${this.heard}`,
      async () => {
        const bytes = new Uint8Array(512);
        const length = libc?.recv(this.fd, bytes, bytes.length, MSG_DONTWAIT) ?? -1;
        if (length > 0) this.heard.push(Buffer.from(bytes.subarray(0, length)).toString());
        return this.heard.some(isIt);
      },
      WAIT_MS,
    );
    this.heard.splice(0, this.heard.findIndex(isIt) + 1);
  }

  [Symbol.dispose](): void {
    libc?.close(this.fd);
  }
}

/** A socket that listens, blocking as systemd passes it, and its port. */
function listening(): { readonly fd: number; readonly port: number } {
  if (libc === undefined) throw new Error('no C library');
  const fd = libc.socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const address = encodeAddress(HOST, 0);
  libc.bind(fd, address, address.length);
  libc.listen(fd, 16);
  const bytes = new Uint8Array(SOCKADDR_BYTES);
  libc.getsockname(fd, bytes, new Uint32Array([bytes.length]));
  return { fd, port: decodeAddress(bytes).port };
}

function startService(variables: string, args: readonly (string | number)[], fds: readonly number[] = []) {
  const line = `export LISTEN_PID=$$ WATCHDOG_PID=$$ ${variables}; exec "$@"`;
  const child = spawn('bash', ['-c', line, 'bash', ...programCommand(...args)], {
    stdio: ['ignore', 'ignore', 'inherit', ...fds],
  });
  const ended = once(child, 'exit');
  return {
    ended,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

describe.skipIf(libc === undefined)(`as a service ${reason ?? ''}`, () => {
  test.for(['native', 'node'])(
    'a server serves on the socket of its manager, which hears of its life (%s)',
    async (engine, { skip }) => {
      if (engine === 'native' && nativeUnavailable() !== undefined) skip(nativeUnavailable());
      using manager = new Manager(`serve-${engine}`);
      const config = join(folder, `${engine}.toml`);
      await writeFile(config, 'port = 1\n');
      const { fd, port } = listening();
      await using service = startService(
        `LISTEN_FDS=1 NOTIFY_SOCKET=${manager.path} WATCHDOG_USEC=400000`,
        ['serve', '--config', config, '--engine', engine, '--quiet'],
        [fd],
      );
      libc?.close(fd);
      // Whoever comes while it starts is served when it has.
      const what = ['--type', 'rtt', '--sizes', 10, '--blocks', 1, '--probes', 3, '--warmup', 0];
      expect((await echolot('measure', HOST, port, ...what)).code).toBe(0);
      await manager.hears('READY=1');
      await manager.hears('WATCHDOG=1');
      service.kill('SIGHUP');
      await manager.hears(/^RELOADING=1\nMONOTONIC_USEC=\d+$/);
      await manager.hears('READY=1');
      service.kill('SIGTERM');
      await manager.hears('STOPPING=1');
      expect(await service.ended).toEqual([0, null]);
    },
  );

  test('a monitor is ready when it measures', async () => {
    using manager = new Manager('monitor');
    await using service = startService(`NOTIFY_SOCKET=${manager.path}`, [
      ...['monitor', `${HOST}:1`, '--page', `${HOST}:0`, '--store', join(folder, 'store.sqlite')],
    ]);
    await manager.hears('READY=1');
    service.kill('SIGTERM');
    await manager.hears('STOPPING=1');
    expect(await service.ended).toEqual([0, null]);
  });

  test('a server whose manager does not listen serves, and says so once', async () => {
    const command = programCommand('serve', '--host', HOST, '--port', 0, '--log', 'json');
    const variables = ['NOTIFY_SOCKET=/nowhere', 'WATCHDOG_USEC=100000'];
    await using server = new Program('env', [...variables, ...command]);
    const complaint = /the service manager does not hear of this program: connect: ENOENT/g;
    await server.until(
      'its greeting, and the complaint',
      ({ stdout, stderr }) => /^echolot listening/.test(stdout) && stderr.search(complaint) >= 0,
    );
    // It is told of the end as well, and would complain of that.
    server.kill('SIGTERM');
    const { code, stderr } = await server.ended;
    expect(code).toBe(0);
    expect(stderr.match(complaint)).toHaveLength(1);
  });

  test('a server with a descriptor that is no socket says which, and does not listen elsewhere', async () => {
    const line = 'export LISTEN_PID=$$ LISTEN_FDS=1; exec "$@" 3</dev/null';
    const { code, stdout, stderr } = await shell(line, 'serve');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /^echolot: usage: descriptor 3, passed to listen on, is no socket \(ENOTSOCK\); [^\n]+\n$/,
    );
  });
});
