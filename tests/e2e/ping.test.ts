/** `echolot ping` as a user runs it: against ports that answer, refuse or are silent, until Ctrl-C. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { echolot, Program, programLine, shell, start } from './program.ts';

const HOST = '127.0.0.1';
const SOON_MS = 3_000;
const SUMMARY = /^TCP handshakes with (.+)\n(\d+) handshakes?, (\d+) answered, (\d+) failed, in \d+\.\d s$/m;

const notNative = nativeUnavailable();
/** A congestion control that needs a right; undefined where there is none, or the right cannot be given up. */
const restricted = restrictedCongestionControl();

function restrictedCongestionControl(): string | undefined {
  const canGiveUp = process.getuid?.() === 0 && spawnSync('setpriv', ['--version']).status === 0;
  if (notNative !== undefined || !canGiveUp) return undefined;
  const names = (kind: string): string[] =>
    readFileSync(`/proc/sys/net/ipv4/tcp_${kind}_congestion_control`, 'utf8').trim().split(' ');
  const allowed = names('allowed');
  return names('available').find((name) => !allowed.includes(name));
}

let server: Server;
let port: number;

/** A server that says nothing and hears nothing. */
async function listen(): Promise<Server> {
  const silent = createServer(() => {}).listen(0, HOST);
  await once(silent, 'listening');
  return silent;
}

function portOf(listening: Server): number {
  return (listening.address() as AddressInfo).port;
}

beforeAll(async () => {
  server = await listen();
  port = portOf(server);
});
afterAll(() => {
  server.close();
});

/** A series without an end that has had so many replies. */
async function endless(replies: number, ...args: readonly string[]): Promise<Program> {
  const run = start('ping', HOST, port, '--interval', '20ms', ...args);
  await run.until(`${replies} replies`, ({ stdout }) => stdout.includes(`seq ${replies} `));
  return run;
}

