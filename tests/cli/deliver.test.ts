/** A finished report on its way out: nothing that was measured is lost to a file that cannot be written. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deliver } from '../../src/cli/deliver.ts';
import type { Output } from '../../src/cli/output.ts';
import { EcholotError } from '../../src/core/errors.ts';

const FULL = new EcholotError('limit', 'cannot write to run.json: ENOSPC');

let printed: string;

beforeEach(() => {
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** A place that keeps what is written, or is full. */
function place({ named, full }: { named: boolean; full: boolean }): Output & { readonly content: string } {
  return {
    named,
    content: '',
    async write(text) {
      Object.assign(this, { content: this.content + [...text].join('') });
    },
    commit() {
      if (full) throw FULL;
    },
  };
}

describe('the tables of a finished run', () => {
  const file = { named: true, full: false };
  const full = { named: true, full: true };

  test('are printed beside a record that goes to a file', async () => {
    const output = place(file);
    await deliver(output, 'tables', ['{', '}']);
    expect({ printed, content: output.content }).toEqual({ printed: 'tables', content: '{}' });
  });

  test('are not printed twice: a file of them is enough', async () => {
    const output = place(file);
    await deliver(output, 'tables');
    expect({ printed, content: output.content }).toEqual({ printed: '', content: 'tables' });
  });

  test.each([
    ['json', '{}'],
    ['lines that were written before', ''],
    ['the tables themselves', undefined],
  ])(
    'are not lost to a full disk that was to take %s, and the error comes after them',
    async (_name, record) => {
      await expect(deliver(place(full), 'tables', record)).rejects.toBe(FULL);
      expect(printed).toBe('tables');
    },
  );

  test('are not mixed with a record on standard output', async () => {
    const output = place({ named: false, full: false });
    await deliver(output, 'tables', '{}');
    expect({ printed, content: output.content }).toEqual({ printed: '', content: '{}' });
  });

  test('may be none: a run that measured nothing still has a record', async () => {
    const output = place(file);
    await deliver(output, null, '{}');
    expect({ printed, content: output.content }).toEqual({ printed: '', content: '{}' });
  });
});
