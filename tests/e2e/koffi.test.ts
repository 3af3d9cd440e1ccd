/** The one optional dependency may be absent or broken: everything works without it, and says that it does. */
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Program, ROOT } from './program.ts';

const PROGRAMS = [
  ['absent', undefined, /koffi does not load: Cannot find module 'koffi'/],
  ['broken', "throw new Error('wrong ELF class');", /koffi does not load: wrong ELF class/],
] as const;

/** The built program with another koffi, or none; in a place of its own, which is to be removed. */
async function installedWith(koffi: string | undefined): Promise<string> {
  const place = await mkdtemp(join(tmpdir(), 'echolot-koffi-'));
  await cp(join(ROOT, 'dist'), join(place, 'dist'), { recursive: true });
  await cp(join(ROOT, 'package.json'), join(place, 'package.json'));
  const modules = join(place, 'node_modules');
  await mkdir(modules);
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    const ours = name === 'koffi' || name.startsWith('.');
    if (!ours) await symlink(join(ROOT, 'node_modules', name), join(modules, name));
  }
  if (koffi !== undefined) {
    await mkdir(join(modules, 'koffi'));
    await writeFile(join(modules, 'koffi/index.js'), koffi);
  }
  return place;
}

function programIn(place: string, ...args: readonly (string | number)[]): Program {
  return new Program(process.execPath, [join(place, 'dist/cli/bin.js'), ...args.map(String)]);
}

describe.concurrent.each(PROGRAMS)('with koffi %s', (_state, koffi, reason) => {
  let place = '';
  const program = (...args: readonly (string | number)[]): Program => programIn(place, ...args);

  beforeAll(async () => {
    place = await installedWith(koffi);
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  test('a measurement is made by the node engine, and its result says why', async () => {
    await using server = program('serve', '--port', 0, '--host', '127.0.0.1', '--log', 'json');
    const port = await server.port();
    await using run = program('measure', '127.0.0.1', port, '--short', '--probes', 5, '--json');
    const { code, stdout } = await run.ended;
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.engine).toMatchObject({ name: 'node', fallback: expect.stringMatching(reason) });
    expect(result.warnings.map((warning: { code: string }) => warning.code)).toContain('engine-fell-back');
    expect(server.stderr).toMatch(reason);
  });

  test.each([
    ['measure', ['127.0.0.1', 9]],
    ['serve', ['--port', 0]],
  ] as const)('%s with the native engine is refused before anything happens', async (command, args) => {
    await using run = program(command, ...args, '--engine', 'native');
    const { code, stdout, stderr } = await run.ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(reason);
  });
});

describe('with a koffi that ends the process when it is loaded', () => {
  let place = '';
  beforeAll(async () => {
    place = await installedWith('process.abort();');
  });
  afterAll(() => rm(place, { recursive: true, force: true }));

  test.concurrent.each([
    ['measure', '127.0.0.1', 9, '--engine=node'],
    ['measure', '127.0.0.1', 9, '--engine', 'node'],
    ['ping', '127.0.0.1', 9, '--count', 1, '--engine=node'],
    ['compare', '127.0.0.1:9', '127.0.0.1:9', '--engine=node'],
    ['serve', '--port', 0, '--host', '192.0.2.1', '--engine=node'],
  ])('%s goes on without it where the node engine was asked for', async (...words) => {
    await using run = programIn(place, ...words);
    const { code, signal, stdout, stderr } = await run.ended;
    // Nothing listens there, and there is no such address here: the engine got as far as that.
    expect({ code, signal }).toEqual({ code: 1, signal: null });
    expect(stdout + stderr).toMatch(/refused|network: /);
  });
});
