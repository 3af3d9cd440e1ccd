/**
 * A monitor that runs for long is as it was at its begin: memory and descriptors do not grow. For half a minute here; half an hour
 * with `MONITOR_MINUTES=30 npx vitest run --config vitest.slow.config.ts tests/slow/monitor/steady.test.ts`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program, programCommand } from '../../e2e/program.ts';

const HOST = '127.0.0.1';
const TARGETS = 20;
const MINUTES = Number(process.env['MONITOR_MINUTES'] ?? 0.5);
const TIMEOUT_MS = MINUTES * 60_000 + 120_000;
const WARM_UP_MS = 15_000;
const LOOK_EVERY_MS = 2_000;
const KIB_PER_MIB = 1_024;
/** Of a heap that is collected now and then; a leak of a kilobyte an interval is more in half an hour. */
const MOST_GROWTH_MIB = 24;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'echolot-steady-'));
});
afterAll(() => rm(folder, { recursive: true }));

function residentMib(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / KIB_PER_MIB;
}

function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** One that may run as long as the test does. */
function started(...args: readonly (string | number)[]): Program {
  const [command = '', ...words] = programCommand(...args);
  return new Program(command, words, TIMEOUT_MS);
}

function middleOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

test.runIf(process.platform === 'linux')(
  `memory and descriptors are flat for ${MINUTES} min`,
  { timeout: TIMEOUT_MS },
  async () => {
    await using server = started('serve', '--host', HOST, '--port', 0, '--quiet');
    const port = await server.port();
    // Names that differ, of one address.
    const targets = Array.from({ length: TARGETS }, (_, i) => `127.0.0.${i + 1}:${port}`);
    await using running = started(
      'monitor',
      ...targets,
      ...[
        '--kind',
        'ping',
        '--interval',
        '1s',
        '--page',
        `${HOST}:0`,
        '--store',
        join(folder, 'store.sqlite'),
      ],
    );
    await running.until('the first line', ({ stdout }) => stdout.includes('\n'), 30_000);
    const page = /http:\/\/[^,\s]+/.exec(running.stdout)?.[0] ?? '';
    await sleep(WARM_UP_MS);
    const looks: { readonly mib: number; readonly fds: number }[] = [];
    const endMs = Date.now() + MINUTES * 60_000;
    while (Date.now() < endMs) {
      // Whoever looks on is part of it.
      await (await fetch(page)).text();
      await (await fetch(`${page}/metrics`)).text();
      await sleep(LOOK_EVERY_MS);
      looks.push({ mib: residentMib(running.pid), fds: descriptors(running.pid) });
    }
    const third = Math.floor(looks.length / 3);
    const growth = (of: (look: (typeof looks)[number]) => number): number =>
      middleOf(looks.slice(-third).map(of)) - middleOf(looks.slice(0, third).map(of));
    expect(growth(({ mib }) => mib)).toBeLessThan(MOST_GROWTH_MIB);
    expect(growth(({ fds }) => fds)).toBeLessThanOrEqual(2);
  },
);
