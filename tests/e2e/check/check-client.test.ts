/** `echolot check --client`: a student's client is started for each scenario, and judged by what it does. */
import { describe, expect, test } from 'vitest';
import { echolot, Program, start } from '../program.ts';
import { lines, noPython, pathOf } from './programs.ts';

function checkClient(fault: string, ...args: readonly string[]): ReturnType<typeof echolot> {
  return echolot('check', '--client', '--start', `python3 '${pathOf('client.py')}' {port} ${fault}`, ...args);
}

describe.skipIf(noPython).concurrent('a client in another language', () => {
  test('that is right keeps every rule, and is told what it should have computed', async () => {
    const { code, stdout } = await checkClient('right', '--expect-rtt', '20.5ms');
    expect(lines('fail', stdout)).toEqual([]);
    expect(code).toBe(0);
    expect(lines('pass', stdout).join('\n')).toContain('client-mean-rtt');
    expect(stdout).toMatch(/^ +100 B +rtt +10 +2\d\.\d+ ms/m);
  });

  test('that believes any echo is found out', async () => {
    const { code, stdout } = await checkClient('believes-all');
    expect(code).toBe(3);
    expect(lines('fail', stdout)).toHaveLength(1);
    expect(stdout).toContain('the client breaks 1 of 14 rules: client-wrong-echo\n');
  });

  test('that tells another mean than it should is found out', async () => {
    const { code, stdout } = await checkClient('right', '--expect-rtt', '5ms');
    expect(code).toBe(3);
    expect(stdout).toContain('client-mean-rtt\n');
  });

  test('that stays for ever is ended with the check, and by Ctrl-C', async () => {
    const marked = `${pathOf('client.py')} {port} waits`;
    await using run = start('check', '--client', '--start', `python3 ${marked}`, '--timeout', '100ms');
    await run.until('the second scenario', ({ stderr }) => stderr.includes('2 of 6'), 20_000);
    run.kill('SIGINT');
    expect((await run.endsWithin(5_000)).code).toBe(130);
    await using ps = new Program('ps', ['-eo', 'args=']);
    expect((await ps.ended).stdout).not.toMatch(/client\.py \d+ waits/);
  });

  test('that cannot be started is no client that is wrong', async () => {
    const { code, stdout } = await echolot('check', '--client', '--start', 'exit 7 # {port}');
    expect(code).toBe(1);
    expect(lines('fail', stdout)).toEqual([]);
    expect(stdout).toContain('the client did not connect');
  });
});