describe.concurrent('a port that answers', () => {
  test('a line for each handshake, the summary, exit code 0', async () => {
    const args = ['--engine', 'node', '--count', 5, '--interval', '10ms'];
    const { code, stdout, stderr } = await echolot('ping', HOST, port, ...args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(`${HOST} port ${port}: a handshake every 0.01 s, engine node`);
    for (const i of [1, 2, 3, 4, 5]) {
      expect(stdout).toMatch(
        new RegExp(`^from ${HOST}:${port} {2}seq ${i} {2}application [\\d.,]+ (µs|ms)$`, 'm'),
      );
    }
    expect(SUMMARY.exec(stdout)?.slice(1)).toEqual([`${HOST} port ${port}`, '5', '5', '0']);
    expect(stdout).toMatch(/^ +application +5 /m);
    expect(stdout).toContain("cannot read the kernel's own figure");
  });

  test.skipIf(notNative !== undefined)(
    "the kernel's figure comes first, and first in the summary",
    async () => {
      const { code, stdout, stderr } = await echolot('ping', HOST, port, '-n', 3, '-i', '10ms');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout.split('\n', 1)).toEqual([
        `${HOST} port ${port}: a handshake every 0.01 s, engine native`,
      ]);
      expect(stdout.match(/ {2}handshake \d+ µs {2}\(application [\d.,]+ (µs|ms)\)$/gm)).toHaveLength(3);
      expect(stdout).toMatch(/^ +handshake RTT +3 .*\n +application +3 /m);
    },
  );

  test.skipIf(notNative !== undefined)(
    'options of the socket are recorded as asked for and as found',
    async () => {
      const options = ['--dscp', 'EF', '--bind', '127.0.0.3', '--engine', 'native'];
      const { code, stdout } = await echolot('ping', HOST, port, '-n', 1, '--json', ...options);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({
        engine: { name: 'native', requested: 'native', fallback: null },
        plan: { engine: 'native', socket: { trafficClass: 184, bindAddress: '127.0.0.3', device: null } },
        socket: { trafficClass: 184, bindAddress: '127.0.0.3' },
        replies: [{ resentSyns: 0, local: { address: '127.0.0.3' } }],
      });
    },
  );

  test('--quiet prints the summary only', async () => {
    const { stdout } = await echolot('ping', HOST, port, '-n', 2, '-i', '10ms', '-q');
    expect(stdout).toMatch(/^TCP handshakes with /);
    expect(stdout).not.toContain('seq ');
  });

  test('--json is one record with every reply', async () => {
    const { code, stdout } = await echolot('ping', HOST, port, '-n', 3, '-i', '10ms', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'echolot-ping',
      version: 1,
      plan: { host: HOST, port, count: 3, intervalNs: 10_000_000 },
      replies: [{ sequence: 1 }, { sequence: 2 }, { sequence: 3 }],
      statistics: { answered: 3, failed: 0 },
      outcome: { status: 'complete', error: null },
    });
  });

  test('--ndjson is a line of JSON for each handshake', async () => {
    const { stdout } = await echolot('ping', HOST, port, '-n', 2, '-i', '10ms', '--ndjson');
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line): { kind: string } => JSON.parse(line));
    // A busy machine may miss starts of so short an interval.
    expect(events.filter(({ kind }) => kind !== 'missed')).toEqual([
      expect.objectContaining({ kind: 'reply', sequence: 1 }),
      expect.objectContaining({ kind: 'reply', sequence: 2 }),
    ]);
  });

  test('--output keeps the record while the lines are printed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'echolot-'));
    try {
      const path = join(folder, 'run.json');
      const { stdout } = await echolot('ping', HOST, port, '-n', 2, '-i', '10ms', '--json', '-o', path);
      expect(SUMMARY.test(stdout)).toBe(true);
      expect(JSON.parse(await readFile(path, 'utf8')).replies).toHaveLength(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe.concurrent('Ctrl-C', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s is the usual end: summary at once, exit code 0',
    async (signal) => {
      await using run = await endless(3);
      run.kill(signal);
      const { code, stdout, stderr } = await run.endsWithin(SOON_MS);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const [, , handshakes, answered] = SUMMARY.exec(stdout) ?? [];
      expect(Number(handshakes)).toBeGreaterThanOrEqual(3);
      expect(answered).toBe(handshakes);
    },
  );

  test('in the middle of a long interval it waits for nothing', async () => {
    await using run = start('ping', HOST, port, '--interval', '1m');
    await run.until('the first reply', ({ stdout }) => stdout.includes('seq 1 '));
    run.kill('SIGINT');
    expect((await run.endsWithin(SOON_MS)).code).toBe(0);
  });

  test('without a single reply the exit code is 1, and the summary says why', async () => {
    await using run = start('ping', HOST, 1, '--interval', '20ms');
    await run.until('a refusal', ({ stdout }) => stdout.includes('no reply  seq 2 '));
    run.kill('SIGINT');
    const { code, stdout, stderr } = await run.endsWithin(SOON_MS);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      / failed \d+ times: .*connection refused.*; .*check the port/,
    );
  });

  test('--json keeps its form', async () => {
    const own = await listen();
    await using run = start('ping', HOST, portOf(own), '--interval', '20ms', '--json');
    // Nothing is printed before the end: the connections tell how far it is.
    await once(own, 'connection');
    await once(own, 'connection');
    own.close();
    run.kill('SIGINT');
    const { code, stdout } = await run.endsWithin(SOON_MS);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ plan: { count: null }, outcome: { status: 'cancelled' } });
  });
});

describe.concurrent('a port that does not answer', () => {
  test('refusals are counted, not fatal; exit code 1 when there was nothing else', async () => {
    const { code, stdout, stderr } = await echolot('ping', HOST, 1, '-n', 3, '-i', '10ms');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.match(/^no reply {2}seq \d {2}127\.0\.0\.1:1: connection refused/gm)).toHaveLength(3);
    expect(SUMMARY.exec(stdout)?.slice(2)).toEqual(['3', '0', '3']);
  });

  test('a host that nobody knows is an error at once', async () => {
    const { code, stdout, stderr } = await echolot('ping', 'no-such-host.invalid', 443, '--quiet');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^echolot: network: no-such-host\.invalid[^\n]*\n$/);
  });
});

