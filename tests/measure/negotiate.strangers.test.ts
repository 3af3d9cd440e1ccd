/** Finding out what a server speaks that is not what it seems: a plain word where there is no dialect. */

import { describe, expect, test } from 'vitest';
import { CLIENT_DIALECT_ORDER } from '../../src/core/wire/dialects.ts';
import { rawOf } from '../analysis/recordings.ts';
import {
  CLOSING,
  complete,
  expectAllProbes,
  NS_PER_S,
  PROBE_ERROR,
  READY,
  SETUP_ERROR,
  start,
} from './negotiating.ts';
import { type Answer, serveLines, servePlainEcho, world } from './pretend-servers.ts';
import { advance, failureOf } from './watching.ts';

describe('servers that are not what they seem', () => {
  /** Takes any setup in `s`, and only at the first probe sees that it is not in its own order. */
  function refusesFirstProbe(line: string): { say: string } | { refuse: string } {
    if (line.startsWith('s ')) return { say: READY };
    if (line === 't') return { refuse: CLOSING };
    return /^m \d+ /.test(line) ? { say: `${line}\n` } : { refuse: PROBE_ERROR };
  }

  test('one that refuses only the first probe is passed over, and its refusal is no sample', async () => {
    const here = world();
    await serveLines(here, refusesFirstProbe);
    const result = await complete(here);
    expectAllProbes(result);
    expect(result.dialect.spoken).toBe('probes-first');
    expect(result.dialect.attempts[0]).toMatchObject({
      dialect: 'size-first',
      error: { code: 'peer', phase: 'measurement' },
    });
    expect(here.network.dials).toBe(4);
  });

  test('one that resets the connection on a setup it does not know is tried in the next dialect', async () => {
    const here = world();
    await serveLines(here, (line) => (line.startsWith('s RTT') ? 'reset' : refusesFirstProbe(line)));
    const result = await complete(here);
    expectAllProbes(result);
    expect(result.dialect.attempts[0]?.error).toMatchObject({ code: 'network', phase: 'setup' });
  });

  test('one that is silent on a setup it does not know is tried in the next dialect', async () => {
    const here = world();
    await serveLines(here, (line) => (line.startsWith('s RTT') ? 'silence' : refusesFirstProbe(line)));
    const result = await complete(here);
    expectAllProbes(result);
    expect(result.dialect.attempts[0]?.error.code).toBe('timeout');
    expect(result.runs[0]?.durationNs).toBeLessThan(5 * NS_PER_S);
  });

  // A server for one client at a time would never get to the next attempt.
  test.each([
    ['says nothing to a setup', [0, 1, 2], (): Answer => 'silence'],
    // It is asked why on the second. Without an LF no line comes on the fifth.
    ['refuses a setup', [0, 1, 2, 3, undefined, 5], (): Answer => ({ say: SETUP_ERROR })],
    [
      'refuses a probe',
      [0, 1, 2],
      (line: string): Answer => ({ say: /^[sh] /.test(line) ? READY : PROBE_ERROR }),
    ],
  ])(
    'one that %s, and stays on the line, is left before the next attempt',
    async (_what, expected, script) => {
      const here = world();
      const leftBefore: number[] = [];
      const left = await serveLines(here, (line, number, connection) => {
        if (number === 0) leftBefore[connection] = left();
        return script(line);
      });
      await failureOf(here.clock, start(here));
      // The news of the last one is still under way.
      advance(here.clock, BigInt(NS_PER_S));
      expect(leftBefore).toEqual(expected);
      expect(left()).toBe(expected.length);
    },
  );

  test('one that takes the setup and is silent to a probe has spoken: no other dialect is tried', async () => {
    const here = world();
    await serveLines(here, (line) => (line.startsWith('s ') ? { say: READY } : 'silence'));
    const error = await failureOf(here.clock, start(here));
    expect(error).toMatchObject({ code: 'timeout', phase: 'measurement' });
    expect(error.message).toContain('no answer within 10000 ms to probe 1');
    expect(error.result.dialect).toEqual({ requested: 'auto', spoken: 'size-first', attempts: [] });
    expect(error.result.blocks).toHaveLength(1);
    expect(here.network.dials).toBe(1);
  });

  test('one that fails at the second probe has spoken the dialect: that is a failure, not an attempt', async () => {
    const here = world();
    await serveLines(here, (line, number) => {
      if (number === 0) return { say: READY };
      return number === 1 ? { say: `${line}\n` } : { refuse: PROBE_ERROR };
    });
    const error = await failureOf(here.clock, start(here));
    expect(error).toMatchObject({ code: 'peer', phase: 'measurement' });
    expect(error.result.dialect).toMatchObject({ spoken: 'size-first', attempts: [] });
    expect(error.result.blocks.map((block) => rawOf(block).rttNs.length)).toEqual([1]);
    expect(here.network.dials).toBe(1);
  });

  test('a plain echo server is known at once, and the advice names --plain', async () => {
    const here = world();
    await servePlainEcho(here);
    const error = await failureOf(here.clock, start(here));
    expect(error.code).toBe('peer');
    expect(error.advice).toContain('--plain');
    expect(here.network.dials).toBe(1);
    expect(error.result.runs[0]?.durationNs).toBeLessThan(NS_PER_S);
    expect(error.result.dialect.spoken).toBeNull();
  });

  test('a plain echo server is known although its echo comes in pieces', async () => {
    const here = world({ latencyNs: 1_000_000, chunkBytes: 1, bytesPerSecond: 10_000 });
    await servePlainEcho(here);
    const error = await failureOf(here.clock, start(here));
    expect(error.advice).toContain('--plain');
    expect(here.network.dials).toBe(1);
  });

  test('the same server is measured with --plain', async () => {
    const here = world();
    await servePlainEcho(here);
    const result = await complete(here, { protocol: 'plain' });
    expectAllProbes(result);
    expect(result.dialect).toEqual({ requested: 'plain', spoken: 'plain', attempts: [] });
  });
});

