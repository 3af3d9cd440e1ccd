/** The margin before a deadline: enough for nearly every sleep of this machine, and never a whole core. */
import { expect, test } from 'vitest';
import { Oversleep } from '../../../src/net/native/thread/oversleep.ts';

const US = 1_000;
const MS = 1_000_000;

/** Sleeps of which one in twenty is late by `tailNs`, the others by `usualNs`. */
function learnt(askedNs: number, usualNs: number, tailNs: number): number {
  const oversleep = new Oversleep();
  for (let i = 1; i <= 2_000; i++) oversleep.learn(askedNs, i % 20 === 0 ? tailNs : usualNs);
  return oversleep.marginNs(askedNs);
}

test('covers the usual sleep and most of the rare long one', () => {
  const marginNs = learnt(MS, 30 * US, 60 * US);
  expect(marginNs).toBeGreaterThan(40 * US);
  expect(marginNs).toBeLessThan(62 * US);
});

test('falls on a machine that wakes at once, and never to nothing', () => {
  expect(learnt(MS, 0, 0)).toBeLessThan(6 * US);
  expect(learnt(MS, 0, 0)).toBeGreaterThan(1 * US);
});

test('is not ruined by a thread that was not given a processor for a while', () => {
  expect(learnt(MS, 30 * US, 300 * MS)).toBeLessThan(500 * US);
});

test('is learnt apart for short and long sleeps', () => {
  const oversleep = new Oversleep();
  for (let i = 0; i < 1_000; i++) {
    oversleep.learn(MS, 20 * US);
    oversleep.learn(100 * MS, 250 * US);
  }
  expect(oversleep.marginNs(0.5 * MS)).toBeLessThan(30 * US);
  expect(oversleep.marginNs(10 * MS)).toBeGreaterThan(240 * US);
});

test('is nothing for whoever may as well be late', () => {
  const oversleep = new Oversleep({ mostNs: 0 });
  for (let i = 0; i < 100; i++) oversleep.learn(MS, 100 * US);
  expect(oversleep.marginNs(MS)).toBe(0);
});
