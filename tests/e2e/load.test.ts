/** `echolot load` as a user runs it: against a server of ours and of others, to its end and cut short. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LoadResult } from '../../src/index.ts';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { echolot, type Program, start } from './program.ts';

const HOST = '127.0.0.1';
/** Short: what figures are worth is tested elsewhere. */
const SHORT = ['--duration', '600ms', '--rate', '50M', '--engine', 'node'] as const;

let served: Program;
let port: number;
let folder: string;

beforeAll(async () => {
  served = start('serve', '--host', HOST, '--port', 0, '--quiet', '--engine', 'node');
  port = await served.port();
  folder = mkdtempSync(join(tmpdir(), 'echolot-load-'));
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test.skipIf(nativeUnavailable() !== undefined)(
  'a congestion control that this machine does not have is told at once, not after the idle phase',
  async () => {
    const { code, stdout, stderr } = await echolot('load', HOST, port, '-q', '--cc', 'nosuch');
    expect(stderr).toContain('usage: congestion control nosuch: this machine does not have it; ');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  },
);

test('a server that grants a load and never sends fails it, in the first lines and for CI; the record is written', async () => {
  const file = join(folder, 'nothing.json');
  await using granting = await grantingServer();
  const asked = ['load', HOST, granting.port, '--phases', 'down', '-t', '1s', '--engine', 'node', '-q'];
  const { code, stdout, stderr } = await echolot(...asked, '-o', file);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^echolot: network: no data arrived towards this machine over 1 stream/);
  expect(stdout).toMatch(/^Down +nothing +came through in 1 s$/m);
  const record: LoadResult = JSON.parse(readFileSync(file, 'utf8'));
  expect(record.statistics.doubts[0]?.code).toBe('nothing-carried');
});

/** Answers markers, and sends no data whatever is asked of it. */
async function grantingServer(): Promise<{ readonly port: number } & AsyncDisposable> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      for (const line of chunk.toString('latin1').split('\n')) {
        const [word, number] = line.split(' ');
        if (word === 's') socket.write('200 OK: Ready +load\n');
        if (word === 'l') socket.write(`200 OK: Load ${'0'.repeat(32)} 60000 0 8\n`);
        if (word === 'm') socket.write(`a ${number} 1000\n`);
        if (word === 'e') socket.end('e 0\nx done\n');
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, HOST, resolve);
  });
  const close = async (): Promise<void> => {
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: close };
}

