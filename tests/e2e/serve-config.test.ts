/** `echolot serve --config`: what the file says holds, SIGHUP changes it at once, and a broken file changes nothing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { echolot, start } from './program.ts';

const HOST = '127.0.0.1';
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'echolot-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

function configOf(probes: number | string): string {
  return `port = 0\nhost = "${HOST}"\nlog = "json"\n\n[classes.lab]\nfrom = ["127.0.0.1"]\nprobes = ${probes}\n`;
}

function measured(port: number, probes: number) {
  return echolot(
    'measure',
    HOST,
    port,
    '--sizes',
    10,
    '--type',
    'rtt',
    '--blocks',
    1,
    '--probes',
    probes,
    '--warmup',
    0,
  );
}

test.for(['native', 'node'])(
  'a changed configuration holds for whoever comes from then on (%s)',
  async (engine, { skip }) => {
    if (engine === 'native' && nativeUnavailable() !== undefined) skip(nativeUnavailable());
    const file = join(folder, `${engine}.toml`);
    await writeFile(file, configOf(5));
    await using server = start('serve', '--config', file, '--engine', engine);
    const port = await server.port();
    expect((await measured(port, 9)).stderr).toMatch(
      /^echolot: limit: the server takes at most 5 probes in a session/,
    );
    await writeFile(file, configOf(50));
    server.kill('SIGHUP');
    await server.until('the news', ({ stderr }) => stderr.includes('the configuration was read'));
    expect((await measured(port, 9)).code).toBe(0);
    await writeFile(file, configOf('"many"'));
    server.kill('SIGHUP');
    await server.until('the complaint', ({ stderr }) =>
      stderr.includes(`${file}:7: probes: Expected a whole number`),
    );
    expect((await measured(port, 9)).code).toBe(0);
  },
);

test('a file with mistakes starts no server, and each is named with its line', async () => {
  const file = join(folder, 'broken.toml');
  await writeFile(file, 'prt = 1\n[classes.lab]\nprobs = 2\n');
  for (const extra of [[], ['--check-config']]) {
    const { code, stdout, stderr } = await echolot('serve', '--config', file, ...extra);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`${file}:1: there is no option prt`);
    expect(stderr).toContain(`${file}:3: a class has no probs`);
  }
});

test('a file that a server could not open is named by --check-config, before it is started', async () => {
  const key = join(folder, 'issuer.key');
  await echolot('token', 'keygen', '--output', key);
  const asked: readonly [string, RegExp][] = [
    [`log-file = "${folder}/none/echolot.log"`, /the log .* cannot be written/],
    [`status-socket = "${folder}/none/echolot.sock"`, /no folder .* for a status socket/],
    [`token-key = "${key}.pub"\nrevoked = "${folder}/none.txt"`, /none\.txt cannot be read/],
  ];
  for (const [text, told] of asked) {
    const file = join(folder, 'files.toml');
    await writeFile(file, `${text}\n`);
    const { code, stderr } = await echolot('serve', '--config', file, '--check-config');
    expect(stderr).toMatch(told);
    expect(code).toBe(2);
  }
});
