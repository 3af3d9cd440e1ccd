/** Figures of several servers are not summed up in silence. */
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { compareResults } from '../../src/analysis/compare.ts';
import { mergeResults } from '../../src/analysis/merge.ts';
import type { Endpoint } from '../../src/facts/connection.ts';
import { humanReport } from '../../src/report/human.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { comparisonReport } from '../report/rendered.ts';
import { findingOf, one } from './looking.ts';
import { block, MS, recording } from './recordings.ts';

const NEAR: Endpoint = { address: '10.9.0.2', port: 9_900, family: 4 };
const FAR: Endpoint = { address: '10.9.0.3', port: 9_900, family: 4 };

function rtts(ms: number): number[] {
  return Array.from({ length: 60 }, (_, i) => ms * MS + i * 1_000);
}

/** A round of a block for each of these remotes. */
function went(remotes: readonly Endpoint[], payloadBytes: readonly number[] = [100]): Recording {
  return recording(
    remotes.map((remote, i) =>
      block(rtts(remote === NEAR ? 10 : 30), {
        remote,
        round: i + 1,
        payloadBytes: payloadBytes[i % payloadBytes.length] ?? 100,
      }),
    ),
  );
}

function result(given: Recording): Result {
  return { ...given, ...analyse(given) };
}

describe('several-addresses', () => {
  test('a median that no address has is told, with those that they have', () => {
    const warning = one('several-addresses', went([NEAR, FAR, FAR, NEAR, FAR]));
    expect(warning.workload).toEqual(closedLoop('rtt', 100));
    expect(warning.remotes.map(({ address, blocks }) => [address, blocks])).toEqual([
      ['10.9.0.2', 2],
      ['10.9.0.3', 3],
    ]);
    expect(warning.message).toContain('10.9.0.2 10 ms in 2 blocks, 10.9.0.3 30 ms in 3 blocks');
  });

  test('sizes that went to an address each are told, too', () => {
    const warning = one('several-addresses', went([NEAR, FAR, NEAR, FAR], [100, 1_000]));
    expect(warning.workload).toBeNull();
    expect(warning.remotes).toHaveLength(2);
  });

  test('one address is no doubt', () => {
    expect(findingOf('address', went([NEAR, NEAR, NEAR]))).toBe('clear');
  });

  test('is in the report for people, which names both', () => {
    const report = humanReport(result(went([NEAR, FAR, NEAR, FAR, NEAR])));
    expect(report).toContain('\n10.9.0.2, 10.9.0.3, dialect');
    expect(report.replace(/\s+/g, ' ')).toContain('doubt: the figures mix 2 addresses');
  });

  test('merged runs that went to different addresses are told as such', () => {
    const run = (remote: Endpoint, startedAt: string): Result => {
      const given = went([remote, remote]);
      return result({ ...given, runs: given.runs.map((each) => ({ ...each, startedAt })) });
    };
    const merged = mergeResults([
      run(NEAR, '2026-01-01T00:00:00.000Z'),
      run(FAR, '2026-01-01T00:01:00.000Z'),
    ]);
    expect(merged.warnings.map(({ code }) => code)).toContain('several-addresses');
  });

  test('files of one name that led to different addresses are compared with a word about it', () => {
    const side = (label: string, remote: Endpoint) => ({ label, result: result(went([remote, remote])) });
    const comparison = compareResults(side('before', NEAR), side('after', FAR), {
      tool: { name: 'echolot', version: '0', node: '0' },
      stop: null,
      outcome: { status: 'complete', error: null },
    });
    expect([comparison.a.remotes, comparison.b.remotes]).toEqual([['10.9.0.2'], ['10.9.0.3']]);
    expect(comparisonReport(comparison)).toContain('differ in address: 10.9.0.2; 10.9.0.3');
  });
});
