/** A report says which address of a name was measured, and what kept the others from it. */
import { describe, expect, test } from 'vitest';
import { addressLines } from '../../src/report/document/addresses.ts';
import type { AddressesRecord } from '../../src/result/result.ts';

const TARGET = { host: 'mix', port: 9_900 } as const;
const RECORD: AddressesRecord = {
  lookedUp: ['10.9.0.2', '10.9.0.3'],
  chosen: '10.9.0.3',
  failed: [
    {
      address: '10.9.0.2',
      error: {
        code: 'timeout',
        message: 'mix:9900 (10.9.0.2): no connection within 261 ms',
        advice: 'check the address and firewalls',
        expected: null,
        received: null,
        phase: 'connect',
      },
    },
  ],
};

describe('the addresses of a name', () => {
  test('a dead one is named with its own reason and advice', () => {
    expect(addressLines(TARGET, RECORD)).toEqual([
      'mix stands for 10.9.0.2, 10.9.0.3: 10.9.0.3 answered first and was measured',
      '10.9.0.2: no connection within 261 ms; check the address and firewalls',
    ]);
  });

  test('are told when none answered', () => {
    expect(addressLines(TARGET, { ...RECORD, chosen: null })[0]).toContain('none of them answered');
  });

  test.each([
    ['an address was given', null],
    ['the record is an old one', undefined],
    ['the name has one', { lookedUp: ['10.9.0.3'], chosen: '10.9.0.3', failed: [] }],
  ])('need no word where %s', (_, record) => {
    expect(addressLines(TARGET, record)).toEqual([]);
  });
});
