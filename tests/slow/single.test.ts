/**
 * The program as one file does what the installed one does, on a machine that has nothing of it: every command, its threads and
 * libraries, and no code from anywhere else. Made with `npm run build:single`; one that is older than the build is made again.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { type Finished, Program, ROOT } from '../e2e/program.ts';

const HOST = '127.0.0.1';
const SHORT = ['--short', '--probes', 5, '--json'];
const END_MS = 110_000;
const machine = `linux-${process.arch}`;
const noFile = process.platform === 'linux' ? undefined : 'a single file is for Linux';
const noNative = nativeUnavailable();
const noMounts =
  spawnSync('unshare', ['-m', 'true']).status === 0 ? undefined : 'mounting a folder noexec needs root';

/** An emulator of arm64, and where the libraries of that are (Debian: qemu-user-static, libc6-arm64-cross and such). */
const QEMU = 'qemu-aarch64-static';
const SYSROOT = process.env['QEMU_LD_PREFIX'] ?? '/usr/aarch64-linux-gnu';
const noArm =
  spawnSync(QEMU, ['--version']).status !== 0
    ? `there is no ${QEMU}`
    : existsSync(join(SYSROOT, 'lib/libatomic.so.1'))
      ? undefined
      : `there are no libraries of arm64 in ${SYSROOT}`;

function built(target: string): string {
  const file = join(ROOT, 'dist-single', `echolot-${target}`);
  const isFresh =
    existsSync(file) && statSync(file).mtimeMs > statSync(join(ROOT, 'dist/cli/bin.js')).mtimeMs;
  if (!isFresh) execFileSync(process.execPath, [join(ROOT, 'scripts/single.ts'), target]);
  return file;
}

let folder = '';
let file = '';
/** Whatever the machine has of the program is not there. */
let clean: string[] = [];

