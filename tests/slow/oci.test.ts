/**
 * The container image, as whoever runs it has it: unpacked by umoci, in namespaces of its own, as user 65532 over a root that nothing
 * can be written to. Made from what lies in dist-single/ with `npm run build:oci`; one that is older than the build is made again.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { Program, ROOT } from '../e2e/program.ts';
import { Container, type Saying } from './container.ts';

const END_MS = 110_000;
const BUILD_MS = 900_000;
const MIB = 1024 * 1024;
const TOOLS = ['skopeo', 'umoci', 'apt-get', 'dpkg-deb', 'unshare', 'nsenter', 'git'];
const QEMU = 'qemu-aarch64-static';
const { version }: { version: string } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const archive = join(ROOT, `dist-packages/echolot-${version}.oci.tar`);

const missing = TOOLS.filter((tool) => !has(tool));
const notHere =
  process.platform !== 'linux' || process.arch !== 'x64'
    ? 'it is unpacked and run on Linux on x64'
    : missing.length > 0
      ? `there is no ${missing.join(', ')}`
      : spawnSync('unshare', ['--mount', '--net', '--pid', '--fork', 'true']).status !== 0
        ? 'namespaces need root'
        : undefined;

function has(tool: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
}

let folder = '';

function sayingOf(architecture: string): Saying {
  const words = ['inspect', '--config', '--raw', `--override-arch=${architecture}`];
  const told = execFileSync('skopeo', [...words, `oci:${join(folder, architecture)}:it`], {
    encoding: 'utf8',
  });
  return JSON.parse(told).config;
}

/** @returns the folder that is its root */
function unpacked(architecture: string): string {
  const [layout, bundle] = [join(folder, architecture), join(folder, `${architecture}-bundle`)];
  const copy = [
    'copy',
    '--quiet',
    `--override-arch=${architecture}`,
    `oci-archive:${archive}`,
    `oci:${layout}:it`,
  ];
  execFileSync('skopeo', copy, { stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync('umoci', ['unpack', '--image', `${layout}:it`, bundle], { stdio: 'ignore' });
  return join(bundle, 'rootfs');
}

beforeAll(() => {
  if (notHere !== undefined) return;
  const isFresh =
    existsSync(archive) && statSync(archive).mtimeMs > statSync(join(ROOT, 'dist/cli/bin.js')).mtimeMs;
  if (!isFresh) execFileSync(process.execPath, [join(ROOT, 'scripts/oci.ts')], { stdio: 'ignore' });
  folder = mkdtempSync(join(tmpdir(), 'echolot-oci-'));
}, BUILD_MS);
afterAll(() => {
  if (folder !== '') rmSync(folder, { recursive: true });
});

describe.skipIf(notHere !== undefined)(`the container image ${notHere ?? ''}`, () => {
  let root = '';
  let saying: Saying;
  const MEASURE = ['measure', '127.0.0.1', '9900', '--short', '--probes', '5', '--json'];

  beforeAll(() => {
    root = unpacked('amd64');
    saying = sayingOf('amd64');
  }, END_MS);

  test('is small enough to be fetched in a minute over a slow line, for each machine', () => {
    const index = JSON.parse(
      execFileSync('skopeo', ['inspect', '--raw', `oci-archive:${archive}`], { encoding: 'utf8' }),
    );
    expect(index.manifests.map(({ platform }: { platform: object }) => platform)).toEqual([
      { architecture: 'amd64', os: 'linux' },
      { architecture: 'arm64', os: 'linux', variant: 'v8' },
    ]);
    expect(statSync(archive).size).toBeLessThan(index.manifests.length * 70 * MIB);
  });

  test('has nothing in it that could be run but the program', () => {
    const run = execFileSync('find', [root, '-type', 'f', '-perm', '/111', '-printf', '%P\n'], {
      encoding: 'utf8',
    });
    expect(run.trim().split('\n').sort()).toEqual([
      'usr/bin/echolot',
      expect.stringMatching(/^usr\/lib\/echolot\/[0-9a-f]{64}\.node$/),
      expect.stringMatching(/^usr\/lib\/echolot\/[0-9a-f]{64}\.node$/),
      'usr/lib64/ld-linux-x86-64.so.2',
    ]);
  });

  test.for([
    ['its own user', '65532:65532'],
    ['a user that a cluster has made up', '1000650000:0'],
  ] as const)(
    'serves, measures with all engines and is healthy, as %s and with nothing to write to',
    async ([, user]) => {
      await using server = new Container(root, saying, saying.Cmd, user);
      await server.main.port();
      const engines = nativeUnavailable() === undefined ? ['node', 'native'] : ['node'];
      for (const engine of engines) {
        await using client = server.run(...MEASURE, '--engine', engine);
        const { code, stdout, stderr } = await client.ended;
        expect({ code, stderr }).toMatchObject({ code: 0 });
        expect(JSON.parse(stdout).engine.name).toBe(engine);
      }
      await using check = server.checkHealth();
      expect(await check.ended).toMatchObject({ code: 0, stderr: '' });
      expect(server.main.stderr).not.toContain('notNative');
      server.stop();
      expect(await server.main.ended).toMatchObject({ code: 0 });
    },
  );

  test('is not healthy while nothing serves', async () => {
    await using other = new Container(root, saying, ['serve', '--port', '9999']);
    await other.main.port();
    await using check = other.checkHealth();
    expect((await check.ended).code).toBe(1);
  });

  test('knows localhost without asking the network', async () => {
    await using server = new Container(root, saying);
    await server.main.port();
    await using ping = server.run('ping', 'localhost', '9900', '--count', '1');
    expect((await ping.ended).code).toBe(0);
  });
});

describe.skipIf(notHere !== undefined || !has(QEMU))(
  `the container image for arm64, emulated ${notHere ?? (has(QEMU) ? '' : `there is no ${QEMU}`)}`,
  () => {
    test('has all that the program is linked to', async () => {
      const root = unpacked('arm64');
      mkdirSync(join(root, 'emulator'));
      const found = execFileSync('sh', ['-c', `command -v ${QEMU}`], { encoding: 'utf8' }).trim();
      copyFileSync(found, join(root, 'emulator/qemu'));
      const inside = ['--userspec=65532:65532', root, '/emulator/qemu', '/usr/bin/echolot', '--version'];
      await using started = new Program('chroot', inside, END_MS);
      expect(await started.ended).toMatchObject({ code: 0, stdout: expect.stringContaining(version) });
    });
  },
);