/** One load at a time is what a server takes: they run one after the other. */
describe('a server of ours', () => {
  test('a line for each interval, the answer, its tables, exit code 0', async () => {
    const { code, stdout, stderr } = await echolot('load', HOST, port, ...SHORT, '--interval', '200ms');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n', 1)).toEqual([
      `${HOST} port ${port}: idle 600 ms, down 600 ms, up 600 ms, recovery 600 ms; engine node`,
    ]);
    for (const phase of ['idle', 'down', 'up', 'recovery']) {
      expect(stdout).toMatch(new RegExp(`^ +\\d\\.\\d s {2}${phase} .*RTT [\\d.,]+ (µs|ms)`, 'm'));
    }
    expect(stdout).toMatch(/^Load of 127\.0\.0\.1 port \d+$/m);
    for (const name of ['Down', 'Up', 'RTT, idle', 'Grade'])
      expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
  });

  test('a record that reports, pages, pictures and rows are made of, also later', async () => {
    const file = join(folder, 'load.json');
    const page = join(folder, 'load.html');
    const asked = ['load', HOST, port, ...SHORT, '-P', 2, '-q', '-o', file, '--html', page, '--brief'];
    const { code, stdout } = await echolot(...asked);
    expect(code).toBe(0);
    const record: LoadResult = JSON.parse(readFileSync(file, 'utf8'));
    expect(record).toMatchObject({ format: 'echolot-load', outcome: { status: 'complete' } });
    expect(record.streams.map(({ phase }) => phase)).toEqual(['down', 'down', 'up', 'up']);
    expect(readFileSync(page, 'utf8')).toContain('id="load-over-time"');
    expect((await echolot('report', file, '--brief')).stdout).toBe(stdout);
    const figures = await echolot('report', file, '--csv');
    expect(figures.stdout).toMatch(/^[^,]+,127\.0\.0\.1,\d+,down,down_bits_per_second,p50,\d/m);
    expect((await echolot('report', file, '--markdown')).stdout).toContain('## Answer');
    const drawn = await echolot('report', file, '--svg', join(folder, 'svg'));
    expect(drawn.code).toBe(0);
    expect(readdirSync(join(folder, 'svg'))).toContain('load-distribution.svg');
  });

  test('conditions are judged at once, and of a saved load', async () => {
    const file = join(folder, 'judged.json');
    const judged = await echolot(
      ...['load', HOST, port, ...SHORT, '-R', '-q', '-o', file],
      ...['--fail-if', 'idle.p50 > 1ns', '--fail-if', 'idle.p50 > 1s'],
    );
    expect(judged.code).toBe(3);
    expect(judged.stderr).toMatch(/^failed: idle\.p50 > 1ns: [\d.,]+ (µs|ms)$/m);
    expect((await echolot('report', file, '--fail-if', 'idle.p50 > 1s')).code).toBe(0);
    expect((await echolot('report', file, '--fail-if', 'up.goodput < 1M')).code).toBe(1);
    const other = await echolot('report', file, '--fail-if', 'rtt.p99 > 2ms');
    expect(other.code).toBe(2);
  });

  test('responsiveness as the draft has it, and what it means for an application', async () => {
    const file = join(folder, 'rpm.json');
    const profile = join(folder, 'desk.json');
    const desk = {
      ...{ name: 'desk', bitsPerSecond: 1e6, loss: { optimal: 0, unacceptable: 0.02 } },
      latencies: [{ percentile: 90, optimalMs: 500, unacceptableMs: 900 }],
    };
    writeFileSync(profile, JSON.stringify(desk));
    const asked = ['--rpm', '-R', '-t', '2s', '--rate', '50M', '--engine', 'node', '--qoo', profile];
    const { code, stdout } = await echolot(
      ...['load', HOST, port, ...asked, '-q', '-o', file, '--fail-if', 'qoo < 1'],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^RPM +[\d,]+ +round trips\/min, down, low confidence$/m);
    expect(stdout).toMatch(/^QoO +\d+ of 100 +down, for desk/m);
    expect(stdout).toContain('down: goodput and responsiveness were not stable within 2 s');
    const record: LoadResult = JSON.parse(readFileSync(file, 'utf8'));
    expect(record.plan).toMatchObject({ untilStable: true, streams: null, qoo: { name: 'desk' } });
    expect(record.streams.length).toBeGreaterThan(1);
    expect((await echolot('report', file, '--fail-if', 'qoo < 1')).code).toBe(0);
    expect((await echolot('report', file, '--fail-if', 'qoo <= 100')).code).toBe(3);
    const other = await echolot('report', file, '--qoo', 'voice', '--brief', '--fail-if', 'qoo <= 100');
    expect(other.stdout).toMatch(/^QoO +\d+ of 100 +down, for voice/m);
    expect(other.code).toBe(3);
  });

  test('a line of JSON for each event, and the figures last', async () => {
    const { code, stdout } = await echolot('load', HOST, port, ...SHORT, '--phases', 'idle,both', '--ndjson');
    expect(code).toBe(0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line): Record<string, unknown> => JSON.parse(line));
    expect(new Set(lines.map(({ kind }) => kind))).toEqual(
      new Set(['granted', 'phase', 'progress', 'statistics']),
    );
    expect(lines.at(-1)).toMatchObject({ kind: 'statistics', grade: null });
  });

  test.each(['down', 'recovery'])('Ctrl-C in %s reports what there is', async (phase) => {
    const words = [
      '--duration',
      '1500ms',
      '--rate',
      '50M',
      '--phases',
      'idle,down,recovery',
      '--interval',
      '200ms',
    ];
    await using run = start('load', HOST, port, ...words);
    await run.until(phase, ({ stdout }) => new RegExp(`s {2}${phase} `).test(stdout), 20_000);
    run.kill('SIGINT');
    const { code, stdout } = await run.endsWithin(5_000);
    expect(code).toBe(130);
    expect(stdout).toContain('Incomplete: the load was cancelled');
    expect(stdout).toMatch(/^RTT, idle /m);
  });
});

describe('servers of others', () => {
  let echo: Server;
  let echoPort: number;

  beforeAll(async () => {
    echo = createServer((socket) => {
      socket.on('error', () => {});
      socket.pipe(socket);
    });
    echoPort = await new Promise((resolve) => {
      echo.listen(0, HOST, () => resolve((echo.address() as AddressInfo).port));
    });
  });
  afterAll(() => {
    echo.close();
  });

  test('are named with what helps', async () => {
    const { code, stderr } = await echolot('load', HOST, echoPort, ...SHORT);
    expect(code).toBe(1);
    expect(stderr).toContain('--echo');
  });

  test('are loaded by echo', async () => {
    const { code, stdout } = await echolot('load', HOST, echoPort, ...SHORT, '--echo', '--brief');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Both ways /m);
  });
});

describe('what cannot be is refused before anything is sent', () => {
  test.each([
    ['--rate', '0'],
    ['--duration', '0'],
    ['-P', '10000'],
    ['--phases', 'idle,recovery'],
    ['--phases', 'recovery,down'],
    ['--echo', '--phases=down'],
    ['--reverse', '--fail-if=up.goodput < 90M'],
    ['--fail-if', 'rtt.p99 > 2ms'],
    ['--junit', 'tests.xml'],
    ['--qoo', '/no/such/file'],
    ['--fail-if', 'qoo < 80'],
  ])('%s %s', async (...words) => {
    // Nothing listens there: a word of it would be another error.
    const { code, stderr } = await echolot('load', HOST, 1, ...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^echolot: usage: .*\n$/);
  });
});
