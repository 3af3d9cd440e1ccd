/** A server that sends back something else than it got is told of, with what it does; others are not. */
import { describe, expect, test } from 'vitest';
import type { BlockRecord } from '../../src/result/block-record.ts';
import type { Recording } from '../../src/result/result.ts';
import { findingOf, one } from './looking.ts';
import { block, recording } from './recordings.ts';

function met(over: Partial<BlockRecord>, spoken = 'size-first'): Recording {
  return recording([block(new Array<number>(100).fill(100_000), over)], {
    dialect: { requested: 'auto', spoken, attempts: [] },
  });
}

describe('echo-form', () => {
  test.each([
    ['payload-line', 'the payload comes alone, without `m` and its number'],
    ['payload', 'the payload comes alone, without `m`, its number and the newline'],
    ['message-suffixed', '(200 OK)'],
    ['message-crlf', 'the end of the line comes as CR LF'],
    ['renumbered', 'a number of its own'],
  ])('an echo of the form %s in a dialect of whole messages is told', (form, words) => {
    for (const spoken of ['size-first', 'probes-first', 'zero-based', 'hello']) {
      expect(one('echo-form', met({ echoForm: form }, spoken)).message).toContain(words);
    }
  });

  test('the count of a server that counts for itself is told', () => {
    const warning = one('echo-form', met({ echoForm: 'renumbered', firstEchoNumber: 0 }));
    expect(warning.firstEchoNumber).toBe(0);
    expect(warning.message).toContain('another number, 0 in the first echo');
  });

  test.each([
    ['the whole message', 'message', 'size-first'],
    ['a suffix in its dialect', 'message-suffixed', 'echo-suffix'],
    ['a payload with LF in its dialect', 'payload-line', 'payload-echo'],
    ['a bare payload in its dialect', 'payload', 'payload-echo-bare'],
    ['plain echo', 'message', 'plain'],
  ])('not raised: %s', (_what, form, spoken) => {
    expect(findingOf('echo-form', met({ echoForm: form }, spoken))).toBe('clear');
  });
});
