/** A program that takes long to end, as on a busy machine, ends with its own exit code: a success must not look like a fault. */
import { expect, test } from 'vitest';
import { Program, ROOT } from './program.ts';

const LEAVE = `${ROOT}/dist/cli/leave.js`;

async function exitCode(script: string): Promise<number | null> {
  const whole = `const { leaveSoon } = await import(${JSON.stringify(LEAVE)}); setInterval(() => {}, 1_000); ${script}`;
  await using program = new Program(process.execPath, ['--input-type=module', '-e', whole]);
  return (await program.ended).code;
}

test.each([
  ['that has done its work', 'await leaveSoon(0);', 0],
  ['whose condition is fulfilled', 'await leaveSoon(3);', 3],
  ['whose output was lost before', 'process.exitCode = 1; await leaveSoon(0);', 1],
  ['whose output is lost while it leaves', 'await leaveSoon(0); process.exitCode = 1;', 1],
])('a program %s, and is kept by something, ends with its code', async (_what, script, code) => {
  expect(await exitCode(script)).toBe(code);
});
