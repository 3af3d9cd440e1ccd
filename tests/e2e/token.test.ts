/** Tokens as people use them: made, handed over, shown to a server, revoked; and files that others can read or have written. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { echolot, type Finished, start } from './program.ts';

const HOST = '127.0.0.1';
const SHORT = ['--type', 'rtt', '--sizes', '10', '--blocks', '1', '--probes', '3'] as const;

let folder = '';
const at = (name: string): string => join(folder, name);
const modeOf = (name: string): number => statSync(at(name)).mode & 0o777;

function issue(name: string, ...more: readonly string[]): Promise<Finished> {
  return echolot(
    'token',
    'issue',
    '--key',
    at('issuer.key'),
    '--name',
    name,
    '--output',
    at(`${name}.token`),
    ...more,
  );
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'echolot-tokens-'));
  expect((await echolot('token', 'keygen', '--output', at('issuer.key'))).code).toBe(0);
  expect((await issue('lab', '--budget', '50G/d', '--expires', '30d')).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('making keys and tokens', () => {
  test('private files are for their owner alone, and the public one for all', () => {
    expect(modeOf('issuer.key')).toBe(0o600);
    expect(modeOf('lab.token')).toBe(0o600);
    expect(modeOf('issuer.key.pub')).toBe(0o644);
  });

  test('nothing is written over a key that is in use', async () => {
    const before = readFileSync(at('issuer.key'), 'utf8');
    const { code, stderr } = await echolot('token', 'keygen', '--output', at('issuer.key'));
    expect(code).toBe(2);
    expect(stderr).toContain('exists already');
    expect(readFileSync(at('issuer.key'), 'utf8')).toBe(before);
    const other = await issue('lab');
    expect(other.code).toBe(2);
  });

  test('a pair whose public half cannot be written leaves no private one', async () => {
    writeFileSync(at('half.key.pub'), 'somebody else');
    expect((await echolot('token', 'keygen', '--output', at('half.key'))).code).toBe(2);
    expect(() => statSync(at('half.key'))).toThrow();
    expect(readFileSync(at('half.key.pub'), 'utf8')).toBe('somebody else');
  });

  test('a link in the place of a new file is not followed', async () => {
    symlinkSync(at('elsewhere'), at('link.key'));
    expect((await echolot('token', 'keygen', '--output', at('link.key'))).code).toBe(2);
    expect(() => statSync(at('elsewhere'))).toThrow();
  });

  test('a key that others can read issues nothing', async () => {
    chmodSync(at('issuer.key'), 0o640);
    const { code, stderr } = await issue('nobody');
    chmodSync(at('issuer.key'), 0o600);
    expect(code).toBe(2);
    expect(stderr).toContain('chmod 600');
    expect(() => statSync(at('nobody.token'))).toThrow();
  });

  test.each([
    [['issue', '--name', 'x'], 'token issue needs --key'],
    [['revoke', 'x'], 'token revoke needs --list'],
    [['show'], 'token show needs the file of a token'],
    [['keygen', '--name', 'x'], 'token keygen takes no --name'],
    [['show', 'x', '--list', 'y'], 'token show takes no --list'],
  ])('%j is refused in words', async (words, message) => {
    const { code, stderr } = await echolot('token', ...words);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('showing a token', () => {
  test('tells what is in it and nothing of its private key', async () => {
    const { code, stdout } = await echolot('token', 'show', at('lab.token'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^token of +lab$/m);
    expect(stdout).toMatch(/^budget +50 GiB a day$/m);
    expect(stdout).toMatch(/^expires +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, in (30|29\.\d) days$/m);
    expect(stdout).toMatch(/^file +its owner alone may read it$/m);
    const { key, token } = JSON.parse(readFileSync(at('lab.token'), 'utf8'));
    expect(stdout).not.toContain(key.d);
    expect(stdout).not.toContain(token.split('.')[2]);
  });

  test('says of one that others can read what to do', async () => {
    writeFileSync(at('open.token'), readFileSync(at('lab.token')), { mode: 0o644 });
    chmodSync(at('open.token'), 0o644);
    const { stdout } = await echolot('token', 'show', at('open.token'));
    expect(stdout).toContain('others may read it (mode 644)');
  });

  test('shows nothing of a file that somebody else has filled', async () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007<script>';
    const texts = [evil, JSON.stringify({ token: evil, key: evil }), '', '\0'.repeat(100_000)];
    for (const text of texts) {
      writeFileSync(at('evil.token'), text);
      const { code, stdout, stderr } = await echolot('token', 'show', at('evil.token'));
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).not.toContain('\u001b');
      expect(stderr).not.toContain('script');
    }
    expect((await echolot('token', 'show', folder)).code).toBe(2);
  });
});

describe('measuring with a token', () => {
  test('is known to the server by name, and revoked within a second', async () => {
    writeFileSync(at('revoked.txt'), '');
    const tokens = ['--token-key', at('issuer.key.pub'), '--revoked', at('revoked.txt')];
    await using server = start('serve', '--host', HOST, '--port', 0, '--log', 'json', ...tokens);
    const port = await server.port();
    const measure = (): Promise<Finished> =>
      echolot('measure', HOST, port, ...SHORT, '--token', at('lab.token'), '--json');
    const { code, stdout } = await measure();
    expect(code).toBe(0);
    await expect.poll(() => server.stderr).toContain('"holder":"lab"');
    expect(server.stderr).toContain('"budgetBytesPerDay":53687091200');
    // Neither the token nor its key is in a record or a log, which are for others.
    const { key, token } = JSON.parse(readFileSync(at('lab.token'), 'utf8'));
    for (const text of [stdout, server.stderr]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(key.d);
      expect(text).not.toContain('"cnf"');
    }
    const revoking = await echolot('token', 'revoke', at('lab.token'), '--list', at('revoked.txt'));
    expect(revoking.stdout).toContain('is revoked');
    const again = await echolot('token', 'revoke', at('lab.token'), '--list', at('revoked.txt'));
    expect(again.stdout).toContain('was revoked already');
    expect(readFileSync(at('revoked.txt'), 'utf8')).toMatch(/^[0-9a-f]{32}\n$/);
    await expect
      .poll(async () => (await measure()).stderr, { timeout: 20_000 })
      .toContain('refused the token (revoked)');
  });

  test('is refused where others can read the file, before anything is sent', async () => {
    writeFileSync(at('shared.token'), readFileSync(at('lab.token')));
    chmodSync(at('shared.token'), 0o644);
    for (const command of ['measure', 'load', 'capacity']) {
      const { code, stderr } = await echolot(command, HOST, 9, '--token', at('shared.token'));
      expect(code).toBe(2);
      expect(stderr).toContain(`chmod 600 ${at('shared.token')}`);
    }
  });

  test('is refused, and not done without, by a server that knows none', async () => {
    await using server = start('serve', '--quiet', '--host', HOST, '--port', 0);
    const { code, stderr } = await echolot(
      ...['measure', HOST, await server.port(), ...SHORT, '--token', at('lab.token')],
    );
    expect(code).toBe(1);
    expect(stderr).toContain('may know no tokens');
  });
});

describe('serving with tokens', () => {
  test.each([
    [['--revoked', 'x'], '--revoked is of tokens'],
    [['--server-name', 'x'], '--server-name is of tokens'],
    [['--token-key', '/nonexistent'], 'cannot be read'],
    [['--echo', '--token-key', 'PUBLIC'], 'plain echo has no tokens'],
    [['--token-key', 'PRIVATE'], 'no public key'],
    [['--token-key', 'PUBLIC', '--revoked', '/nonexistent'], 'cannot be read'],
  ])('%j is refused before anything listens', async (words, message) => {
    const files = { PUBLIC: at('issuer.key.pub'), PRIVATE: at('issuer.key') } as Record<string, string>;
    const { code, stderr } = await echolot('serve', '--port', 0, ...words.map((word) => files[word] ?? word));
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
