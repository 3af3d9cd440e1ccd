/** Paced probes as rows for other programs: each probe that was kept, and the figures of the report. */
import { describe, expect, test } from 'vitest';
import { pacedCsvPieces, pacedFiguresCsv } from '../../../src/report/paced/paced-csv.ts';
import {
  closedResult,
  pacedResult,
  plan,
  refused,
  statistics,
  step,
  stepStatistics,
  sweepResult,
  times,
} from './paced-results.ts';

function rows(text: string): string[][] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
}

describe('a row for each probe', () => {
  test('has when it was due, when it left, and both of its times', () => {
    const result = pacedResult({
      steps: [
        {
          ...step({ askedPerSecond: 2_000 }),
          samples: {
            connection: [1, 2],
            dueAtNs: [500_000_000, 500_500_000],
            sentAtNs: [500_000_900, 500_501_000],
            rttNs: [104_000, null],
          },
        },
      ],
    });
    expect([...pacedCsvPieces(result)].join('')).toBe(
      [
        'step,asked_per_second,connection,due_at_ns,sent_at_ns,service_ns,response_ns',
        '1,2000,1,500000000,500000900,104000,104900',
        '1,2000,2,500500000,500501000,,',
        '',
      ].join('\n'),
    );
  });

  test('is of every step, and of none that kept no probe', () => {
    const sweep = sweepResult();
    const [first, second, ...rest] = sweep.steps;
    if (first === undefined || second === undefined) throw new Error('no steps');
    const steps = [first, { ...second, samples: null }, ...rest];
    const told = rows([...pacedCsvPieces({ steps })].join('')).slice(1);
    expect(new Set(told.map(([number]) => number))).toEqual(new Set(['1', '3', '4']));
    expect(told).toHaveLength(2 * 5_000 + 4_500);
  });

  test('of a closed loop has no rate', () => {
    const [, first] = rows([...pacedCsvPieces(closedResult())].join(''));
    expect(first?.[1]).toBe('');
  });
});

describe('the figures, one a row', () => {
  test('have their intervals, or why there is none', () => {
    const told = pacedFiguresCsv(pacedResult());
    expect(told).toContain(',1,2000,response_ns,p50,106000,103880,108120,block-t,\n');
    expect(told).toContain(',1,2000,response_ns,p99.9,848000,,,,too-few-samples\n');
    expect(told).toContain(',1,2000,late,share,0.0002,,,,\n');
    expect(told).toContain(',1,2000,saturated,is,false,,,,\n');
  });

  test('have an empty value for a percentile among the missing, and no row for what was not', () => {
    const response = times(1_000, { p99: refused(null) });
    const steps = [stepStatistics({ response, service: null })];
    const told = pacedFiguresCsv(pacedResult({ statistics: statistics({ steps }) }));
    expect(told).toContain('response_ns,p99,,,,,too-few-samples\n');
    expect(told).not.toContain('service_ns');
  });

  test('are as many cells in each row as the head has, whatever the host is called', () => {
    const host = '=cmd,"x"';
    const told = pacedFiguresCsv(pacedResult({ plan: plan({ host }) }));
    expect(told).toContain(`"'=cmd,""x"""`);
    const [head, ...others] = rows(pacedFiguresCsv(sweepResult()));
    for (const row of others) expect(row).toHaveLength(head?.length ?? 0);
  });
});
