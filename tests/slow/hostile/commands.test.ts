/** What servers that are wrong on purpose do to the commands beside `measure` in its usual form. */
import { describe, expect, test } from 'vitest';
import { type Ended, echolotAgainst } from './against.ts';
import { HostilePeer, type Manners } from './peer.ts';
import { HOSTILE_SERVERS, WRONG_FROM_THE_START } from './servers.ts';

const WITHIN_MS = 60_000;
const SAID = /^echolot: (peer|timeout|network|limit): [^\n]+\n$/;

async function against(
  manners: Manners,
  command: string,
  ...args: readonly (string | number)[]
): Promise<Ended> {
  await using peer = await HostilePeer.listen(manners);
  return await echolotAgainst(WITHIN_MS, command, '127.0.0.1', peer.port, ...args);
}

describe('an open loop to a server that', () => {
  const loop = ['--rate', '200/s', '--duration', '500ms', '--timeout', '1s', '--dialect', 'size-first'];

  test.concurrent.each(HOSTILE_SERVERS)('$name', async ({ manners }) => {
    const { code, stdout, stderr } = await against(manners, 'measure', ...loop, '--sizes', 10);
    expect(code).toBe(1);
    expect(stderr).toMatch(SAID);
    // Three echoes are right at most, before the warm-up has ended.
    expect(stdout).not.toMatch(/^p50 /m);
  });
});

describe('a load of a server that', () => {
  const load = ['--duration', '500ms', '--timeout', '1s', '--quiet'];

  test.concurrent.each(WRONG_FROM_THE_START)('$name', async ({ manners }) => {
    const { code, stdout, stderr } = await against(manners, 'load', ...load, '--phases', 'idle,down');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(SAID);
  });

  test.concurrent.each(WRONG_FROM_THE_START)('$name, where an echo was asked for', async ({ manners }) => {
    const { code, stderr } = await against(manners, 'load', ...load, '--echo', '--phases', 'idle,both');
    expect(code).toBe(1);
    expect(stderr).toMatch(SAID);
  });
});

describe('a check of a server that', () => {
  test.concurrent.each(HOSTILE_SERVERS)('$name', async ({ manners }) => {
    const { code, stdout, stderr } = await against(manners, 'check', '--timeout', '300ms', '--brief');
    if (code === 1) expect(stderr).toMatch(SAID);
    else expect({ code, said: stdout.includes('fail') }).toEqual({ code: 3, said: true });
  });
});

describe('a ping of a server that', () => {
  test.concurrent.each(WRONG_FROM_THE_START)(
    '$name, whose kernel answers all the same',
    async ({ manners }) => {
      const { code, stderr } = await against(manners, 'ping', '-n', 3, '-i', '50ms', '--timeout', '1s');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    },
  );
});