describe.skipIf(notNative !== undefined)('a socket that cannot be', () => {
  test.skipIf(restricted === undefined)('names the right that is missing, and is wrong usage', async () => {
    const line = programLine('ping', HOST, port, '-n', 1, '--cc', restricted ?? '');
    await using run = new Program('setpriv', ['--bounding-set=-net_admin', 'bash', '-c', line]);
    const { code, stderr } = await run.ended;
    expect(stderr).toContain(
      `usage: congestion control ${restricted}: not permitted, it needs CAP_NET_ADMIN;`,
    );
    expect(code).toBe(2);
  });

  test.each([
    ['--interface', 'nosuch0', 'interface nosuch0', 'see "ip link"'],
    ['--cc', 'nosuch', 'congestion control nosuch', 'load its kernel module'],
  ])('is told by its name where the machine does not have it: %s %s', async (option, name, what, where) => {
    const { code, stderr } = await echolot('ping', HOST, port, '-n', 1, option, name);
    expect(stderr).toContain(`echolot: usage: ${what}: this machine does not have it; `);
    expect(stderr).toContain(where);
    expect(code).toBe(2);
  });

  test.each(['native', 'node'])(
    'an address to send from that is another machine’s, engine %s',
    async (engine) => {
      const { code, stderr } = await echolot('ping', HOST, port, '--engine', engine, '--bind', '192.0.2.1');
      expect(stderr).toContain('this machine does not have the address 192.0.2.1 to send from; ');
      expect(stderr).toContain('see "ip address"');
      expect(code).toBe(2);
    },
  );
});

describe.concurrent('a pipe and slips', () => {
  test('| head -1 ends without a word', async () => {
    const { code, stdout, stderr } = await shell(
      'set -o pipefail; "$@" | head -1',
      ...['ping', HOST, port, '--interval', '10ms'],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  test('lines come as they happen, also into a pipe', async () => {
    await using run = await endless(1, '--ndjson', '--output', '/dev/null');
    expect(run.running).toBe(true);
  });

  test.each([
    [['--interval', '5ms'], 'Expected a time from 10ms to 60m, but got "5ms"'],
    [['--count', '0'], 'Expected a whole number from 1 to 1000000, but got "0"'],
    [['--json', '--ndjson'], '"--json" and "--ndjson" cannot be used together'],
    [['--engine', 'rust'], 'Expected one of "auto", "native", or "node", but got "rust"'],
    [['--nodelay', 'off'], 'Unexpected option or subcommand: `--nodelay`'],
  ])('%j', async (args, complaint) => {
    const { code, stdout, stderr } = await echolot('ping', HOST, port, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(complaint);
    expect(stderr).toMatch(/^echolot: usage: [^\n]*; see echolot ping --help\n$/);
  });

  test('an option that the portable engine cannot set is refused, not ignored', async () => {
    const { code, stderr } = await echolot('ping', HOST, port, '--engine', 'node', '--cc', 'reno');
    expect(code).toBe(2);
    expect(stderr).toMatch(/^echolot: usage: a congestion control needs the native engine; [^\n]*\n$/);
  });

  test('an address of the other family is wrong usage', async () => {
    const { code, stderr } = await echolot('ping', HOST, port, '--family', 6);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^echolot: usage: 127\.0\.0\.1 is not an IPv6 address; [^\n]*\n$/);
  });

  test.each(['node', 'auto'])(
    'an address to send from of the other family, engine %s: not a word of --family',
    async (engine) => {
      const { code, stderr } = await echolot('ping', HOST, port, '--bind', '::1', '--engine', engine);
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /^echolot: usage: 127\.0\.0\.1 is not an IPv6 address to reach from ::1; .*--bind/,
      );
      expect(stderr).not.toContain('--family');
    },
  );
});
