/** A path that changes with each run has no history: the address that answered is kept to as long as the name has it. */
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import type { Address } from '../../../src/facts/connection.ts';
import { Addresses, LOOK_UP_EVERY_NS } from '../../../src/monitor/runs/addresses.ts';

const V4: Address = { address: '192.0.2.1', family: 4 };
const V6: Address = { address: '2001:db8::1', family: 6 };
const { signal } = new AbortController();

class TestClock extends VirtualClock {
  passNs(ns: bigint): void {
    this.wakeAt(this.nowNs() + ns, () => {});
    this.step();
  }
}

test('all are tried until one has answered, then that one alone', async () => {
  const addresses = new Addresses(new TestClock(), async () => [V6, V4]);
  expect(await addresses.now(signal)).toEqual([V6, V4]);
  addresses.note(V4.address);
  expect(await addresses.now(signal)).toEqual([V4]);
});

test('all are tried again when it answers no more', async () => {
  const addresses = new Addresses(new TestClock(), async () => [V6, V4]);
  await addresses.now(signal);
  addresses.note(V4.address);
  addresses.note(null);
  expect(await addresses.now(signal)).toEqual([V6, V4]);
});

test('a name is asked for once a minute, and another address of it is taken', async () => {
  const clock = new TestClock();
  let found: readonly Address[] = [V4];
  let asked = 0;
  const addresses = new Addresses(clock, async () => {
    asked++;
    return found;
  });
  await addresses.now(signal);
  addresses.note(V4.address);
  found = [V6];
  clock.passNs(LOOK_UP_EVERY_NS - 1n);
  expect(await addresses.now(signal)).toEqual([V4]);
  clock.passNs(1n);
  expect(await addresses.now(signal)).toEqual([V6]);
  expect(asked).toBe(2);
});

test('a name that cannot be looked up is asked for with each run', async () => {
  let asked = 0;
  const addresses = new Addresses(new TestClock(), async () => {
    asked++;
    throw new Error('no');
  });
  for (const _ of [1, 2, 3]) await expect(addresses.now(signal)).rejects.toThrow('no');
  expect(asked).toBe(3);
});
