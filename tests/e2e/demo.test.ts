/** `echolot demo`: the first thing a newcomer runs. It shows tables and charts, and leaves nothing behind. */
import { expect, test } from 'vitest';
import { childrenOf, eventually, isAlive, type Program, start } from './program.ts';

const LIMIT_MS = 15_000;
const GONE_MS = 3_000;

/** The server that a demo has started, once it measures. */
async function serverOf(demo: Program): Promise<number> {
  await demo.until('the first line', ({ stdout }) => stdout.includes('listens on localhost port'));
  const [server] = await childrenOf(demo.pid);
  if (server === undefined) throw new Error('the demo has no server');
  return server;
}

/** A slow machine is told beforehand how long it takes. */
function withoutEstimate(stderr: string): string {
  return stderr.replace(/^this takes about [^\n]*\n/, '');
}

async function expectGone(server: number): Promise<void> {
  await eventually('the server is gone', async () => !(await isAlive(server)), GONE_MS);
}

test('shows both tables and both charts within 15 s, and stops its server', async () => {
  await using demo = start('demo');
  const server = await serverOf(demo);
  const { code, stdout, stderr } = await demo.endsWithin(LIMIT_MS);
  expect({ code, stderr: withoutEstimate(stderr) }).toEqual({ code: 0, stderr: '' });
  for (const title of [
    'Round-trip time in',
    'Throughput in',
    'Median round-trip time',
    'Median throughput',
    'Whose time, 1 B',
    'things were checked',
  ]) {
    expect(stdout).toContain(title);
  }
  for (const size of ['1 B', '1000 B', '1 KiB', '32 KiB']) {
    expect(stdout).toMatch(new RegExp(`^ +${size} +[\\d,]{3,} +[\\d.,]+ +[\\d.,]+–`, 'm'));
  }
  expect(stdout).toMatch(/\nThe server is stopped\.\n$/);
  expect(await isAlive(server)).toBe(false);
});

test('Ctrl-C ends it with what was measured, and its server with it', async () => {
  await using demo = start('demo');
  const server = await serverOf(demo);
  await new Promise((resolve) => setTimeout(resolve, 300));
  demo.kill('SIGINT');
  const { code, stderr } = await demo.endsWithin(GONE_MS);
  expect(code).toBe(130);
  expect(withoutEstimate(stderr)).toBe('echolot: cancelled: the run was cancelled\n');
  await expectGone(server);
});

test('killed outright, it leaves neither a server nor a complaint of one on the terminal', async () => {
  await using demo = start('demo');
  const server = await serverOf(demo);
  demo.kill('SIGKILL');
  await demo.ended;
  await expectGone(server);
  expect(demo.stderr).toBe('');
});
