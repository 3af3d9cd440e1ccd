/** What a file is called: its form, where no option says another. */
import { expect, test } from 'vitest';
import { inNamedForm } from '../../src/cli/options/words/named-form.ts';

type Form = 'human' | 'json' | 'csv' | 'ndjson';
const FORMS: readonly Form[] = ['json', 'csv', 'ndjson'];

function formOf(output: string | undefined, form: Form = 'human'): Form {
  return inNamedForm({ form, output }, FORMS).form;
}

test('a file that is called run.json has the samples, not a report that has lost them', () => {
  expect(formOf('run.json')).toBe('json');
  expect(formOf('/var/tmp/RUN.JSON')).toBe('json');
  expect(formOf('run.ndjson')).toBe('ndjson');
  expect(formOf('a.json.csv')).toBe('csv');
});

test('an option decides over the name, and other names over nothing', () => {
  expect(formOf('run.json', 'csv')).toBe('csv');
  for (const name of ['run.txt', 'json', 'run.json.gz', '-', undefined]) expect(formOf(name)).toBe('human');
});