beforeAll(() => {
  // Below the own home: all folders above one for temporary files need not be out of reach of others.
  folder = mkdtempSync(join(homedir(), '.echolot-test-'));
  clean = [
    'env',
    '-i',
    '-C',
    folder,
    `HOME=${folder}`,
    `TMPDIR=${join(folder, 'tmp')}`,
    'PATH=/usr/bin:/bin',
  ];
  mkdirSync(join(folder, 'tmp'));
  if (noFile === undefined) file = built(machine);
}, END_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(command: readonly string[], words: readonly (string | number)[]): Program {
  const [first = '', ...rest] = [...clean, ...command, ...words.map(String)];
  return new Program(first, rest, END_MS);
}

async function run(...words: (string | number)[]): Promise<Finished> {
  await using started = program([file], words);
  return await started.ended;
}

function serve(...words: string[]): Program {
  return program([file], ['serve', '--host', HOST, '--port', 0, ...words]);
}

describe.skipIf(noFile !== undefined)(`the program in one file ${noFile ?? ''}`, () => {
  test('tells its version in the first line, and what it is made of in the next', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const { code, stdout } = await run('--version');
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      version,
      expect.stringMatching(/^one file; node \d+\.\d+\.\d+, koffi \d/),
      '',
    ]);
  });

  test('has the same help pages and completions', async () => {
    const help = readFileSync(join(ROOT, 'dist/cli/help/measure.txt'), 'utf8');
    expect((await run('measure', '--help')).stdout).toBe(help);
    expect((await run('token', 'keygen', '--help')).stdout).toContain('Usage: echolot token');
    expect((await run('completion', 'bash')).stdout).toContain('complete');
  });

  test('runs no code that lies in the folder, in NODE_PATH or NODE_OPTIONS, or beside it', async () => {
    for (const name of ['koffi', 'echarts', 'ajv']) {
      mkdirSync(join(folder, 'node_modules', name), { recursive: true });
      writeFileSync(join(folder, 'node_modules', name, 'index.js'), "require('fs').writeFileSync('ran', '')");
    }
    writeFileSync(join(folder, 'spy.cjs'), "require('fs').writeFileSync('ran', '')");
    const env = [
      `NODE_OPTIONS=--require=${join(folder, 'spy.cjs')}`,
      `NODE_PATH=${join(folder, 'node_modules')}`,
    ];
    const spied = [...env, file];
    await using server = program(spied, ['serve', '--host', HOST, '--port', 0, '--log', 'json']);
    await using client = program(spied, ['measure', HOST, await server.port(), ...SHORT]);
    expect(await client.ended).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    rmSync(join(folder, 'node_modules'), { recursive: true });
  });

  test.for(['node', 'native'])('measures and serves with the engine %s', async (engine, { skip }) => {
    skip(engine === 'native' && noNative !== undefined, noNative);
    await using server = serve('--engine', engine, '--quiet');
    const port = await server.port();
    const { code, stdout, stderr } = await run('measure', HOST, port, '--engine', engine, ...SHORT);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout).engine.name).toBe(engine);
  });

  test.skipIf(noNative !== undefined)('keeps its library where nobody else can write', async () => {
    await run('ping', HOST, 9, '--count', 1);
    const kept = join(folder, '.cache/echolot');
    const [library = ''] = readdirSync(kept).filter((name) => name.endsWith('.node'));
    expect(library).toMatch(/^[0-9a-f]{64}\.node$/);
    expect(statSync(kept).mode & 0o777).toBe(0o700);
    expect(statSync(join(kept, library)).mode & 0o777).toBe(0o500);
  });

  test.skipIf(noNative !== undefined || noMounts !== undefined)(
    `measures with the node engine, and says why, where no folder may hold programs ${noMounts ?? ''}`,
    async () => {
      const mounted = `mount -t tmpfs -o noexec,mode=0700 tmpfs ${folder}/.cache; mount -t tmpfs -o noexec,mode=0700 tmpfs ${folder}/tmp`;
      mkdirSync(join(folder, '.cache'), { recursive: true });
      await using server = serve('--quiet');
      const port = await server.port();
      const inside = ['unshare', '-m', 'sh', '-ec', `${mounted}; exec "$@"`, 'sh', file];
      await using client = program(inside, ['measure', HOST, port, ...SHORT]);
      const { code, stdout } = await client.ended;
      expect(code).toBe(0);
      expect(JSON.parse(stdout).engine).toMatchObject({
        name: 'node',
        fallback: expect.stringMatching(/koffi does not load: .*\.node: failed to map segment/),
      });
    },
  );

  test('loads a path, pings it, tests itself and shows itself', async () => {
    await using server = serve('--quiet');
    const port = await server.port();
    const load = await run('load', HOST, port, '--duration', '1s', '--json');
    expect({ code: load.code, stderr: load.stderr }).toMatchObject({ code: 0 });
    expect((await run('ping', HOST, port, '--count', 2)).code).toBe(0);
    expect((await run('selftest')).code).toBe(0);
    expect(await run('demo')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/The server is stopped/),
    });
  });

  test('makes pages and pictures of a result', async () => {
    await using server = serve('--quiet');
    const { stdout } = await run('measure', HOST, await server.port(), ...SHORT);
    writeFileSync(join(folder, 'run.json'), stdout);
    const { code } = await run('report', 'run.json', '--html', 'run.html', '--png', 'pictures');
    expect(code).toBe(0);
    expect(readFileSync(join(folder, 'run.html'), 'utf8')).toContain('<svg');
    const [picture = ''] = readdirSync(join(folder, 'pictures'));
    expect(
      readFileSync(join(folder, 'pictures', picture))
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  test('monitors a target, keeps what it finds in a file and tells of it', async () => {
    await using server = serve('--quiet');
    const port = await server.port();
    const words = ['--store', 'kept.sqlite', '--page', `${HOST}:0`, '--interval', '1s'];
    await using monitor = program([file], ['monitor', `${HOST}:${port}`, ...words]);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(monitor.running).toBe(true);
    monitor.kill('SIGTERM');
    await monitor.ended;
    const history = await run('history', '--store', 'kept.sqlite', '--json');
    expect({ code: history.code, stderr: history.stderr }).toEqual({ code: 0, stderr: '' });
    expect(history.stdout).toContain(String(port));
  });

  test('makes and shows tokens', async () => {
    expect((await run('token', 'keygen', '--output', 'issuer.key')).code).toBe(0);
    const issued = await run('token', 'issue', '--key', 'issuer.key', '--name', 'lab');
    expect({ code: issued.code, stderr: issued.stderr }).toMatchObject({ code: 0 });
    expect((await run('token', 'show', 'lab.token')).stdout).toContain('lab');
  });
});

describe.skipIf(noArm !== undefined)(`the file for arm64, emulated ${noArm ?? ''}`, () => {
  let emulated: string[] = [];
  beforeAll(() => {
    const qemu = execFileSync('sh', ['-c', `command -v ${QEMU}`], { encoding: 'utf8' }).trim();
    emulated = [qemu, '-L', SYSROOT, built('linux-arm64')];
  }, END_MS);

  test('shows its help and its version', async () => {
    for (const [word, shown] of [
      ['--help', 'Usage: echolot COMMAND'],
      ['--version', 'one file; node'],
    ] as const) {
      await using started = program(emulated, [word]);
      expect((await started.ended).stdout).toContain(shown);
    }
  });

  test('measures with the node engine', async () => {
    await using server = serve('--quiet');
    const port = await server.port();
    await using client = program(emulated, ['measure', HOST, port, '--engine', 'node', ...SHORT]);
    const { code, stdout } = await client.ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ engine: { name: 'node' }, system: { arch: 'arm64' } });
  });
});
