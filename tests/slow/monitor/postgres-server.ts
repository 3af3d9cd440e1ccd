/**
 * A server of PostgreSQL of one's own: Debian's, in a temporary folder, on a free port of loopback and a socket beside it, as a user who
 * is not root, which it refuses. It asks for a password. It can be killed, paused and started again; it goes with its folder.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';

export const PASSWORD = 'correct-horse:%40/"battery';
const USER = 'echo';
const NOBODY = 65_534;
const LONGEST_START_MS = 30_000;

/** Folder of the newest server that is installed; undefined where there is none. */
export const BINARIES: string | undefined = globSync('/usr/lib/postgresql/*/bin/postgres')
  .map((file) => join(file, '..'))
  .sort((a, b) => Number(a.split('/')[4]) - Number(b.split('/')[4]))
  .at(-1);

export interface DatabaseServer {
  readonly port: number;
  /** Of its socket. */
  readonly folder: string;
  /** @param options behind the question mark */
  url(database: string, options?: Readonly<Record<string, string>>): string;
  createDatabase(name: string, options?: string): Promise<void>;
  /** As its superuser. */
  ask(database: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  start(): Promise<void>;
  /** At once, with everything that it had not kept. */
  kill(): Promise<void>;
  /** All of it, its connections too: it answers no more, or again. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  remove(): Promise<void>;
}

export async function createDatabaseServer(binaries: string): Promise<DatabaseServer> {
  const folder = mkdtempSync(join(tmpdir(), 'echolot-postgres-'));
  const data = join(folder, 'data');
  const isRoot = process.getuid?.() === 0;
  // It ends with these tests, however they end.
  const asUser = ['setpriv', '--pdeathsig=QUIT'];
  if (isRoot) asUser.push(`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups');
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD);
  const command = (program: string, ...options: string[]): [string, string[]] => {
    const [first = '', ...rest] = [...asUser, join(binaries, program), ...options];
    return [first, rest];
  };
  execFileSync(
    ...command(
      'initdb',
      '-D',
      data,
      '-U',
      USER,
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '-E',
      'UTF8',
      '--locale=C',
    ),
    { stdio: ['ignore', 'ignore', 'pipe'], cwd: folder },
  );
  const port = await freePort();
  let server: ChildProcess | undefined;

  async function ask(database: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const client = postgres({
      host: '127.0.0.1',
      port,
      database,
      user: USER,
      password: PASSWORD,
      max: 1,
      onnotice: () => {},
    });
    try {
      return await client.unsafe(sql);
    } finally {
      await client.end({ timeout: 1 });
    }
  }

  async function start(): Promise<void> {
    const options = ['-D', data, '-p', String(port), '-k', folder, '-c', 'listen_addresses=127.0.0.1'];
    // What is not on the disk is with the system, which is not killed.
    server = spawn(...command('postgres', ...options, '-c', 'shared_buffers=32MB', '-c', 'fsync=off'), {
      stdio: 'ignore',
      cwd: folder,
    });
    for (let ms = 0; ; ms += 100) {
      const isUp = await ask('postgres', 'SELECT 1').then(
        () => true,
        () => false,
      );
      if (isUp) return;
      if (ms > LONGEST_START_MS || server.exitCode !== null) throw new Error('the server does not start');
      await sleep(100);
    }
  }

  function signal(name: NodeJS.Signals): void {
    const { pid } = server ?? {};
    if (pid === undefined) return;
    process.kill(pid, name);
    // Each connection is a process of its own.
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    for (const child of children) process.kill(Number(child), name);
  }

  async function end(name: 'SIGKILL' | 'SIGQUIT'): Promise<void> {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const isOver = once(server, 'exit');
    server.kill(name);
    await isOver;
  }

  return {
    port,
    folder,
    url(database, options = {}) {
      const query = new URLSearchParams({ sslmode: 'disable', ...options });
      return `postgres://${USER}:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/${database}?${query}`;
    },
    async createDatabase(name, options = '') {
      await ask('postgres', `CREATE DATABASE ${name} ${options}`);
    },
    ask,
    start,
    kill: () => end('SIGKILL'),
    signal,
    async remove() {
      // Killed it would leave its shared memory behind.
      await end('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
