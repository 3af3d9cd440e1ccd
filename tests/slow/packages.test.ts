/**
 * The packages of Debian and of Fedora's kin: installed into an empty root they run, an upgrade keeps what an operator has changed, and
 * purging leaves nothing. What the scripts do is tried with a program of one line, what the program does with the real one,
 * which is packaged anew: some minutes.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDeb } from '../../scripts/packages/deb.ts';
import type { Packaging } from '../../scripts/packages/packaging.ts';
import { makeRpm } from '../../scripts/packages/rpm.ts';
import { Program, ROOT } from '../e2e/program.ts';

const HOST = '127.0.0.1';
const MOST_MIB = 60;
const PACKING_MS = 900_000;
const UNITS = join(ROOT, 'packaging/systemd');
const has = (tool: string): boolean => spawnSync(tool, ['--version']).error === undefined;
const lacking = (...tools: readonly string[]): string | undefined => {
  const missing = tools.filter((tool) => !has(tool));
  if (missing.length > 0) return `(needs ${missing.join(', ')})`;
  return process.getuid?.() === 0 ? undefined : '(needs root, to install into a root of its own)';
};
const noDeb = lacking('dpkg', 'dpkg-deb');
const noRpm = lacking('rpm', 'rpmbuild');
const binary = join(ROOT, 'dist-single', `echolot-linux-${process.arch}`);
const noBinary = existsSync(binary) ? undefined : '(needs the single file: npm run build:single)';
const noAnalysis = has('systemd-analyze') ? noBinary : '(needs systemd-analyze)';
/** Debian has it for its own Python alone. */
const PYTHON = '/usr/bin/python3';
const noFilter =
  spawnSync(PYTHON, ['-c', 'import seccomp']).status === 0 && has('systemd-analyze')
    ? undefined
    : '(needs systemd-analyze and python3-seccomp)';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(homedir(), '.echolot-packages-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let roots = 0;
function newFolder(): string {
  const path = join(folder, String(++roots));
  mkdirSync(path);
  return path;
}

/** A package of a program that prints one line. */
function small(make: (packaging: Packaging) => string, version: string, output = newFolder()): string {
  const program = join(newFolder(), 'echolot');
  writeFileSync(program, `#!/bin/sh\necho ${version}\n`);
  writeFileSync(`${program}.licences.txt`, 'none\n');
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  return make({ root: ROOT, version, arch, binary: program, epochSeconds: 1_700_000_000, output });
}

/** Files below a root, but those of whoever installs. */
function filesIn(root: string): string[] {
  return globSync('**/*', { cwd: root, exclude: (path) => /^var\/lib\/(dpkg|rpm)\//.test(String(path)) })
    .filter((path) => statSync(join(root, path)).isFile() && !/^var\/lib\/(dpkg|rpm)\//.test(path))
    .sort();
}

describe.skipIf(noDeb !== undefined)(`a package of Debian ${noDeb ?? ''}`, () => {
  /** The scripts of the package are told by DPKG_ROOT that this machine is not meant. */
  function dpkg(root: string, ...args: readonly string[]): string {
    const how = ['--root', root, '--force-script-chrootless', '--force-depends', '--force-architecture'];
    return execFileSync('dpkg', [...how, '--log=/dev/null', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  function emptyRoot(): string {
    const root = newFolder();
    for (const name of ['info', 'updates', 'triggers']) {
      mkdirSync(join(root, 'var/lib/dpkg', name), { recursive: true });
    }
    for (const name of ['status', 'available']) writeFileSync(join(root, 'var/lib/dpkg', name), '');
    return root;
  }

  test('is installed, upgraded with what an operator has changed, and purged without a trace', () => {
    const root = emptyRoot();
    expect(dpkg(root, '-i', small(makeDeb, '0.1.0'))).toContain(
      'systemctl enable --now echolot-serve.socket',
    );
    expect(execFileSync(join(root, 'usr/bin/echolot'), { encoding: 'utf8' })).toBe('0.1.0\n');
    const config = join(root, 'etc/echolot/server.toml');
    writeFileSync(config, 'port = 9999\n');
    expect(dpkg(root, '-i', small(makeDeb, '0.2.0'))).not.toContain('systemctl enable');
    expect(execFileSync(join(root, 'usr/bin/echolot'), { encoding: 'utf8' })).toBe('0.2.0\n');
    expect(readFileSync(config, 'utf8')).toBe('port = 9999\n');
    for (const path of ['var/lib/private/echolot', 'var/log/echolot', 'var/cache/private/echolot-serve']) {
      mkdirSync(join(root, path), { recursive: true });
      writeFileSync(join(root, path, 'something'), '');
    }
    dpkg(root, '--remove', 'echolot');
    expect(filesIn(root)).toContain('etc/echolot/server.toml');
    expect(filesIn(root)).toContain('var/lib/private/echolot/something');
    dpkg(root, '--purge', 'echolot');
    expect(filesIn(root)).toEqual([]);
  });

  test('is the same to the last byte whenever and wherever it is made', () => {
    const [one, other] = [small(makeDeb, '0.1.0'), small(makeDeb, '0.1.0')];
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
  });

  test.skipIf(noBinary !== undefined)(
    `of the real program is small, and its program serves and measures ${noBinary ?? ''}`,
    { timeout: PACKING_MS },
    async ({ skip }) => {
      const output = newFolder();
      execFileSync(process.execPath, [join(ROOT, 'scripts/packages.ts'), 'deb', '--out', output]);
      const [name = ''] = globSync('*.deb', { cwd: output });
      const deb = join(output, name);
      expect(statSync(deb).size / 1024 ** 2).toBeLessThan(MOST_MIB);
      const root = newFolder();
      execFileSync('dpkg-deb', ['-x', deb, root]);
      const program = join(root, 'usr/bin/echolot');
      const config = join(root, 'etc/echolot/server.toml');
      await using server = new Program(program, ['serve', '--config', config, '--port', '0']);
      const port = await server.port();
      const words = ['measure', HOST, String(port), '--short', '--probes', '5', '--json'];
      await using client = new Program(program, words);
      expect((await client.ended).code).toBe(0);
      if (!has('lintian')) skip('lintian is not installed');
      const lint = spawnSync('lintian', ['--fail-on', 'error', '--allow-root', deb], { encoding: 'utf8' });
      expect(lint.stdout).not.toMatch(/^[EW]: /m);
      expect(lint.status).toBe(0);
    },
  );
});

describe.skipIf(noRpm !== undefined)(`a package of Fedora's kin ${noRpm ?? ''}`, () => {
  function rpm(root: string, ...args: readonly string[]): void {
    // What its scripts need, a shell, is not in an empty root.
    const how = ['--root', root, '--dbpath', '/var/lib/rpm'];
    execFileSync('rpm', [...how, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  test('is installed, upgraded with what an operator has changed, and gone when it is erased', () => {
    const root = newFolder();
    rpm(root, '-i', '--nodeps', '--noscripts', small(makeRpm, '0.1.0'));
    const config = join(root, 'etc/echolot/server.toml');
    writeFileSync(config, 'port = 9999\n');
    rpm(root, '-U', '--nodeps', '--noscripts', small(makeRpm, '0.2.0'));
    expect(execFileSync(join(root, 'usr/bin/echolot'), { encoding: 'utf8' })).toBe('0.2.0\n');
    expect(readFileSync(config, 'utf8')).toBe('port = 9999\n');
    rpm(root, '-e', '--nodeps', '--noscripts', 'echolot');
    expect(filesIn(root)).toEqual(['etc/echolot/server.toml.rpmsave']);
  });

  test('is the same to the last byte whenever and wherever it is made', () => {
    const [one, other] = [small(makeRpm, '0.1.0'), small(makeRpm, '0.1.0')];
    expect(readFileSync(one).equals(readFileSync(other))).toBe(true);
  });
});

test.skipIf(noAnalysis !== undefined)(
  `systemd understands the units, and finds them well shut in ${noAnalysis ?? ''}`,
  () => {
    const units = newFolder();
    for (const name of globSync('*', { cwd: UNITS })) {
      const text = readFileSync(join(UNITS, name), 'utf8');
      writeFileSync(join(units, name), text.replaceAll('/usr/bin/echolot', binary));
    }
    const paths = globSync(join(units, '*')).sort();
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', ...paths], { encoding: 'utf8' });
    expect({ status: verified.status, stderr: verified.stderr }).toEqual({ status: 0, stderr: '' });
    const services = paths.filter((path) => path.endsWith('.service'));
    const shut = ['security', '--offline=yes', '--threshold=20', '--no-pager', ...services];
    expect(spawnSync('systemd-analyze', shut).status).toBe(0);
  },
);

describe.skipIf(noFilter !== undefined || noBinary !== undefined)(
  `under the filter of system calls of its unit ${noFilter ?? noBinary ?? ''}`,
  () => {
    function under(unit: string, ...args: readonly string[]): Program {
      const words = [join(ROOT, 'tests/slow/under-unit.py'), join(UNITS, unit), binary, ...args];
      return new Program(PYTHON, words);
    }

    test.each(['native', 'node'])('the program serves, measures and monitors (%s)', async (engine) => {
      const at = ['--host', HOST, '--port', '0', '--engine', engine, '--metrics', `${HOST}:0`];
      await using server = under('echolot-serve.service', 'serve', ...at);
      const port = String(await server.port());
      const store = join(newFolder(), 'store.sqlite');
      await using monitor = under(
        'echolot-monitor.service',
        ...['monitor', `${HOST}:${port}`, '--engine', engine, '--interval', '1s', '--store', store],
        ...['--page', `${HOST}:0`],
      );
      await monitor.until('the first line', ({ stdout }) => stdout.includes('\n'));
      expect(monitor.stdout).toContain(`kept in ${store}`);
      expect(monitor.stdout).not.toContain('with the node engine (');
      const page = /http:\/\/[^,\s]+/.exec(monitor.stdout)?.[0] ?? '';
      let metrics = '';
      while (!/echolot_probes_answered_total\{[^}]*\} [2-9]\d/.test(metrics)) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        metrics = await (await fetch(`${page}/metrics`)).text();
      }
      for (const program of [monitor, server]) {
        program.kill('SIGTERM');
        expect((await program.ended).code).toBe(0);
      }
    });
  },
);
