/** Whoever installs a package and enables its units has services that start, and that nobody else can reach. */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig, readMonitor } from '../../src/cli/config/read-config.ts';
import { planTargets } from '../../src/monitors.ts';

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::|$)/;
const folder = mkdtempSync(join(tmpdir(), 'echolot-packaging-'));
afterAll(() => rmSync(folder, { recursive: true }));
const UNITS = 'packaging/systemd';

/** What a key of a unit is set to, each time. */
function valuesOf(unit: string, key: string): string[] {
  return [...readFileSync(unit, 'utf8').matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(
    ([, text = '']) => text,
  );
}

test('the configuration of the server holds, and lets in nobody but this machine', () => {
  const { options, policy } = readConfig('packaging/etc/server.toml');
  const given = new Map(options.map(({ name, args }) => [name, args.at(-1)]));
  expect(given.get('host')).toMatch(LOOPBACK);
  expect([given.has('public'), policy]).toEqual([false, undefined]);
});

test('the configuration of the monitor holds, and shows its page to nobody but this machine', () => {
  const { options, targets } = readMonitor('packaging/etc/monitor.toml');
  expect(planTargets(targets)).toHaveLength(1);
  expect(options.find(({ name }) => name === 'page')?.args.at(-1)).toMatch(LOOPBACK);
});

test('what stands in the configurations as a proposal holds, too', () => {
  const proposal = (name: string): string => {
    const text = readFileSync(`packaging/etc/${name}`, 'utf8');
    const file = join(folder, name);
    writeFileSync(file, text.replaceAll(/^#(?=[\w-]+ = |\[\[)/gm, ''));
    return file;
  };
  expect(readConfig(proposal('server.toml')).options.map(({ name }) => name)).toContain('memory');
  expect(readMonitor(proposal('monitor.toml')).alerts).toHaveLength(1);
});

test('the sockets of the server are of this machine alone', () => {
  const sockets = valuesOf(`${UNITS}/echolot-serve.socket`, 'ListenStream');
  expect(sockets).toHaveLength(2);
  for (const socket of sockets) expect(socket).toMatch(LOOPBACK);
});

test.each(globSync(`${UNITS}/*.service`))('%s gives the program no right that it can do without', (unit) => {
  const only = (key: string): string => valuesOf(unit, key).join(' ');
  expect(only('Type')).toBe('notify');
  expect(only('DynamicUser')).toBe('yes');
  expect(only('NoNewPrivileges')).toBe('yes');
  expect(only('ProtectSystem')).toBe('strict');
  expect(valuesOf(unit, 'CapabilityBoundingSet')).toEqual(['']);
  // With it no machine code can be made, and V8 does not start.
  expect(only('MemoryDenyWriteExecute')).toBe('no');
});

test('no script of a package enables or starts a unit', () => {
  for (const script of [...globSync('packaging/debian/p*'), 'packaging/rpm/echolot.spec']) {
    const lines = readFileSync(script, 'utf8').split('\n');
    const starting = lines.filter(
      (line) => /systemctl|deb-systemd/.test(line) && /\b(enable|start|restart)\b/.test(line),
    );
    for (const line of starting) expect(line, script).toMatch(/^\s*echo |try-restart/);
  }
});
