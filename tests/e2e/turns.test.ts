/** Loads that take turns, as people run them: each is told how long it will be, and has its turn in the order of coming. */
import { describe, expect, test } from 'vitest';
import { LoadSocket } from '../server/native/load-sockets.ts';
import { echolot, type Program, start } from './program.ts';

const HOST = '127.0.0.1';
const SHORT = ['--phases', 'idle,down', '--duration', '300ms', '--rate', '20M', '--wait-turn', '1m'] as const;
const PATIENT = { timeout: 20_000 };

async function told(program: Program, words: RegExp): Promise<void> {
  await expect.poll(() => program.stdout, PATIENT).toMatch(words);
}

describe('three clients and one load at a time', () => {
  test('have their turns in the order in which they came, and who leaves makes room', {
    timeout: 90_000,
  }, async () => {
    await using server = start('serve', '--host', HOST, '--port', 0, '--log', 'json');
    const port = await server.port();
    const owner = await LoadSocket.ask(port, 'l new 60000 0 1');
    const beat = setInterval(() => owner.socket.write('m 1\n'), 500);
    await using first = start('load', HOST, port, ...SHORT);
    await told(first, /waiting for a turn there: about \d+ s, you are next/);
    await using second = start('load', HOST, port, ...SHORT);
    await told(second, / s, 1 before you/);
    await using third = start('load', HOST, port, ...SHORT);
    await told(third, /, 2 before you/);
    second.kill('SIGINT');
    expect(await second.ended).toMatchObject({ code: 130 });
    await told(third, /, 1 before you/);
    clearInterval(beat);
    owner.socket.end();
    const ends = await Promise.all([first.ended, third.ended]);
    for (const { code, stdout } of ends) {
      expect(code).toBe(0);
      expect(stdout).toContain(`Load of ${HOST} port ${port}`);
    }
    const loads = [...server.stderr.matchAll(/"session":(\d+).*"msg":"load"/g)].map(([, session]) => session);
    const waits = [...server.stderr.matchAll(/"session":(\d+).*"msg":"waits for its turn to load"/g)];
    const sessions = waits.map(([, session]) => session);
    expect(loads).toEqual(['1', sessions[0], sessions[2]]);
  });
});

test('a client that does not wait is told how long it would be, and how to keep a place', async () => {
  await using server = start('serve', '--quiet', '--host', HOST, '--port', 0, '--max-load-seconds', 900);
  const port = await server.port();
  const owner = await LoadSocket.ask(port, 'l new 900000 0 1');
  const { code, stderr } = await echolot('load', HOST, port, '--phases', 'idle,down');
  owner.socket.destroy();
  expect(code).toBe(1);
  expect(stderr).toContain('the server is busy with other loads: about 15 min, you are next');
  expect(stderr).toContain('--wait-turn');
});

test('a server that allows less carries a load all the same, and the report begins with its terms', async () => {
  const bounds = ['--max-load-seconds', 4, '--max-load-rate', '5M', '--max-load-streams', 1] as const;
  await using server = start('serve', '--quiet', '--host', HOST, '--port', 0, ...bounds);
  const asked = ['--phases', 'idle,both', '-P', 4, '--rate', '50M', '--quiet'] as const;
  const { code, stdout } = await echolot('load', HOST, await server.port(), ...asked);
  expect(code).toBe(0);
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    'By its terms the server grants 5.00 Mbit/s in each direction, 4 s of 10 s, 1 of 8 streams: each phase is shorter, one direction runs after the other Down',
  );
});

test.each([
  ['serve', '--max-loads', '0'],
  ['serve', '--max-waiting', '1001'],
  ['serve', '--max-wait', '5X'],
  ['load', '--wait-turn', '5'],
])('%s %s %s is refused before anything is done', async (command, option, value) => {
  const { code, stderr } = await echolot(command, option, value);
  expect(code).toBe(2);
  expect(stderr).toContain(value);
});
