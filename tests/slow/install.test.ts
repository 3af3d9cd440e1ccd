/** Whoever installs the package gets a program and a library that work, with and without what is optional, and not much more. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Finished, Program, ROOT } from '../e2e/program.ts';
import { install, noRegistry, pack, runtime, sizeBytes } from './installs.ts';

const RUNTIMES = ['24', '26'];
const INSTALLS = { usual: [], 'without what is optional': ['--omit=optional'] };
const MOST_BYTES = 15_000_000;
const { peerDependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
/** As they are developed with. */
const PEERS = Object.keys(peerDependencies).map((name) => `${name}@${devDependencies[name]}`);
const peer = (name: string): string => PEERS.find((one) => one.startsWith(`${name}@`)) ?? '';
const RESULT = join(ROOT, 'tests/fixtures/results/v2-native-blocks.json');
const INSTALL_TIMEOUT_MS = 300_000;

/** Measures as a library, having come by both ways to load one. */
const PROGRAM = `
  import { createRequire } from 'node:module';
  import { readFileSync } from 'node:fs';
  const require = createRequire(import.meta.url);
  const { exports } = JSON.parse(readFileSync('node_modules/echolot/package.json', 'utf8'));
  for (const path of Object.keys(exports)) {
    const name = 'echolot' + path.slice(1);
    if (Object.keys(await import(name)).length === 0) throw new Error(name + ' exports nothing');
    if (require(name) !== await import(name)) throw new Error(name + ' is there twice');
  }
  const { measure, serve } = await import('echolot');
  const server = await serve({ host: '127.0.0.1', port: 0 });
  const { port } = server.endpoints[0];
  const run = measure({ host: '127.0.0.1', port, type: 'rtt', sizes: [100], probes: 100, blocks: 2 });
  const { engine, series } = await run.result;
  await server[Symbol.asyncDispose]();
  console.log(engine.name, series[0].statistics.rttNs.median > 0);
`;

const reason = noRegistry();

describe.skipIf(reason !== undefined)(`an install of the package ${reason ?? ''}`, () => {
  let place = '';
  const folders = new Map<string, string>();
  const nodes = new Map<string, string>();

  beforeAll(() => {
    const packed = pack();
    place = packed.place;
    for (const [name, args] of Object.entries(INSTALLS)) {
      folders.set(name, install(place, name.replaceAll(' ', '-'), packed.tarball, ...args));
    }
    folders.set('with all peers', install(place, 'peers', packed.tarball, ...PEERS));
    for (const major of RUNTIMES) nodes.set(major, runtime(place, major));
  }, INSTALL_TIMEOUT_MS);
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  async function run(major: string, ...args: readonly string[]): Promise<Finished> {
    await using program = new Program(nodes.get(major) ?? '', args);
    return await program.ended;
  }
  const bin = (of: string): string => join(folders.get(of) ?? '', 'node_modules/.bin/echolot');

  test('that only measures takes less than 15 MB', () => {
    const bytes = sizeBytes(join(folders.get('usual') ?? '', 'node_modules'));
    expect(bytes).toBeLessThan(MOST_BYTES);
  });

  test('is found by npx', async () => {
    await using program = new Program('npx', [
      '--prefix',
      folders.get('usual') ?? '',
      'echolot',
      '--version',
    ]);
    expect(await program.ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });

  describe.each(RUNTIMES)('on Node %s', (major) => {
    test.each(Object.keys(INSTALLS))('measures, %s', async (of) => {
      const { code, stdout, stderr } = await run(major, bin(of), 'demo');
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stdout).toContain('RTT');
      expect(stdout).toContain(`engine ${of === 'usual' ? 'native' : 'node'}`);
    });

    test.each(Object.keys(INSTALLS))('is a library, %s', async (of) => {
      const folder = folders.get(of) ?? '';
      writeFileSync(join(folder, 'program.mjs'), PROGRAM);
      await using program = new Program('env', [
        ...['-C', folder],
        nodes.get(major) ?? '',
        join(folder, 'program.mjs'),
      ]);
      const { code, stdout, stderr } = await program.ended;
      const engine = of === 'usual' ? 'native' : 'node';
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${engine} true\n`, stderr: '' });
    });

    test('says what pictures need where that is not installed, in a line', async () => {
      const { code, stderr } = await run(major, bin('usual'), 'report', RESULT, '--html', join(place, 'no'));
      expect(code).toBe(2);
      expect(stderr).toMatch(/^echolot: usage: [^\n]+\n$/);
      expect(stderr).toContain(`Cannot find package 'echarts'; npm install ${peer('echarts')}`);
    });

    test('says what a store in PostgreSQL needs likewise', async () => {
      const store = ['--store', 'postgres://nobody@localhost/none'];
      const { code, stderr } = await run(major, bin('usual'), 'monitor', '127.0.0.1:9', ...store);
      expect(code).toBe(2);
      expect(stderr).toMatch(/^echolot: usage: [^\n]+\n$/);
      expect(stderr).toContain(`not installed; npm install ${peer('postgres')}`);
    });

    test('draws with what was installed beside it', async () => {
      const folder = join(place, `pictures-${major}`);
      const page = join(place, `page-${major}.html`);
      const args = ['report', RESULT, '--html', page, '--png', folder];
      expect(await run(major, bin('with all peers'), ...args)).toMatchObject({ code: 0 });
      expect(readFileSync(page, 'utf8')).toContain('<svg');
      expect(readdirSync(folder)).toContain('rtt-by-size.png');
    });
  });
});
