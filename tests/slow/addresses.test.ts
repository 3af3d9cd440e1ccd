/**
 * Addresses and limits as real kernels have them: link-local addresses in every role, routes that forbid, local
 * ports that are used up, a machine without IPv6, connections to oneself. Each path is a machine of its own.
 */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PingResult, Result } from '../../src/index.ts';
import { type Finished, Program, programCommand } from '../e2e/program.ts';
import { Path, pathUnavailable } from '../path/path.ts';

const TIMEOUT_MS = 60_000;
const ENGINES = ['native', 'node'] as const;
/** Nobody's, and within the range of local ports where a test narrows that to it. */
const CLOSED_PORT = 50_000;
const reason = pathUnavailable();

describe.skipIf(reason !== undefined)(`addresses on a machine of their own ${reason ?? ''}`, () => {
  let path: Path;

  beforeAll(async () => {
    path = await Path.make();
  });
  afterAll(() => path[Symbol.asyncDispose]());

  const start = (side: 'client' | 'server', ...words: readonly (string | number)[]): Program =>
    new Program(...path.at(side, ...programCommand(...words)), TIMEOUT_MS);

  async function run(...words: readonly (string | number)[]): Promise<Finished> {
    await using program = start('client', ...words);
    return await program.ended;
  }

  /** At the client's end. */
  function set(line: string): void {
    const { status, stderr } = spawnSync(...path.at('client', ...line.split(' ')), { encoding: 'utf8' });
    if (status !== 0) throw new Error(`${line}: ${stderr}`);
  }

  const ping = (engine: string, ...words: readonly (string | number)[]): Promise<Finished> =>
    run('ping', ...words, '--engine', engine, '-i', '20ms');

  async function pinged(engine: string, ...words: readonly (string | number)[]): Promise<PingResult> {
    const { stdout, stderr } = await ping(engine, ...words, '--json');
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  }

  /** Servers of both engines, on the link-local address of an interface that has a global one, too. */
  describe.each(ENGINES)('link-local, server %s', (serving) => {
    let server: Program;
    let port = 0;
    beforeAll(async () => {
      const host = path.serverLinkLocal;
      server = start('server', 'serve', '--host', host, '--port', 0, '--engine', serving, '--quiet');
      port = await server.port();
      expect(server.stdout).toContain(`[${host}]:${port}`);
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test.each(ENGINES)('is pinged again and again, and the record leads back, client %s', async (engine) => {
      const { replies, failures } = await pinged(engine, path.serverLinkLocal, port, '-n', 4);
      expect(failures).toEqual([]);
      expect(replies).toHaveLength(4);
      for (const { remote, local } of replies) {
        expect(remote.address).toBe(path.serverLinkLocal);
        expect(local.address).toMatch(/^fe80::.*%path0$/);
      }
    });

    test.each(ENGINES)('is reached from a link-local address, client %s', async (engine) => {
      for (const bind of [path.clientLinkLocal, path.clientLinkLocal.split('%')[0] ?? '']) {
        const { replies } = await pinged(
          engine,
          `[${path.serverLinkLocal}]:${port}`,
          '-n',
          1,
          '--bind',
          bind,
        );
        expect(replies[0]?.local.address).toBe(path.clientLinkLocal);
      }
    });

    test.each(ENGINES)('is measured, client %s', async (engine) => {
      const words = ['--type', 'rtt', '--sizes', 10, '-n', 5, '--blocks', 1, '--json', '--engine', engine];
      const { code, stdout } = await run('measure', path.serverLinkLocal, port, ...words);
      expect(code).toBe(0);
      const { blocks } = JSON.parse(stdout) as Result;
      expect(blocks[0]?.remote?.address).toBe(path.serverLinkLocal);
    });
  });

  test.each(ENGINES)('a zone that is missing or unknown is told with those there are, %s', async (engine) => {
    for (const host of ['fe80::b', 'fe80::b%nope', 'fe80::b%999']) {
      for (const words of [
        ['ping', host, 1, '-n', 1],
        ['serve', '--host', host, '--port', 0],
      ]) {
        const { code, stderr } = await run(...words, '--engine', engine);
        expect({ code, stderr }).toEqual({
          code: 2,
          stderr: expect.stringMatching(/^echolot: usage: [^\n]*interface[^\n]*write fe80::b%path0\n$/),
        });
      }
    }
  });

  describe.each([
    ['prohibit', 'is prohibited'],
    ['blackhole', 'a blackhole'],
    ['unreachable', 'no route to the host'],
    ['throw', 'the network is unreachable'],
  ])('a %s route is told as one', (kind, what) => {
    beforeAll(() => set(`ip route add ${kind} 10.77.0.0/24`));
    afterAll(() => set(`ip route delete ${kind} 10.77.0.0/24`));

    test.each(ENGINES)('%s', async (engine) => {
      const { code, stdout } = await ping(engine, '10.77.0.1', 80, '-n', 1);
      expect(code).toBe(1);
      expect(stdout).toContain(what);
      expect(stdout.replace(/\s+/g, ' ')).toContain('ip route get 10.77.0.1');
      expect(stdout).not.toContain('1024');
    });
  });

  describe('without IPv6', () => {
    beforeAll(() => set('sysctl -qw net.ipv6.conf.all.disable_ipv6=1'));
    afterAll(() => set('sysctl -qw net.ipv6.conf.all.disable_ipv6=0'));

    test.each(ENGINES)(
      'measure ::1 is told what lacks, and advised nothing that it has not, %s',
      async (engine) => {
        const { code, stderr } = await run('measure', '::1', 9_900, '--engine', engine);
        expect(code).toBe(1);
        expect(stderr).toContain('this machine has no IPv6 address to reach it from');
        expect(stderr).not.toMatch(/--(host|bind|family)/);
      },
    );
  });

  describe('with the local ports used up', () => {
    let server: Program;
    let port = 0;
    beforeAll(async () => {
      server = start('client', 'serve', '--host', '127.0.0.1', '--port', 0, '--quiet');
      port = await server.port();
      set('sysctl -qw net.ipv4.tcp_tw_reuse=0');
      set(`sysctl -qw net.ipv4.ip_local_port_range=${CLOSED_PORT}\t${CLOSED_PORT + 1}`);
    });
    afterAll(async () => {
      set('sysctl -qw net.ipv4.ip_local_port_range=32768\t60999');
      await server[Symbol.asyncDispose]();
    });

    test.each([
      ['native', []],
      ['node', []],
      ['native', ['--bind', '127.0.0.1']],
      ['node', ['--bind', '127.0.0.1']],
    ])('ping %s %j counts no loss of the path, and tells the remedy', async (engine, options) => {
      // What comes before them takes the two ports, which wait for a minute afterwards.
      const {
        replies,
        failures,
        unsent = [],
        outcome,
      } = await pinged(engine, '127.0.0.1', port, '-n', 4, ...options);
      expect(failures).toEqual([]);
      expect(outcome.status).toBe('complete');
      expect(replies.length + (unsent?.length ?? 0)).toBe(4);
      expect(unsent?.length).toBeGreaterThanOrEqual(2);
      expect(unsent?.[0]?.error).toMatchObject({
        code: 'limit',
        message: expect.stringContaining('local ports of this machine are used up'),
        advice: expect.stringContaining('ip_local_port_range'),
      });
    });
  });

  describe('with fewer local ports than the noise floor takes', () => {
    test('a measurement goes on without it, to the cause that is its own', async () => {
      set(`sysctl -qw net.ipv4.ip_local_port_range=${CLOSED_PORT}\t${CLOSED_PORT + 1}`);
      const server = start('client', 'serve', '--host', '::1', '--port', 9_801, '--quiet');
      try {
        await server.port();
        const options = ['--engine', 'native', '--json', '--sizes', 10, '--probes', 2, '--blocks', 1];
        const { stdout, stderr } = await run('measure', '::1', 9_802, ...options);
        expect(stderr).not.toContain('self test');
        expect(stderr).toContain('connection refused');
        expect(JSON.parse(stdout).engine).toMatchObject({
          selfTest: null,
          // To listen or to connect: whichever of the two comes to the last port.
          selfTestSkipped: expect.stringMatching(/local ports of this machine are used up|the port is taken/),
        });
      } finally {
        set('sysctl -qw net.ipv4.ip_local_port_range=32768\t60999');
        await server[Symbol.asyncDispose]();
      }
    });
  });

  describe('a closed port that answers itself', () => {
    beforeAll(() => set(`sysctl -qw net.ipv4.ip_local_port_range=${CLOSED_PORT}\t${CLOSED_PORT}`));
    afterAll(() => set('sysctl -qw net.ipv4.ip_local_port_range=32768\t60999'));

    test.each(ENGINES)('is refused by ping and by measure --plain, %s', async (engine) => {
      const { replies, failures } = await pinged(engine, '127.0.0.1', CLOSED_PORT, '-n', 2);
      expect(replies).toEqual([]);
      expect(failures.map(({ error }) => error.message)).toEqual(
        Array(2).fill(expect.stringContaining('connection refused')),
      );
      const { code, stderr } = await run('measure', '127.0.0.1', CLOSED_PORT, '--plain', '--engine', engine);
      expect(code).toBe(1);
      expect(stderr).toContain('connection refused');
    });

    test('is refused by send, and nothing is shown as received', async () => {
      const { code, stdout, stderr } = await run('send', `127.0.0.1:${CLOSED_PORT}`);
      expect(code).toBe(1);
      expect(stdout).toBe(`Connecting to 127.0.0.1 port ${CLOSED_PORT}\n`);
      expect(stderr).toContain('connection refused');
    });
  });
});
