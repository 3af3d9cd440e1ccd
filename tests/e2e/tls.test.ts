/** TLS as an operator and a user meet it: two ports, a certificate that is replaced, a key that others may read. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCa, makeIdentity, type TestIdentity } from '../net/certificates.ts';
import { echolot, type Program, start } from './program.ts';

const DAY_MS = 86_400_000;
const ca = makeCa('a CA of a test');
let folder: string;
let caFile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'echolot-tls-'));
  caFile = join(folder, 'ca.pem');
  await writeFile(caFile, ca.certificate);
});
afterAll(() => rm(folder, { recursive: true }));

async function filesOf(
  name: string,
  { certificate, key }: TestIdentity,
): Promise<[cert: string, key: string]> {
  const paths: [string, string] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  await writeFile(paths[0], certificate);
  await writeFile(paths[1], key, { mode: 0o600 });
  return paths;
}

interface Serving {
  readonly program: Program;
  readonly plain: number;
  readonly tls: number;
}

async function serveTls(cert: string, key: string, ...args: readonly string[]): Promise<Serving> {
  const program = start(
    'serve',
    '--host',
    '127.0.0.1',
    '--port',
    0,
    '--tls-cert',
    cert,
    '--tls-key',
    key,
    '--tls-port',
    0,
    ...args,
  );
  const plain = await program.port();
  await program.until('the port of TLS', ({ stdout }) => /^TLS on .+\n/m.test(stdout));
  return { program, plain, tls: Number(/^TLS on 127\.0\.0\.1:(\d+)/m.exec(program.stdout)?.[1]) };
}

describe('echolot serve with a certificate', () => {
  test('one server on two ports; the record of a run over TLS says so', async () => {
    const [cert, key] = await filesOf('whole', makeIdentity(ca));
    const { program, plain, tls } = await serveTls(cert, key);
    await using _ = program;
    const quick = ['--type', 'rtt', '--sizes', '100', '--blocks', 1, '--probes', 5, '--json'] as const;
    const over = await echolot('measure', '127.0.0.1', tls, '--tls', '--tls-ca', caFile, ...quick);
    expect(over).toMatchObject({ code: 0, stderr: '' });
    const record = JSON.parse(over.stdout);
    expect(record.engine).toMatchObject({ name: 'node', fallback: 'TLS is spoken by the node engine alone' });
    expect(record.plan.socket.tls).toBe(true);
    expect(record.blocks[0].tls).toMatchObject({ version: 'TLSv1.3', handshakeNs: expect.any(Number) });
    const beside = await echolot('measure', '127.0.0.1', plain, ...quick);
    expect(beside.code).toBe(0);
    expect(JSON.parse(beside.stdout).blocks[0].tls).toBeUndefined();
    await program.until(
      'both ends',
      ({ stderr }) => (stderr.match(/"reason":"terminated"/g) ?? []).length === 2,
    );
    // Numbers of one server.
    expect(program.stderr).toMatch(/"session":1,.*terminated.*"session":2,.*terminated/s);
  });

  test('SIGHUP shows another certificate and does not stop; a broken one changes nothing', async () => {
    const [cert, key] = await filesOf('renewed', makeIdentity(ca, { names: ['first.example'] }));
    const { program, tls } = await serveTls(cert, key);
    await using _ = program;
    const shows = async (name: string): Promise<void> => {
      const ping = await echolot(
        'ping',
        '127.0.0.1',
        tls,
        '--tls',
        '--tls-ca',
        caFile,
        '--tls-name',
        name,
        '-n',
        1,
      );
      expect(ping.stdout).toContain('1 answered');
    };
    await shows('first.example');
    await writeFile(cert, 'no certificate');
    program.kill('SIGHUP');
    await program.until('the refusal', ({ stderr }) => stderr.includes('the certificate stays as it was'));
    await shows('first.example');
    await filesOf('renewed', makeIdentity(ca, { names: ['second.example'] }));
    program.kill('SIGHUP');
    await program.until('the new one', ({ stderr }) => stderr.includes('TLS: another certificate'));
    await shows('second.example');
    program.kill('SIGTERM');
    expect(await program.ended).toMatchObject({ code: 0 });
  });

  test('a key that others may read is refused, with the remedy', async () => {
    const [cert, key] = await filesOf('open', makeIdentity(ca));
    await chmod(key, 0o640);
    const { code, stdout, stderr } = await echolot(
      'serve',
      '--port',
      0,
      '--tls-cert',
      cert,
      '--tls-key',
      key,
    );
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`chmod 600 ${key}`);
  });

  test('an expired certificate is told at the start and in the log', async () => {
    const dates = { fromMs: Date.now() - 3 * DAY_MS, toMs: Date.now() - DAY_MS };
    const [cert, key] = await filesOf('expired', makeIdentity(ca, dates));
    const { program } = await serveTls(cert, key);
    await using _ = program;
    expect(program.stdout).toMatch(
      /^TLS on .+ \(its certificate has expired on [\d-]+: clients will refuse it\)$/m,
    );
    await program.until('the warning', ({ stderr }) => /WARN.*has expired/.test(stderr));
  });
});

describe('the client', () => {
  test('ping times TCP and TLS apart, also in its record', async () => {
    const [cert, key] = await filesOf('pinged', makeIdentity(ca));
    const { program, tls } = await serveTls(cert, key);
    await using _ = program;
    const file = join(folder, 'ping.json');
    const args = ['--tls', '--tls-ca', caFile, '-n', 3, '-i', '20ms', '--output', file] as const;
    const { code, stdout } = await echolot('ping', '127.0.0.1', tls, ...args);
    expect(code).toBe(0);
    expect(stdout).toMatch(/seq 3 {2}application [\d.,]+ (?:µs|ms) {2}TLS [\d.,]+ (?:µs|ms)$/m);
    expect(stdout).toMatch(/^ +TLS handshake +3 /m);
    const record = JSON.parse(await readFile(file, 'utf8'));
    expect(record.tls.version).toBe('TLSv1.3');
    expect(record.replies[0].tlsHandshakeNs).toBeGreaterThan(0);
    expect(record.statistics.tlsHandshakeNs.n).toBe(3);
    // The record is one that can be read again.
    const report = await echolot('report', file);
    expect(report.stdout).toContain('TLS handshake');
  });

  test.each([
    [['--tls', '--engine', 'native'], 'the native engine speaks no TLS'],
    [['--tls', '--cc', 'reno'], 'a congestion control needs the native engine, which speaks no TLS'],
    [['--tls-name', 'a.example'], '--tls-name is of TLS'],
    [['--tls', '--tls-ca', 'package.json'], 'there is no certificate'],
    [['--tls', '--tls-ca', '/dev/null/none'], 'cannot be read'],
  ])('what cannot go together is an error before anything is sent: %s', async (args, message) => {
    const { code, stderr } = await echolot('measure', '127.0.0.1', 9, ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
