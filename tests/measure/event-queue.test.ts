/** Progress never costs the memory of a program, nor samples of whoever listens: events are bounded, or wait. */
import { describe, expect, test } from 'vitest';
import { EventQueue } from '../../src/measure/event-queue.ts';

type Event = number | { readonly lost: number };

function queue(capacity: number): EventQueue<Event> {
  return new EventQueue<Event>((lost) => ({ lost }), capacity);
}

async function rest(events: EventQueue<Event>): Promise<Event[]> {
  events.close();
  const all: Event[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('where nobody listens', () => {
  test('as many events are kept as there is room for, and the others are counted', async () => {
    const events = queue(3);
    for (let i = 1; i <= 10; i++) events.push(i);
    expect(await rest(events)).toEqual([1, 2, 3, { lost: 7 }]);
  });

  test('nothing waits', async () => {
    const events = queue(1);
    for (let i = 1; i <= 3; i++) {
      events.push(i);
      await events.room();
    }
    expect(await rest(events)).toEqual([1, { lost: 2 }]);
  });
});

describe('where somebody listens', () => {
  test('nothing is lost, however slow: the run waits for room', async () => {
    const events = queue(2);
    const heard: Event[] = [];
    const listening = (async () => {
      for await (const event of events) {
        // Slower than whoever tells.
        for (let turns = 0; turns < 5; turns++) await Promise.resolve();
        heard.push(event);
      }
    })();
    let most = 0;
    for (let i = 1; i <= 50; i++) {
      events.push(i);
      await events.room();
      most = Math.max(most, i - heard.length);
    }
    events.close();
    await listening;
    expect(heard).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    expect(most).toBeLessThanOrEqual(4);
  });

  test('whoever stops listening holds up nobody', async () => {
    const events = queue(1);
    events.push(0);
    for await (const _ of events) break;
    for (let i = 1; i <= 3; i++) {
      events.push(i);
      await events.room();
    }
    expect(await rest(events)).toEqual([1, { lost: 2 }]);
  });

  test('who listens and never comes back does not hold up a run that is cancelled', async () => {
    const events = queue(1);
    const listener = events[Symbol.asyncIterator]();
    events.push(1);
    await listener.next();
    events.push(2);
    let waited = false;
    const room = events.room().then(() => {
      waited = true;
    });
    await Promise.resolve();
    expect(waited).toBe(false);
    events.waitNoMore();
    await room;
    expect(waited).toBe(true);
  });
});
