/** The search for the number of streams takes nothing from the time that figures are of, and ends. */
import { describe, expect, test } from 'vitest';
import type { LoadResult } from '../../../src/result/load/load-result.ts';
import { eventsOf, loading, resultOf } from './loading.ts';
import { type FlowScript, granting } from './scripted-flows.ts';

const S = 1_000_000_000;
const MBIT = 1_000_000;
/** Three streams fill the path. */
const carries = (streams: number): number => Math.min(streams, 3) * 30 * MBIT;

async function searched(
  script: FlowScript,
  options: Parameters<typeof loading>[1] = {},
): Promise<LoadResult> {
  return await resultOf(loading({ carries, ...script }, { streams: 'auto', ...options }));
}

function secondsOf({ phases }: LoadResult): (readonly [string, number, number | null])[] {
  const rounded = (ns: number): number => Math.round((10 * ns) / S) / 10;
  return phases.map(({ name, fromAtNs, toAtNs, streamsFoundAtNs }) => [
    name,
    rounded(toAtNs - fromAtNs),
    streamsFoundAtNs === null ? null : rounded(streamsFoundAtNs - fromAtNs),
  ]);
}

describe('the time of a phase', () => {
  test('counts from when the number of streams was found', async () => {
    expect(secondsOf(await searched({}))).toEqual([
      ['idle', 3, null],
      ['down', 11, 4],
      ['up', 11, 4],
      ['recovery', 3, null],
    ]);
  });

  test('is asked of the server with as much as the longest search of each phase takes', async () => {
    const asked = loading({ carries }, { streams: 'auto' });
    await resultOf(asked);
    const { protocol } = asked.flows.opened[0]?.plan ?? {};
    expect(protocol).toMatchObject({
      question: { kind: 'turn', patienceMs: 0, durationMs: 20_000 + 2 * (16_000 + 5_000) + 2_000 },
    });
  });

  test('is what is left where the server grants less, and the first phase that searches has it', async () => {
    const { phases, ...result } = await searched({ answers: [granting({ durationMs: 28_000 })] });
    expect(secondsOf({ ...result, phases })).toEqual([
      ['idle', 3, null],
      ['down', 11, 4],
      ['up', 9, 4],
      ['recovery', 3, null],
    ]);
  });

  test('is as planned where all of it is granted and no more', async () => {
    const result = await searched({ answers: [granting({ durationMs: 22_000 })] });
    expect(secondsOf(result).map(([, seconds]) => seconds)).toEqual([3, 7, 7, 3]);
  });

  test('ends where goodput rises with every stream that there may be', async () => {
    const rising = (streams: number): number => streams * 30 * MBIT;
    const result = await searched({ carries: rising }, { phases: [{ name: 'up' }] });
    const [phase] = secondsOf(result);
    expect(result.streams).toHaveLength(16);
    expect(phase).toEqual(['up', 23, 16]);
  });

  test('is as planned where their number was given', async () => {
    const result = await searched({}, { streams: 3 });
    expect(secondsOf(result)[1]).toEqual(['down', 7, null]);
  });
});

test('what is told to be left never grows, so that whoever waits can trust it', async () => {
  const events = await eventsOf(loading({ carries }, { streams: 'auto', phases: [{ name: 'down' }] }));
  const left = events.flatMap((event) => (event.kind === 'progress' ? [event.leftNs] : []));
  expect(left.every((ns, i) => i === 0 || ns <= (left[i - 1] as number))).toBe(true);
  expect(left.at(-1)).toBe(0);
});
