/** What those who watch are told, how often, and what becomes of one who does not read. */
import { describe, expect, test } from 'vitest';
import { createHub, type Hub, TOLD_EVERY_MS, type Watcher } from '../../src/web/live/hub.ts';
import { madeUpLive } from './made-up.ts';

/** Timers that run when they are told to. */
function handTimers(): { after: (ms: number, callback: () => void) => () => void; pass(ms: number): void } {
  let nowMs = 0;
  const due = new Set<{ atMs: number; callback: () => void }>();
  return {
    after: (ms, callback) => {
      const one = { atMs: nowMs + ms, callback };
      due.add(one);
      return () => due.delete(one);
    },
    pass: (ms) => {
      nowMs += ms;
      for (const one of [...due]) {
        if (one.atMs > nowMs) continue;
        due.delete(one);
        one.callback();
      }
    },
  };
}

function watcher(): Watcher & { readonly texts: string[]; isDropped: boolean; waiting: number } {
  const texts: string[] = [];
  return {
    texts,
    isDropped: false,
    waiting: 0,
    write: (text) => void texts.push(text),
    waitingBytes() {
      return this.waiting;
    },
    drop() {
      this.isDropped = true;
    },
  };
}

function setUp(maxWatchers = 10): {
  hub: Hub;
  live: ReturnType<typeof madeUpLive>;
  pass: (ms: number) => void;
} {
  const live = madeUpLive();
  const { after, pass } = handTimers();
  return { hub: createHub({ live, after, maxWatchers }), live, pass };
}

function told(one: { readonly texts: readonly string[] }): unknown[] {
  return one.texts
    .filter((text) => text.startsWith('event: change'))
    .map((text) => JSON.parse(text.slice(text.indexOf('data: ') + 6)));
}

describe('those who watch', () => {
  test('hear of many changes once, in one text without a line of somebody else', () => {
    const { hub, live, pass } = setUp();
    const one = watcher();
    hub.join(one);
    for (const target of ['a', 'b', 'a', 'x\n\ndata: y']) live.tell({ kind: 'interval', target });
    expect(told(one)).toEqual([]);
    pass(TOLD_EVERY_MS);
    expect(told(one)).toEqual([{ targets: ['a', 'b', 'x\n\ndata: y'], events: false }]);
    expect(one.texts.at(-1)?.trimEnd().split('\n')).toHaveLength(2);
    pass(TOLD_EVERY_MS);
    expect(told(one)).toHaveLength(1);
  });

  test('are told of so many targets that all have changed', () => {
    const { hub, live, pass } = setUp();
    const one = watcher();
    hub.join(one);
    for (let i = 0; i < 1_000; i++) live.tell({ kind: 'interval', target: `t${i}` });
    pass(TOLD_EVERY_MS);
    expect(told(one)).toEqual([{ targets: null, events: false }]);
  });

  test('hear of events of the monitor itself', () => {
    const { hub, live, pass } = setUp();
    const one = watcher();
    hub.join(one);
    live.tell({ kind: 'event', event: { atMs: 0, kind: 'store', target: null, text: 'full', facts: {} } });
    pass(TOLD_EVERY_MS);
    expect(told(one)).toEqual([{ targets: [], events: true }]);
  });

  test('are dropped when they do not read, and hold nobody else up', () => {
    const { hub, live, pass } = setUp();
    const [slow, quick] = [watcher(), watcher()];
    hub.join(slow);
    hub.join(quick);
    slow.waiting = 1_000_000;
    live.tell({ kind: 'interval', target: 'a' });
    pass(TOLD_EVERY_MS);
    expect([slow.isDropped, quick.isDropped, hub.watchers, hub.dropped]).toEqual([true, false, 1, 1]);
    expect(told(slow)).toEqual([]);
    expect(told(quick)).toHaveLength(1);
  });

  test('are no more than the bound, and one who leaves makes room', () => {
    const { hub } = setUp(2);
    const leave = hub.join(watcher());
    hub.join(watcher());
    expect(hub.join(watcher())).toBeUndefined();
    leave?.();
    expect(hub.join(watcher())).toBeDefined();
  });

  test('hear that the monitor is alive while nothing changes, so that a proxy keeps the connection', () => {
    const { hub, pass } = setUp();
    const one = watcher();
    hub.join(one);
    pass(15_000);
    pass(15_000);
    expect(one.texts).toEqual([': alive\n\n', ': alive\n\n']);
  });

  test('are all gone once the monitor ends, and nothing is told any more', () => {
    const { hub, live, pass } = setUp();
    const one = watcher();
    hub.join(one);
    live.tell({ kind: 'interval', target: 'a' });
    hub.close();
    pass(60_000);
    expect([one.isDropped, one.texts.length, hub.watchers]).toEqual([true, 0, 0]);
  });
});

test('a version rises for the target that changed, and for all of them', () => {
  const { hub, live } = setUp();
  const before = [hub.versionOf('a'), hub.versionOf('b'), hub.versionOf(undefined)];
  live.tell({ kind: 'interval', target: 'a' });
  const after = [hub.versionOf('a'), hub.versionOf('b'), hub.versionOf(undefined)];
  expect(after.map((one, i) => one > (before[i] ?? 0))).toEqual([true, false, true]);
});