describe('where there is no dialect to be found', () => {
  test('a silent server ends the run within the time of its attempts, each of them named', async () => {
    const here = world();
    await serveLines(here, () => 'silence');
    const error = await failureOf(here.clock, start(here));
    expect(error.code).toBe('timeout');
    // Other ends of lines and fields would cost as much again, and what is silent seldom minds them.
    const tried = ['size-first', 'probes-first', 'hello'];
    expect(error.details).toHaveLength(tried.length);
    for (const [i, dialect] of tried.entries()) expect(error.details[i]).toContain(`${dialect}: no answer`);
    expect(error.result.dialect.attempts.map(({ dialect }) => dialect)).toEqual(tried);
    expect(error.result.blocks).toEqual([]);
    // Three seconds each, and at most the whole time-out of ten for the last.
    expect(error.result.runs[0]?.durationNs).toBeLessThan(17 * NS_PER_S);
  });

  test('a time-out shorter than that of an attempt holds for the attempts too', async () => {
    const here = world();
    await serveLines(here, () => 'silence');
    const error = await failureOf(here.clock, start(here, { timeoutMs: 100 }));
    expect(error.result.runs[0]?.durationNs).toBeLessThan(0.5 * NS_PER_S);
  });

  test('a server that speaks something else is answered with what it said to each attempt', async () => {
    const here = world();
    await serveLines(here, () => ({ refuse: SETUP_ERROR }));
    const error = await failureOf(here.clock, start(here));
    expect(error.code).toBe('peer');
    expect(error.message).toBe('the server speaks no dialect that was tried');
    for (const [i, dialect] of CLIENT_DIALECT_ORDER.entries()) {
      expect(error.details[i]).toContain(
        dialect === 'literal-newline' ? `${dialect}: no answer` : `${dialect}: refused`,
      );
    }
    expect(error.details[0]).toContain('("404 ERROR: Invalid Connection Setup Message")');
    expect(error.result.runs[0]?.durationNs).toBeLessThan(2 * NS_PER_S);
    expect(error.advice).toContain('--dialect');
    expect(error.advice).toContain('--plain');
  });

  test.each([
    ['echoes no number', (line: string) => line.replace(/ \d+$/, ''), 'lacks its number'],
    ['echoes no letter', (line: string) => line.slice(2), 'lacks the "m"'],
    ['echoes as much as the size in the setup', (line: string) => line.slice(0, 10), '--dialect sample'],
  ])(
    'a server that takes a setup and %s is told that, and not to lower its sizes',
    async (_what, echo, advice) => {
      const here = world();
      await serveLines(here, (line) => {
        if (line.startsWith('m ')) return { say: `${echo(line)}\n` };
        return line.startsWith('s RTT') ? { say: READY } : { refuse: SETUP_ERROR };
      });
      const error = await failureOf(here.clock, start(here));
      expect(error.message).toBe(
        'the server took the setup of size-first, but sent something else than the echo of probe 1 at 10 B',
      );
      expect(error).toMatchObject({ phase: 'measurement', expected: 'm abcdefghij 1\\n' });
      expect(error.advice).toContain(advice);
      expect(error.advice).not.toContain('ask for less');
      expect(error.details[1]).toContain('probes-first: refused the setup');
    },
  );

  test('a server that counts from 0 is told with the dialect that does', async () => {
    const here = world();
    await serveLines(here, (line) => {
      if (line.startsWith('m ')) return { refuse: PROBE_ERROR };
      return line.startsWith('s RTT') ? { say: READY } : { refuse: SETUP_ERROR };
    });
    const error = await failureOf(here.clock, start(here));
    expect(error.message).toContain('took the setup of size-first, but refused probe 1');
    expect(error.advice).toContain('does the server count from 0? Try --dialect sample');
    expect(error.details).toHaveLength(3);
  });

  test('a server that refuses every setup may have limits', async () => {
    const here = world();
    await serveLines(here, () => ({ refuse: SETUP_ERROR }));
    expect((await failureOf(here.clock, start(here))).advice).toContain('ask for less');
  });

  test('an echo without its newline is told as that, and not as silence', async () => {
    const here = world();
    await serveLines(here, (line) => ({ say: line.startsWith('s ') ? READY : line }));
    const error = await failureOf(here.clock, start(here));
    expect(error.message).toBe('no whole answer within 10000 ms to probe 1 of 10 B');
    expect(error.advice).toContain('all of the echo came but its newline');
  });

  test('one silence among refusals is not called a time-out: the server did answer', async () => {
    const here = world();
    await serveLines(here, (line) => (line.startsWith('h ') ? 'silence' : { refuse: SETUP_ERROR }));
    const error = await failureOf(here.clock, start(here));
    expect(error.code).toBe('peer');
  });

  test('a refused port is one error, and nothing more is tried on it', async () => {
    const here = world();
    const error = await failureOf(here.clock, start(here));
    expect(error).toMatchObject({ code: 'network', phase: 'connect' });
    expect(error.message).toContain('refused');
    expect(error.result.dialect).toEqual({ requested: 'auto', spoken: null, attempts: [] });
    expect(here.network.dials).toBe(1);
  });

  test('a bug in the engine is not mistaken for a dialect', async () => {
    const here = world();
    const engine = { ...here.engine, open: () => Promise.reject(new TypeError('x is undefined')) };
    const error = await failureOf(here.clock, start({ ...here, engine }));
    expect(error.code).toBe('internal');
    expect(error.result.dialect.attempts).toEqual([]);
  });
});
