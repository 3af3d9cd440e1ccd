/** A client's budget is what it was promised: no less, no more, on whichever thread, and whoever else comes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClientBudgets, MAX_REMEMBERED_CLIENTS } from '../../../src/server/access/client-budgets.ts';

const SECOND = 1_000_000_000n;
const TEN_A_SECOND = { size: 10, fillNs: Number(SECOND) };

describe('a budget', () => {
  test('gives what it holds at once, and then as fast as it fills', () => {
    const account = new ClientBudgets().accountOf('192.0.2.1');
    const taken = Array.from({ length: 12 }, () => account.tryTake('loads', 1, TEN_A_SECOND, SECOND));
    expect(taken.map((wait) => wait === undefined)).toEqual([...Array(10).fill(true), false, false]);
    expect(taken.at(-1)).toBe(SECOND / 10n);
    expect(account.tryTake('loads', 1, TEN_A_SECOND, SECOND + SECOND / 10n)).toBeUndefined();
    expect(account.tryTake('loads', 1, TEN_A_SECOND, SECOND + SECOND / 10n)).toBeDefined();
  });

  test('is kept to over any times, within what it holds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ afterNs: fc.bigInt(0n, 3n * SECOND), amount: fc.integer({ min: 1, max: 10 }) })),
        (steps) => {
          const account = new ClientBudgets().accountOf('x');
          let nowNs = SECOND;
          let taken = 0;
          for (const { afterNs, amount } of steps) {
            nowNs += afterNs;
            if (account.tryTake('bytes', amount, TEN_A_SECOND, nowNs) === undefined) taken += amount;
            expect(taken).toBeLessThanOrEqual(10 + Number(nowNs - SECOND) / 1e8 + 1e-6);
          }
        },
      ),
    );
  });

  test('that was overspent is told until when', () => {
    const account = new ClientBudgets().accountOf('x');
    expect(account.spend('bytes', 10, TEN_A_SECOND, SECOND)).toBeUndefined();
    expect(account.spend('bytes', 20, TEN_A_SECOND, SECOND)).toBe(2n * SECOND);
    expect(account.lacks('bytes', 1, TEN_A_SECOND, SECOND)).toBe(2n * SECOND + SECOND / 10n);
    expect(account.lacks('bytes', 10, TEN_A_SECOND, 4n * SECOND)).toBeUndefined();
  });

  test('of next to nothing is not had again by owing more than a word holds', () => {
    const account = new ClientBudgets().accountOf('x');
    const oneADay = { size: 1, fillNs: 86_400 * Number(SECOND) };
    for (let i = 0; i < 100; i++) {
      expect(account.spend('bytesOfDay', 1e9, oneADay, SECOND)).toBeGreaterThan(0n);
      expect(account.lacks('bytesOfDay', 1, oneADay, SECOND)).toBeGreaterThan(0n);
    }
  });

  test('is one for all threads, and another for each client and each kind', () => {
    const budgets = new ClientBudgets();
    const here = budgets.accountOf('x');
    const there = new ClientBudgets(budgets.memory).accountOf('x');
    expect(here.tryTake('loads', 6, TEN_A_SECOND, SECOND)).toBeUndefined();
    expect(there.tryTake('loads', 6, TEN_A_SECOND, SECOND)).toBeDefined();
    expect(there.tryTake('sessions', 6, TEN_A_SECOND, SECOND)).toBeUndefined();
    expect(budgets.accountOf('y').tryTake('loads', 6, TEN_A_SECOND, SECOND)).toBeUndefined();
  });
});

test('a million addresses take no more memory than one, and who was seen last keeps his place', () => {
  const budgets = new ClientBudgets();
  const bytes = budgets.memory.byteLength;
  const mine = budgets.accountOf('mine');
  let nowNs = SECOND;
  for (let i = 0; i < 4 * MAX_REMEMBERED_CLIENTS; i++) {
    nowNs += 1_000n;
    budgets
      .accountOf(`2001:db8:${i.toString(16)}`)
      .spend('bytesOfDay', 1, { size: 1_000, fillNs: 1e15 }, nowNs);
    if (i % 1_000 === 0) mine.spend('bytesOfDay', 1, { size: 1_000, fillNs: 1e15 }, nowNs);
  }
  expect(budgets.memory.byteLength).toBe(bytes);
  expect(mine.lacks('bytesOfDay', 900, { size: 1_000, fillNs: 1e15 }, nowNs)).toBeDefined();
});
