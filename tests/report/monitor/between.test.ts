/** Two times of a path in words: what differs by how much, how sure that is, and what it stands on. */
import { describe, expect, test } from 'vitest';
import type { BetweenRecord, SpanRatioRecord } from '../../../src/monitor/records/between.ts';
import { betweenAnswer, betweenDocument } from '../../../src/report/document/monitor/between.ts';
import { documentText } from '../../../src/report/human.ts';
import { zones } from '../../text/zones.ts';
import { betweenOf } from './records.ts';

const setZone = zones();

test('the answer, a row for each layer, and the pairs of the history', async () => {
  setZone('Europe/Berlin');
  const text = documentText(betweenDocument(await betweenOf('near'), 'usual'));
  await expect(text).toMatchFileSnapshot('../golden/between.txt');
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
});

async function told(more: Partial<SpanRatioRecord>, record?: Partial<BetweenRecord>): Promise<string> {
  const known = await betweenOf('near');
  return betweenAnswer({ ...known, ratios: known.ratios.map((one) => ({ ...one, ...more })), ...record });
}

describe('the answer', () => {
  const interval = { level: 0.95, low: 0.912, high: 1.214 };
  test.each([
    [{ verdict: 'too-noisy', ratio: 1.052, interval }, 'is 1.052 times', '0.912 to 1.214; too noisy to tell'],
    [{ verdict: 'no-difference-shown', ratio: 1, interval }, 'is 1.000 times', 'no difference shown'],
    [
      { verdict: 'slower', ratio: 42.123, interval: { ...interval, high: 50 } },
      'is 42.1 times',
      'it differs',
    ],
    [{ interval: null }, 'times that of yesterday', 'so few intervals cannot tell whether it differs'],
  ] as const)('%j', async (more, ratio, sureness) => {
    const text = await told(more);
    expect(text).toContain(ratio);
    expect(text.endsWith(sureness)).toBe(true);
  });

  test('is that there is nothing to compare, where a span has no answer', async () => {
    const b = { ...(await betweenOf('near')).b, intervals: 0 };
    expect(await told({}, { b })).toBe(
      'near: today 23:00 to 24:00 has no answer, so there is nothing to compare',
    );
    expect(await told({}, { b: { ...b, others: ['9 B'] } })).toContain('was measured otherwise (9 B)');
  });

  test('obeys no label and no name', async () => {
    const a = { ...(await betweenOf('near')).a, label: '\u001b[2J' };
    const text = await told({}, { a, target: '\u202enear' });
    for (const obeyed of ['\u001b', '\u202e']) expect(text).not.toContain(obeyed);
  });
});
