/** What reaches the terminal: text of the network made harmless, the assignment's transcript, exit codes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EXIT, exitCodeOf } from '../../src/cli/exit-codes.ts';
import { echoTranscript } from '../../src/cli/log/transcript.ts';
import { visible } from '../../src/cli/visible.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { ErrorCode, ServerEvent } from '../../src/index.ts';

/** C0, DEL and C1: what makes a terminal do something instead of showing something. */
const CONTROL = /\p{Cc}/u;

describe('text of the network', () => {
  test('ordinary text of any language is shown as it is', () => {
    for (const text of ['Hello world!', 'Grüße', '日本語', '🙂', '']) expect(visible(text)).toBe(text);
  });

  test.each([
    ['a\nb', 'a\\u000ab'],
    ['\u001b[2J', '\\u001b[2J'],
    ['\u0000', '\\u0000'],
    ['\u007f', '\\u007f'],
    ['\u009b31m', '\\u009b31m'],
    ['\u202ecba', '\\u202ecba'],
    ['a\u200bb', 'a\\u200bb'],
    ['a\u{e0041}', 'a\\udb40\\udc41'],
  ])('%j is shown as %s', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test('no control character passes, wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(visible(text)).not.toMatch(CONTROL);
      }),
    );
  });

  test('a long text is cut, and one sees that it is', () => {
    expect(visible('x'.repeat(200))).toBe('x'.repeat(200));
    expect(visible('x'.repeat(1_000_000))).toBe(`${'x'.repeat(200)}...`);
  });

  test('a character is not cut in two', () => {
    expect(visible(`${'x'.repeat(199)}🙂🙂`).isWellFormed()).toBe(true);
  });
});

const REMOTE = { address: '192.0.2.9', port: 50_568, family: 4 } as const;

function echo(session: number, text: string): ServerEvent {
  return { kind: 'echo', session, remote: REMOTE, bytes: Buffer.from(text) };
}

function transcriptOf(events: readonly ServerEvent[]): string {
  let text = '';
  const output = { hasRoom: true, write: (more: string) => (text += more), drop: () => {} };
  const transcript = echoTranscript(output, new VirtualClock());
  for (const event of events) transcript.tell(event);
  return text;
}

describe("the plain echo server's transcript", () => {
  test("a message is told in the assignment's lines", () => {
    expect(transcriptOf([echo(1, 'Hello world!')])).toBe(
      "Data: Hello world!\nsend 12 bytes back to ('192.0.2.9', 50568)\nWaiting to receive message from client\n",
    );
  });

  test('bytes are counted as bytes, not as characters', () => {
    expect(transcriptOf([echo(1, 'ü')])).toContain('send 2 bytes back');
  });

  test('a client cannot write to the terminal, nor forge lines of the transcript', () => {
    const text = transcriptOf([echo(1, "x\nsend 1 bytes back to ('198.51.100.1', 1)\u001b[2J")]);
    expect(text.split('\n')).toHaveLength(4);
    expect(text).not.toContain('\u001b');
  });

  test('a client that floods the server does not flood its terminal', () => {
    const text = transcriptOf(Array.from({ length: 5_000 }, () => echo(1, 'x')));
    expect(text.match(/^Data: /gm)).toHaveLength(10);
    expect(text).toContain('not shown');
    expect(text.trimEnd().endsWith('Waiting to receive message from client')).toBe(true);
  });

  test('another client, or the same one come again, is shown again', () => {
    const flood = Array.from({ length: 20 }, () => echo(1, 'x'));
    const end: ServerEvent = {
      kind: 'end',
      session: 1,
      remote: REMOTE,
      reason: 'closed-by-peer',
      detail: undefined,
      echoed: 20,
      durationNs: 1,
    };
    expect(transcriptOf([...flood, echo(2, 'second')])).toContain('Data: second');
    expect(transcriptOf([...flood, end, echo(1, 'again')])).toContain('Data: again');
  });

  test('connections that say nothing are not in it', () => {
    expect(transcriptOf([{ kind: 'connected', session: 1, remote: REMOTE }])).toBe('');
  });
});

test('scripts can tell a failure from a slip and from Ctrl-C by the exit code', () => {
  const codes: Record<ErrorCode, number> = {
    usage: 2,
    peer: 1,
    network: 1,
    timeout: 1,
    limit: 1,
    internal: 1,
    cancelled: 130,
  };
  for (const [code, exit] of Object.entries(codes)) expect(exitCodeOf(code as ErrorCode)).toBe(exit);
  expect(EXIT).toEqual({ done: 0, failed: 1, usage: 2, threshold: 3, interrupted: 130 });
});
