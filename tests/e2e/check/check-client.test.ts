/** `echolot check --client`: a student's client is started for each scenario, and judged by what it does. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../src/check.ts';
import { echolot, eventually, Program, start } from '../program.ts';
import { inDirectory, lines, noPython, pathOf } from './programs.ts';

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

  test('that does not connect is told in one sentence, with how it ended', async () => {
    const { code, stdout, stderr } = await echolot(
      ...['check', '--client', '--start', 'echo "no port" >&2; exit 7 # {port}'],
    );
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^playing the server on .*, and waiting 20 s for each client\n1 of 6, a server that is right\n/,
    );
    expect(stderr).toContain(
      '\necholot: peer: the client ended and had not connected (exit code 7): no port; have it connect to',
    );
    expect(stderr.trimEnd().split('\n')).toHaveLength(3);
  });
});

describe.skipIf(noPython).concurrent('Ctrl-C in the middle', () => {
  test('prints what was judged, and what was not run', async () => {
    await using run = startRight();
    await run.until('the fifth scenario', ({ stderr }) => stderr.includes('5 of 6'), 20_000);
    run.kill('SIGINT');
    const { code, stdout, stderr } = await run.endsWithin(5_000);
    expect(code).toBe(130);
    expect(lines('pass', stdout).join('\n')).toContain('client-setup-refused');
    expect(lines('not run', stdout)).toEqual([
      'not run  client-no-echo: it gives up when no echo comes (interrupted)',
      'not run  client-termination-refused: it closes when its termination is refused',
    ]);
    expect(stdout).toContain('incomplete: the check was cancelled\n');
    expect(stderr).toMatch(/\necholot: cancelled: the run was cancelled\n$/);
  });

  test('writes it in every form', async () => {
    await inDirectory(async (directory) => {
      const [xml, record] = [join(directory, 'client.xml'), join(directory, 'client.json')];
      await using run = startRight('--junit', xml, '-o', record);
      await run.until('the fifth scenario', ({ stderr }) => stderr.includes('5 of 6'), 20_000);
      run.kill('SIGINT');
      expect((await run.endsWithin(5_000)).code).toBe(130);
      const { rules, outcome }: CheckResult = JSON.parse(await readFile(record, 'utf8'));
      expect(outcome.status).toBe('cancelled');
      expect(rules.filter(({ note }) => note === 'interrupted').map(({ name }) => name)).toEqual([
        'client-no-echo',
        'client-termination-refused',
      ]);
      expect(await readFile(xml, 'utf8')).toMatch(/ tests="14" failures="0" errors="0" skipped="2">/);
    });
  });

  test('twice leaves nothing of the client behind, not in the background either', async () => {
    const mark = `echolot-twice-${process.pid}`;
    // It minds no request to end, so that the program is waiting for it when it is interrupted again.
    const stays = `trap "" TERM; (CLASS=${mark} setsid sleep 600 &); CLASS=${mark} sleep 600 # {port}`;
    await using run = start('check', '--client', '--start', stays);
    const children = async (): Promise<number> => {
      await using ps = new Program('ps', ['axeww', '-o', 'args=']);
      return (await ps.ended).stdout.split('\n').filter((line) => line.includes(`CLASS=${mark}`)).length;
    };
    await eventually('both are there', async () => (await children()) >= 2, 10_000);
    run.kill('SIGINT');
    run.kill('SIGTERM');
    expect((await run.endsWithin(5_000)).code).toBe(130);
    await eventually('both are gone', async () => (await children()) === 0, 3_000);
  });
});

/** A client that is right, and so waits for two seconds in the fifth scenario. */
function startRight(...args: readonly string[]): Program {
  return start('check', '--client', '--start', `python3 '${pathOf('client.py')}' {port}`, ...args);
}
