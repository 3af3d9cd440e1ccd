/** A program that is out of descriptors is told so, whatever the native engine needed the next one for. */
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadLibc } from '../../src/net/native/kernel/libc.ts';
import { Program } from '../e2e/program.ts';

const { libc, reason } = loadLibc();
const CHILD = fileURLToPath(new URL('./exhausted-child.ts', import.meta.url));
const DESCRIPTORS = 150;

describe.skipIf(libc === undefined)(`out of descriptors ${reason ?? ''}`, () => {
  test.each([
    // The server is of the same process: with none left to accept with, it closes the connection.
    ['measure', ['limit', 'peer']],
    ['serve', ['limit']],
  ])(
    'a program that wants to %s natively hears of the limit, and leaves nothing open',
    async (what, codes) => {
      const line = `ulimit -n ${DESCRIPTORS}; exec "$@"`;
      await using child = new Program('bash', ['-c', line, 'bash', process.execPath, CHILD, what]);
      const { code, stdout, stderr } = await child.ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const { outcomes, leftBehind } = JSON.parse(stdout) as { outcomes: string[]; leftBehind: number };
      expect(outcomes.at(-1)).toBe('done');
      expect(outcomes[0]).toBe('limit');
      expect(codes).toEqual(expect.arrayContaining(outcomes.slice(0, -1)));
      expect(leftBehind).toBe(0);
    },
  );
});
