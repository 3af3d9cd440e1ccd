/** Finding out what a server speaks: the right dialect, few connections, and as long as it takes. */
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/result/result.ts';
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
import { serve, serveLines, world } from './pretend-servers.ts';
import { collect, failureOf, ofKind } from './watching.ts';

function warningCodes({ warnings }: Result): string[] {
  return warnings.map(({ code }) => code);
}

describe('the dialect is found', () => {
  test.each(['auto', 'size-first'] as const)(
    'a server of the assignment (%s) is measured on the first connection, without a warning',
    async (dialect) => {
      const here = world();
      await serve(here, { dialect });
      const result = await complete(here);
      expectAllProbes(result);
      expect(result.dialect).toEqual({ requested: 'auto', spoken: 'size-first', attempts: [] });
      expect(warningCodes(result)).not.toContain('other-dialect');
      expect(here.network.dials).toBe(3);
    },
  );

  test('a probes-first server, the commonest, is found second and used directly from then on', async () => {
    const here = world();
    const events = await serve(here, { dialect: 'probes-first' });
    const result = await complete(here);
    expectAllProbes(result);
    expect(result.dialect.spoken).toBe('probes-first');
    expect(result.dialect.attempts.map(({ dialect }) => dialect)).toEqual(['size-first']);
    // One in vain, one to ask why, then one for each size.
    expect(events.filter(({ kind }) => kind === 'connected')).toHaveLength(5);
    expect(here.network.dials).toBe(5);
  });

  test('a hello server is found third and used directly from then on', async () => {
    const here = world();
    await serve(here, { dialect: 'hello' });
    const result = await complete(here);
    expectAllProbes(result);
    expect(result.dialect.spoken).toBe('hello');
    expect(result.dialect.attempts.map(({ dialect }) => dialect)).toEqual(['size-first', 'probes-first']);
    expect(here.network.dials).toBe(6);
  });

  test.each([
    ['tabs', ['size-first', 'probes-first']],
    ['literal-newline', ['size-first', 'probes-first', 'tabs']],
  ] as const)('a %s server, which refuses all others at once, is found', async (dialect, before) => {
    const here = world();
    await serve(here, { dialect });
    const result = await complete(here);
    expectAllProbes(result);
    expect(result.dialect.spoken).toBe(dialect);
    expect(result.dialect.attempts.map((attempt) => attempt.dialect)).toEqual(before);
  });

  test('a server that takes spaces and LF and objects to the probe is not asked in other ends of fields', async () => {
    const here = world();
    const heard: string[] = [];
    await serveLines(here, (line) => {
      heard.push(line);
      return /^s /.test(line) ? { say: READY } : { refuse: PROBE_ERROR };
    });
    const error = await failureOf(here.clock, start(here));
    expect(error.result.dialect.attempts.map(({ dialect }) => dialect)).toEqual([
      'size-first',
      'probes-first',
      'hello',
    ]);
    expect(heard.some((line) => line.includes('\t'))).toBe(false);
  });

  test('what was tried in vain is in the result with its reason', async () => {
    const here = world();
    await serve(here, { dialect: 'probes-first' });
    const result = await complete(here);
    expect(result.dialect.attempts[0]?.error).toMatchObject({
      code: 'peer',
      phase: 'setup',
      received: expect.stringContaining('404 ERROR'),
    });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test('the attempts are told as they happen, before the session that succeeds', async () => {
    const here = world();
    await serve(here, { dialect: 'hello' });
    const events = await here.clock.drive(collect(start(here)));
    expect(events.slice(0, 5).map(({ kind }) => kind)).toEqual([
      'plan',
      'attempt',
      'attempt',
      'block',
      'samples',
    ]);
    expect(ofKind(events, 'block').map(({ protocol }) => protocol)).toEqual(['hello', 'hello', 'hello']);
  });

  test('the probe that found the dialect is told in the events too, as the first of its session', async () => {
    const here = world();
    await serve(here, { dialect: 'hello' });
    const run = start(here);
    const events = await here.clock.drive(collect(run));
    for (const [index, block] of (await run.result).blocks.entries()) {
      const told = ofKind(events, 'samples').filter((event) => event.index === index);
      expect(told.flatMap((event) => event.rttNs)).toEqual(rawOf(block).rttNs);
      expect(told[0]?.first).toBe(0);
    }
  });

  test('a dialect that was named is used at once, and no other is tried', async () => {
    const here = world();
    await serve(here, { dialect: 'probes-first' });
    const found = await complete(here, { protocol: 'probes-first' });
    expect(found.dialect).toEqual({ requested: 'probes-first', spoken: 'probes-first', attempts: [] });
    expect(here.network.dials).toBe(3);
    const error = await failureOf(here.clock, start(here, { protocol: 'size-first' }));
    expect(error.code).toBe('peer');
    // Once more in the same dialect, to hear whether it is the connection that is refused.
    expect(here.network.dials).toBe(5);
    expect(error.result.dialect.attempts).toEqual([]);
  });

  test('the first probe, which found the dialect, is a sample like any other', async () => {
    const here = world({ latencyNs: 7_000 });
    await serve(here, { dialect: 'probes-first' });
    const result = await complete(here);
    expect(result.blocks.map((block) => rawOf(block).rttNs)).toEqual(
      new Array(3).fill(new Array(5).fill(14_000)),
    );
    const { sentAtNs } = rawOf(result.blocks[0]);
    expect(sentAtNs).toEqual([...sentAtNs].sort((a, b) => a - b));
  });
});

describe('the time-out that was asked for', () => {
  const slow = 5 * NS_PER_S;

  test('the last dialect is waited for in full: a hello server that thinks for 5 s is found', async () => {
    const here = world();
    await serveLines(here, (line, number) => {
      if (!line.startsWith('h ') && number === 0) return { refuse: SETUP_ERROR };
      if (line === 'b') return { refuse: '200 OK - Closing\n' };
      return number === 0 ? { say: '200 OK - Ready\n', afterNs: slow } : { say: `${line}\n` };
    });
    const result = await complete(here, { timeoutMs: 10_000 });
    expectAllProbes(result);
    expect(result.dialect.spoken).toBe('hello');
  });

  test('holds for every session alike: a stall of 5 s does not end the first one of a run', async () => {
    for (const stalled of [1, 0]) {
      const here = world();
      await serveLines(here, (line, number, connection) => {
        if (number === 0) return { say: READY };
        if (line === 't') return { refuse: CLOSING };
        const stalls = number === 3 && connection === stalled;
        return { say: `${line}\n`, ...(stalls ? { afterNs: slow } : {}) };
      });
      const result = await complete(here, { timeoutMs: 10_000 });
      expectAllProbes(result);
      expect(Math.max(...rawOf(result.blocks[stalled]).rttNs)).toBeGreaterThan(slow);
    }
  });

  test('a server delay comes on top of it, in the first session as in the others', async () => {
    const here = world();
    await serve(here);
    const result = await complete(here, { serverDelayMs: 4_000, timeoutMs: 1_000, probes: 5 });
    expectAllProbes(result);
    for (const block of result.blocks)
      expect(Math.min(...rawOf(block).rttNs)).toBeGreaterThanOrEqual(4 * NS_PER_S);
  });
});
