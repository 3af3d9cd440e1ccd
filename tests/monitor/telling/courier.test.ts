/** A receiver that fails, hangs or comes back: what is to be told reaches it once, and nobody else waits. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { Courier } from '../../../src/monitor/telling/courier.ts';
import { elapsed } from '../world.ts';

const MINUTE_MS = 60_000;

function makeCourier() {
  const clock = new VirtualClock();
  const troubles: string[] = [];
  const courier = new Courier({
    timekeeper: clock,
    onTrouble: (receiver, text) => troubles.push(`${receiver}: ${text}`),
  });
  const pass = async (ms: number): Promise<void> => await clock.drive(elapsed(clock, ms));
  return { clock, courier, troubles, pass };
}

describe('a receiver', () => {
  test('that fails is tried again, more and more seldom, and its messages come in order', async () => {
    const { clock, courier, troubles, pass } = makeCourier();
    const heard: string[] = [];
    const triesS: number[] = [];
    let works = false;
    const deliver = async (text: string): Promise<void> => {
      triesS.push(Number(clock.nowNs()) / 1e9);
      if (!works) throw new Error('connection refused');
      heard.push(text);
    };
    courier.send('hook', deliver, 'a');
    courier.send('hook', deliver, 'b');
    await pass(20_000);
    expect(triesS).toEqual([0, 1, 3, 7, 15]);
    works = true;
    await pass(MINUTE_MS);
    expect(heard).toEqual(['a', 'b']);
    expect(troubles).toEqual(['hook: Error: connection refused']);
  });

  test('that hangs holds up no other', async () => {
    const { courier, pass } = makeCourier();
    const heard: string[] = [];
    courier.send('hangs', () => new Promise(() => {}), 'a');
    courier.send('works', async (text) => void heard.push(text), 'b');
    await pass(1_000);
    expect(heard).toEqual(['b']);
  });

  test('that is away for days costs a bounded memory, and hears the newest', async () => {
    const { courier, troubles, pass } = makeCourier();
    const heard: string[] = [];
    let works = false;
    const deliver = async (text: string): Promise<void> => {
      if (!works) throw new Error('away');
      heard.push(text);
    };
    for (let i = 0; i < 250; i++) courier.send('hook', deliver, String(i));
    await pass(MINUTE_MS);
    works = true;
    await pass(10 * MINUTE_MS);
    expect(heard).toEqual(Array.from({ length: 100 }, (_, i) => String(i + 150)));
    expect(troubles.filter((text) => text.includes('too many wait'))).toHaveLength(150);
  });

  test('that takes nothing for a day is told of it no longer', async () => {
    const { courier, troubles, pass } = makeCourier();
    courier.send('hook', () => Promise.reject(new Error('no')), 'a');
    await pass(25 * 60 * MINUTE_MS);
    expect(troubles.at(-1)).toBe('hook: a message was given up after a day');
  });

  test('is left in peace once the monitor has stopped', async () => {
    const { clock, courier, pass } = makeCourier();
    let tries = 0;
    courier.send('hook', () => Promise.reject(new Error(String(++tries))), 'a');
    await pass(2_000);
    const before = tries;
    courier.stop();
    await pass(MINUTE_MS);
    expect(tries).toBe(before);
    expect(clock.step()).toBe(false);
  });
});
