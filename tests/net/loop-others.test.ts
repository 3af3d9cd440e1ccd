/** How busy an event loop was with others: a server that leaves it out has its clients blame the path for its work. */
import { expect, test } from 'vitest';
import { LoopOthers } from '../../src/net/node/others.ts';

function nextIteration(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}

test('the second of one iteration waited for the first, and the first of the next for nobody', async () => {
  const [first, second] = [new LoopOthers(), new LoopOthers()];
  second.enable();
  first.received(1_000n);
  second.received(1_700n);
  expect(second.busyNs).toBe(700);
  await nextIteration();
  second.received(5_000n);
  expect(second.busyNs).toBe(0);
  second.disable();
  await nextIteration();
});

test('what comes in several reads waited for others only once', async () => {
  const [first, second] = [new LoopOthers(), new LoopOthers()];
  second.enable();
  first.received(1_000n);
  second.received(1_700n);
  second.received(9_000n);
  expect(second.busyNs).toBe(700);
  second.disable();
  await nextIteration();
});

test('where nobody asks, or nobody any more, nothing is known and nothing waits', async () => {
  const others = new LoopOthers();
  others.received(1_000n);
  expect(others.busyNs).toBeNaN();
  others.enable();
  others.enable();
  others.disable();
  others.received(2_000n);
  expect(others.busyNs).toBeNaN();
  await nextIteration();
});
