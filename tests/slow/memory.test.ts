/** A server that was told how much memory it may take is not killed for taking more, whoever comes, and serves on. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { FILE_BYTES } from '../../src/server/memory/formula.ts';
import { echolot, Program } from '../e2e/program.ts';
import { mib, tell } from './server-child.ts';

const MIB = 1024 * 1024;
const CONNECTIONS = 2_000;
const TIMEOUT_MS = 240_000;
const GROUP_BYTES = 230 * MIB;
const GREEDY = 300;
const GREEDY_MS = 5_000;
const folder = mkdtempSync(join(tmpdir(), 'echolot-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Seen {
  readonly longestAdmissionNs: number;
  readonly rtt?: object;
}

interface Weather {
  readonly good: readonly { readonly within: Seen }[];
  readonly residentBytes: { readonly before: number; readonly most: number; readonly after: number };
}

test.skipIf(nativeUnavailable() !== undefined).each(['pipeline'])(
  'a storm of two thousand clients (%s) finds no more memory than was allowed, and a client of good faith is served',
  { timeout: TIMEOUT_MS },
  async (kind) => {
    const out = join(folder, `${kind}.json`);
    const what = ['--kinds', kind, '--scenes', 'loopback', '--connections', `${CONNECTIONS}`];
    const words = [...what, '--seconds', '10', '--recovery', '10', '--server=--memory 400M', '--json', out];
    await using storm = new Program(process.execPath, ['bench/storm.ts', ...words], TIMEOUT_MS);
    const { code, stdout, stderr } = await storm.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    if (stdout.startsWith('skipped')) return;
    tell(stdout.trimEnd());
    const [{ good, residentBytes }] = JSON.parse(readFileSync(out, 'utf8')) as [Weather];
    expect(good.some(({ within }) => within.rtt !== undefined)).toBe(true);
    tell(`${mib(residentBytes.most)} at most of 400 MiB, ${mib(residentBytes.after)} ten seconds later`);
    expect(residentBytes.most).toBeLessThan(400 * MIB);
  },
);

/** Of the first version of cgroups, or of the second where this process may make some. */
function makeGroup(): { readonly path: string; readonly limit: string } | undefined {
  for (const [root, limit] of [
    ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes'],
    ['/sys/fs/cgroup', 'memory.max'],
  ] as const) {
    const path = join(root, `echolot-test-${process.pid}`);
    try {
      if (!existsSync(join(root, 'cgroup.procs'))) continue;
      mkdirSync(path);
      if (existsSync(join(path, limit))) return { path, limit };
      rmdirSync(path);
    } catch {}
  }
  return undefined;
}

/** Clients with large messages who read no answer, for some seconds: whoever is refused or cut comes again. */
async function beGreedy(port: number, bytes: number): Promise<void> {
  const open = new Set<Socket>();
  const probes = [1, 2, 3, 4, 5, 6, 7, 8].map((i) => `m ${'x'.repeat(bytes)} ${i}\n`).join('');
  const come = (): void => {
    const socket = connect(port, '127.0.0.1');
    open.add(socket);
    socket.on('error', () => {}).pause();
    socket.on('close', () => open.delete(socket));
    socket.write(`s RTT ${bytes} 10 0\n${probes}`);
  };
  const endMs = performance.now() + GREEDY_MS;
  while (performance.now() < endMs) {
    for (let i = 0; i < 20 && open.size < GREEDY; i++) come();
    await sleep(20);
  }
  for (const socket of open) socket.destroy();
}

test.for([
  ['native', 128],
  ['native', 1_024],
  ['node', 128],
] as const)(
  'a bounded group of processes is the bound where none is given, and its server (%s) outlives messages of %i KiB',
  {
    timeout: TIMEOUT_MS,
  },
  async ([engine, kib], { skip }) => {
    if (engine === 'native' && nativeUnavailable() !== undefined) skip(nativeUnavailable());
    const group = makeGroup();
    if (group === undefined) skip('no group of processes (cgroup) can be made here');
    else {
      try {
        writeFileSync(join(group.path, group.limit), `${GROUP_BYTES}`);
        const inGroup = 'echo $$ > "$1/cgroup.procs"; shift; exec "$@"';
        const program = [process.execPath, 'dist/cli/bin.js', 'serve', '--engine', engine, '--port', '0'];
        await using server = new Program('sh', ['-c', inGroup, 'sh', group.path, ...program], TIMEOUT_MS);
        const port = await server.port();
        await server.until('the limits', ({ stderr }) => stderr.includes('maxMemoryBytes'));
        const most = Number(/"maxMemoryBytes":(\d+)/.exec(server.stderr)?.[1]);
        expect(most).toBeLessThanOrEqual(GROUP_BYTES + FILE_BYTES);
        await beGreedy(port, kib * 1024);
        expect(server.running).toBe(true);
        const measured = await echolot(
          'measure',
          '127.0.0.1',
          port,
          '--sizes',
          10,
          '--blocks',
          1,
          '--probes',
          20,
        );
        expect(measured.code).toBe(0);
        server.kill('SIGTERM');
        await server.ended;
      } finally {
        rmdirSync(group.path);
      }
    }
  },
);
