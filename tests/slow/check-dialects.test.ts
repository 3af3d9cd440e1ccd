/** `echolot check` against the own server in every dialect: whoever speaks another one than the default is not blamed. */
import { expect, test } from 'vitest';
import { DIALECT_NAMES } from '../../src/core/wire/dialects.ts';
import { HOST, lines } from '../e2e/check/programs.ts';
import { start } from '../e2e/program.ts';

/** What a whole check of a good server may take on a machine that does other things as well, ms. */
const WHOLE_MS = 10_000;

// Some dialects are not known by their setup alone: such a server is told.
test.each(['auto', ...DIALECT_NAMES])('keeps every rule in dialect %s, and soon', async (dialect) => {
  await using server = start('serve', '--host', HOST, '--port', 0, '--quiet', '--dialect', dialect);
  await using run = start('check', HOST, await server.port(), '--dialect', dialect);
  const { code, stdout, stderr } = await run.endsWithin(WHOLE_MS);
  expect(lines('fail', stdout)).toEqual([]);
  expect(lines('not run', stdout)).toEqual([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^the server keeps \d\d of 54 rules/);
});
