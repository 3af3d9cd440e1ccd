/** What goes into a database of the tests, what has to be in it then, and what may never be told of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { EcholotError } from '../../../src/core/errors.ts';
import type { Batch, STEPS_MS, Store } from '../../../src/monitor/store/store.ts';
import { batchOf, EVERY_MS, intervalAt, MIDNIGHT_MS, seriesKey } from '../../monitor/store/measured.ts';
import { type DatabaseServer, PASSWORD } from './postgres-server.ts';

export const ALL = { target: 'a', fromMs: 0, toMs: 2 * MIDNIGHT_MS } as const;
export const LONGEST_MS = 90_000;

export function nth(i: number): Batch {
  return batchOf(seriesKey('a'), intervalAt(MIDNIGHT_MS + i * EVERY_MS, [1_000 + i]));
}

export function batchAt(places: readonly number[], isSilent: boolean): Batch {
  const intervals = places.map((place) => {
    const fromMs = MIDNIGHT_MS + place * EVERY_MS;
    return isSilent
      ? intervalAt(fromMs, [], { failures: { timeout: 1 } })
      : intervalAt(fromMs, [1_000 + place]);
  });
  return batchOf(seriesKey('a'), ...intervals);
}

export async function runsIn(store: Store, stepMs: (typeof STEPS_MS)[number]): Promise<number> {
  const found = await store.summaries({ ...ALL, stepMs });
  return found.flatMap(({ intervals }) => intervals).reduce((sum, { runs }) => sum + runs, 0);
}

export async function expectNoPassword(store: Store): Promise<void> {
  await store.write(nth(0));
  expectNone(JSON.stringify(await store.state()));
}

export async function expectRefusal(opening: Promise<Store>, words: string): Promise<void> {
  const error: unknown = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(EcholotError);
  if (!(error instanceof EcholotError)) return;
  expect(error.message).toMatch(new RegExp(words));
  expect(error.code).not.toBe('internal');
  expectNone(
    [error.message, error.advice, error.stack, JSON.stringify(error), String(error.cause)].join('\n'),
  );
}

/** Neither as it is nor as it is written in a URL. */
function expectNone(text: string): void {
  for (const password of [PASSWORD, encodeURIComponent(PASSWORD), 'battery'])
    expect(text).not.toContain(password);
}

export async function restartLater(server: DatabaseServer): Promise<void> {
  await sleep(500);
  await server.start();
}

export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let ms = 0; !(await isSo()); ms += 50) {
    if (ms > LONGEST_MS) throw new Error('it takes too long');
    await sleep(50);
  }
}
