/** What a user does in the middle: Ctrl-C, kill, a pipe's reader that leaves, a server that is killed. */
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { rawOf } from '../analysis/recordings.ts';
import { echolot, eventually, type Program, shell, start } from './program.ts';

const HOST = '127.0.0.1';
const PROBES = 40;
const SOON_MS = 3_000;

function serve(...args: readonly (string | number)[]): Program {
  return start('serve', '--host', HOST, '--port', 0, ...args);
}

/** A run of more than a second that shows its probes while it goes on. */
async function slowRun(port: number, until: number): Promise<Program> {
  const run = start(
    ...['measure', HOST, port, '--type', 'rtt', '--sizes', 10, '--probes', PROBES, '--blocks', 1],
    ...['--server-delay', '30ms', '--verbose'],
  );
  await run.until(`probe ${until}`, ({ stderr }) => stderr.includes(`<-- m abcdefghij ${until}\\n`));
  return run;
}

/** How many probes the report is about, from its one row. */
function reported(stdout: string): number {
  return Number(/^ +10 B +(\d+) /m.exec(stdout)?.[1]);
}

function lastLine(stderr: string): string {
  return stderr.trimEnd().split('\n').at(-1) ?? '';
}

describe.concurrent('Ctrl-C while measuring', () => {
  test('once: what was measured until then is reported, and the exit code says interrupted', async () => {
    await using server = serve('--quiet');
    await using run = await slowRun(await server.port(), 5);
    run.kill('SIGINT');
    const { code, stdout, stderr } = await run.endsWithin(SOON_MS);
    expect(code).toBe(130);
    expect(reported(stdout)).toBeGreaterThanOrEqual(5);
    expect(reported(stdout)).toBeLessThan(PROBES);
    expect(lastLine(stderr)).toBe('echolot: cancelled: the run was cancelled');
  });

  test('twice: the program ends at once, whatever it waits for', async () => {
    await using server = serve('--log', 'json');
    await using run = start(
      ...['measure', HOST, await server.port(), '--type', 'rtt', '--sizes', 10, '--server-delay', '5s'],
    );
    await server.until('the setup', ({ stderr }) => stderr.includes('"setup"'));
    run.kill('SIGINT');
    run.kill('SIGINT');
    expect((await run.endsWithin(1_000)).code).toBe(130);
  });

  test('--json keeps its form: valid, cancelled, with the samples', async () => {
    await using server = serve('--quiet');
    await using run = start(
      ...[
        'measure',
        HOST,
        await server.port(),
        '--type',
        'rtt',
        '--sizes',
        10,
        '--probes',
        PROBES,
        '--blocks',
        1,
      ],
      ...['--server-delay', '30ms', '--verbose', '--json'],
    );
    await run.until('probe 3', ({ stderr }) => stderr.includes('<-- m abcdefghij 3\\n'));
    run.kill('SIGINT');
    const { code, stdout } = await run.endsWithin(SOON_MS);
    expect(code).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: { status: 'cancelled', error: { code: 'cancelled' } },
      blocks: [{ workload: { payloadBytes: 10 } }],
    });
  });
});

describe.concurrent('Ctrl-Z while measuring', () => {
  const PAUSE_MS = 1_000;

  test('the pause is in no sample, and the report says what was left out for it', async () => {
    await using server = serve('--quiet');
    await using run = start(
      ...[
        'measure',
        HOST,
        await server.port(),
        '--type',
        'rtt',
        '--sizes',
        10,
        '--probes',
        PROBES,
        '--blocks',
        1,
      ],
      ...['--engine', 'node', '--server-delay', '30ms', '--verbose', '--json'],
    );
    await run.until('probe 5', ({ stderr }) => stderr.includes('<-- m abcdefghij 5\\n'));
    // Messages are told between two batches; the next probe is under way half a server delay later.
    await new Promise((resolve) => setTimeout(resolve, 15));
    run.kill('SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    run.kill('SIGCONT');
    const { code, stdout } = await run.ended;
    expect(code).toBe(0);
    const { blocks, warnings }: Result = JSON.parse(stdout);
    const [{ suspendedProbes = 0 } = {}] = blocks;
    const { rttNs } = rawOf(blocks[0]);
    expect(rttNs.length).toBe(PROBES - suspendedProbes);
    expect(suspendedProbes).toBeGreaterThan(0);
    expect(Math.max(...rttNs)).toBeLessThan(PAUSE_MS * 1e6);
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'suspended', suspendedProbes }));
  });
});

