/** Every engine tells how late its own sleeps end, and does not sleep on when it is asked for something else. */
import { afterAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/net/engine.ts';
import { createNativeEngine } from '../../src/net/native/client/engine.ts';
import { loadLibc } from '../../src/net/native/kernel/libc.ts';
import { nodeEngine } from '../../src/net/node/engine.ts';

const MS = 1_000_000;
const { libc, reason } = loadLibc();
const engines: readonly (readonly [string, () => Engine])[] = [
  ['node', () => nodeEngine],
  ...(libc === undefined ? [] : ([['native', createNativeEngine]] as const)),
];

describe.each(engines)(`the engine %s ${reason ?? ''}`, (_name, make) => {
  const engine = make();
  afterAll(() => engine.close?.());

  test('has slept as often as there was time for', async () => {
    const lateNs = await engine.oversleep?.({ askedNs: MS, budgetNs: 10 * MS });
    expect(lateNs?.length).toBeGreaterThan(0);
    expect(lateNs?.length).toBeLessThanOrEqual(11);
    // A timer of Node counts in milliseconds, and may end a part of one early.
    for (const ns of lateNs ?? []) expect(ns).toBeGreaterThan(-MS);
  });

  test('ends its sleeps when they are cancelled', async () => {
    const abort = new AbortController();
    const startNs = process.hrtime.bigint();
    const sleeping = engine.oversleep?.({ askedNs: MS, budgetNs: 60_000 * MS, signal: abort.signal });
    setTimeout(() => abort.abort(), 5);
    const lateNs = await sleeping;
    expect(Number(process.hrtime.bigint() - startNs)).toBeLessThan(30_000 * MS);
    expect(lateNs?.length).toBeLessThan(60_000);
  });
});
