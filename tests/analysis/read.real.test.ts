/** Whatever echolot writes it can read again, also of runs that failed or were cancelled. */
import { expect, test } from 'vitest';
import { jsonReport } from '../../src/report/json.ts';
import { resultIn, SETTINGS } from '../docs/real-results.ts';
import { readResult } from './reading.ts';

test.each(SETTINGS)('%s is read as it was written', async (_name, _status, setting) => {
  const written = jsonReport(await resultIn(setting));
  expect(readResult(written, 'run.json')).toEqual(JSON.parse(written));
});
