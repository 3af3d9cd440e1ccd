/** The examples of the library run as they are printed, against the built package. */
import { describe, expect, test } from 'vitest';
import { type Finished, Program, start } from './program.ts';

async function example(file: string, ...args: readonly (string | number)[]): Promise<Finished> {
  await using program = new Program(process.execPath, [`examples/${file}`, ...args.map(String)]);
  return await program.ended;
}

describe('examples/measure.ts', () => {
  test('prints a median for each size of a server it is pointed at', async () => {
    await using server = start('serve', '--host', '127.0.0.1', '--port', 0, '--quiet');
    const { code, stdout, stderr } = await example('measure.ts', '127.0.0.1', await server.port());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const size of [1, 100, 1000]) {
      expect(stdout).toMatch(
        new RegExp(`^rtt of ${size} bytes: median [\\d.]+ µs \\([\\d.]+ to [\\d.]+\\)$`, 'm'),
      );
    }
  });

  test('says in a line why there is nothing to print, when nothing listens', async () => {
    const { code, stdout, stderr } = await example('measure.ts', '127.0.0.1', 1);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^network: [^\n]*connection refused[^\n]*\n$/);
  });
});

test('examples/serve.ts starts a server, hears of its session, measures it, and ends', async () => {
  const { code, stdout, stderr } = await example('serve.ts');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^listening on port \d+$/);
  // The first session is that of the warm-up block, the others are five blocks with warm-up probes of their own.
  expect(lines).toContain('session 1: rtt, 100 bytes, 10 probes');
  expect(lines).toContain('session 1 ended: terminated, 10 probes echoed');
  expect(lines).toContainEqual(expect.stringMatching(/^session 6 ended: terminated, \d+ probes echoed$/));
  // The server's thread and the client's tell what they have to tell in either order.
  expect(lines).toContainEqual(expect.stringMatching(/^median \d+(\.\d+)? µs$/));
});

test('examples/records.ts prints the answer of a saved run, and judges it', async () => {
  const { code, stdout, stderr } = await example(
    'records.ts',
    'tests/fixtures/results/v2-native-blocks.json',
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^TCP echo measurement of 127\.0\.0\.1 port \d+\n/);
  expect(stdout).toContain('rtt.p95 > 2ms: cannot-tell\n');
});
