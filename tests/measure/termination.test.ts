/** The end of each session: a server may answer it, refuse it, ignore it or just go; the samples stay. */

import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { startRun } from '../../src/measure/exchange/run.ts';
import type { Result } from '../../src/result/result.ts';
import { rawOf } from '../analysis/recordings.ts';
import { type Answer, PORT, serve, serveLines, world } from './pretend-servers.ts';

const NS_PER_S = 1_000_000_000;
const OPTIONS = {
  host: 'echo.example',
  port: PORT,
  protocol: 'size-first',
  type: 'rtt',
  sizes: [10, 20, 30],
  probes: 5,
} as const;

/** A run against a server that does all as it should, and answers the termination as told. */
async function runWithBye(bye: Answer): Promise<Result> {
  const here = world();
  await serveLines(here, (line, number) => {
    if (number === 0) return { say: '200 OK: Ready\n' };
    return line === 't' ? bye : { say: `${line}\n` };
  });
  return here.clock.drive(startRun({ engine: here.engine, clock: here.clock, analyse }, OPTIONS).result);
}

describe('however a session ends, its samples count and the end is told as it was', () => {
  // [the server's answer, what the result says]
  test.each([
    ['an answer and a close', { refuse: '200 OK: Closing Connection\n' }, 'answered'],
    ['an answer without a close', { say: '200 OK: Closing Connection\n' }, 'answered'],
    ['an answer without LF', { say: '200 OK: Closing Connection' }, 'answered'],
    ['a refusal', { refuse: '404 ERROR: Invalid Connection Termination Message\n' }, 'refused'],
    ['silence', 'silence', 'unanswered'],
    ['a close without a word', { refuse: '' }, 'unanswered'],
    ['a reset', 'reset', 'unanswered'],
  ] as const)('%s', async (_name, bye, termination) => {
    const result = await runWithBye(bye);
    expect(result.outcome.status).toBe('complete');
    expect(result.blocks.map((block) => rawOf(block).rttNs.length)).toEqual([5, 5, 5]);
    expect(result.blocks.map((block) => block.termination)).toEqual(new Array(3).fill(termination));
  });

  test('plain echo has no termination, so none is missed', async () => {
    const here = world();
    await serve(here, { mode: 'echo' });
    const options = { ...OPTIONS, protocol: 'plain' } as const;
    const result = await here.clock.drive(
      startRun({ engine: here.engine, clock: here.clock, analyse }, options).result,
    );
    expect(result.blocks.map(({ termination }) => termination)).toEqual(['none', 'none', 'none']);
  });
});

test('a server that never answers a termination costs a second for each size, not the time-out of ten', async () => {
  const result = await runWithBye('silence');
  expect(result.runs[0]?.durationNs).toBeLessThan(3.5 * NS_PER_S);
});
