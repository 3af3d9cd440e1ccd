/** Whoever floods a server has his turn again, in order, and not once he has gone. */
import { expect, test } from 'vitest';
import { Yields } from '../../src/net/native/server/yields.ts';

test('each has its turn in order, those who come meanwhile after them, and those who have gone have none', () => {
  const yields = new Yields();
  const ran: string[] = [];
  yields.add(() => {
    ran.push('first');
    yields.add(() => ran.push('first again'));
  });
  const leave = yields.add(() => ran.push('gone'));
  yields.add(() => ran.push('second'));
  leave();
  leave();
  expect([1, 2, 3, 4].map(() => yields.runOne())).toEqual([true, true, true, false]);
  expect(ran).toEqual(['first', 'second', 'first again']);
  expect(yields.isEmpty).toBe(true);
});

test('cancelling a turn that was had cancels no other, and thousands leave nothing behind', () => {
  const yields = new Yields();
  let ran = 0;
  const leave = yields.add(() => ran++);
  yields.runOne();
  leave();
  for (let i = 0; i < 5_000; i++) yields.add(() => ran++);
  while (yields.runOne());
  expect(ran).toBe(5_001);
  yields.add(() => ran++);
  expect(yields.runOne()).toBe(true);
});
