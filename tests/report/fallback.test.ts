/** Whoever reads figures of the portable engine for those of the native one is told why it is not, in the first lines. */
import { expect, test } from 'vitest';
import { humanReport } from '../../src/report/human.ts';
import type { Result } from '../../src/result/result.ts';
import { completeResult } from '../docs/real-results.ts';
import { assignmentReport } from './rendered.ts';

const REASON = 'the package koffi does not load';

test('a report says in its first lines why the engine is not the native one', async () => {
  const result = await completeResult();
  const fallen: Result = { ...result, engine: { ...result.engine, name: 'node', fallback: REASON } };
  for (const report of [humanReport, (one: Result) => assignmentReport([one])]) {
    const head = (text: string): string => text.split('\n\n', 1)[0] ?? '';
    expect(head(report(fallen)).replace(/\s+/g, ' ')).toMatch(
      new RegExp(`not (the )?native( engine)?: ${REASON}`),
    );
    expect(head(report(result))).not.toContain('native');
  }
});