describe.concurrent('stopping a server', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s: the session in flight ends well, newcomers are refused, the exit code is 0',
    async (signal) => {
      await using server = serve('--log', 'json');
      const port = await server.port();
      await using run = await slowRun(port, 2);
      server.kill(signal);
      // The signal is on its way; a connection shows when it has arrived.
      await eventually('the server refuses newcomers', () => refuses(port), SOON_MS);
      const measured = await run.ended;
      expect(measured.code).toBe(0);
      expect(reported(measured.stdout)).toBe(PROBES);
      const served = await server.endsWithin(SOON_MS);
      expect(served.code).toBe(0);
      expect(served.stderr).toContain(`"reason":"terminated","probesEchoed":${PROBES}`);
    },
  );

  test('an idle client does not keep it', async () => {
    await using server = serve('--quiet');
    const socket = connect(await server.port(), HOST);
    try {
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.on('error', () => {});
      server.kill('SIGTERM');
      expect((await server.endsWithin(SOON_MS)).code).toBe(0);
    } finally {
      socket.destroy();
    }
  });

  test('a client that reads no more does not keep it beyond the grace period', async () => {
    await using server = serve('--quiet', '--grace', '200ms');
    const socket = connect(await server.port(), HOST);
    try {
      socket.on('error', () => {});
      socket.write('s RTT 16777216 10 0\n');
      await new Promise((resolve) => socket.once('data', resolve));
      socket.pause();
      socket.write(`m ${'x'.repeat(16_777_216)} 1\n`);
      await new Promise((resolve) => setTimeout(resolve, 500));
      server.kill('SIGTERM');
      expect((await server.endsWithin(SOON_MS)).code).toBe(0);
    } finally {
      socket.destroy();
    }
  });

  test('twice: the server ends at once', async () => {
    await using server = serve('--quiet');
    const port = await server.port();
    await using run = await slowRun(port, 2);
    server.kill('SIGINT');
    await eventually('the server refuses newcomers', () => refuses(port), SOON_MS);
    server.kill('SIGINT');
    expect((await server.endsWithin(1_000)).code).toBe(130);
    expect((await run.ended).code).toBe(1);
  });
});

/** Whether nobody listens there any more. */
function refuses(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, HOST);
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

describe.concurrent('the other end of a pipe', () => {
  test.each(['--csv', '--ndjson', '--verbose'])('%s | head -1 ends without a word', async (form) => {
    await using server = serve('--quiet');
    const { code, stdout, stderr } = await shell(
      'set -o pipefail; "$@" | head -1',
      ...[
        'measure',
        HOST,
        await server.port(),
        '--type',
        'rtt',
        '--sizes',
        '1,1000',
        '--probes',
        // More lines than a pipe holds, where they go into it.
        form === '--verbose' ? 100 : 3_000,
        '--blocks',
        1,
        form,
      ],
    );
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    // What --verbose prints there is no complaint.
    if (form !== '--verbose') expect(stderr).toBe('');
  });
});

describe.concurrent('a server that is killed in the middle', () => {
  test('the report of what was measured, one line of error, exit code 1', async () => {
    await using server = serve('--quiet');
    await using run = await slowRun(await server.port(), 5);
    server.kill('SIGKILL');
    const { code, stdout, stderr } = await run.endsWithin(SOON_MS);
    expect(code).toBe(1);
    expect(reported(stdout)).toBeGreaterThanOrEqual(5);
    expect(reported(stdout)).toBeLessThan(PROBES);
    // Its kernel sends FIN or RST, as it happens: a closed connection or a reset one.
    expect(lastLine(stderr)).toMatch(/^echolot: (peer|network): .*(closed the connection|reset).*/);
    expect(stderr.match(/^echolot: /gm)).toHaveLength(1);
  });

  test('nothing is left that keeps the next server from the port', async () => {
    await using killed = serve('--quiet');
    const port = await killed.port();
    await using run = await slowRun(port, 2);
    killed.kill('SIGKILL');
    await run.ended;
    await using next = start('serve', '--host', HOST, '--port', port, '--quiet');
    expect(await next.port()).toBe(port);
    expect((await echolot('measure', HOST, port, '--short', '--probes', 10)).code).toBe(0);
  });
});
