/** A view that many ask for is made once, and never an old one shown for a new one. */
import { describe, expect, test } from 'vitest';
import type { Reply } from '../../src/web/http/reply.ts';
import { createShelf } from '../../src/web/views/shelf.ts';

function reply(body: string): Reply {
  return { status: 200, headers: { 'Content-Type': 'text/html' }, body };
}

function setUp(): {
  get: (key: string, version: number) => Promise<string>;
  pass: (ms: number) => void;
  made: string[];
} {
  let nowMs = 0;
  const made: string[] = [];
  const shelf = createShelf(() => nowMs);
  return {
    made,
    pass: (ms) => {
      nowMs += ms;
    },
    get: async (key, version) => {
      const make = async (): Promise<Reply> => {
        made.push(key);
        return reply(`${key} ${version} `.repeat(500));
      };
      const kept = await shelf.get({ key, version, make });
      return String(kept.reply.body).split(' ').slice(0, 2).join(' ');
    },
  };
}

describe('a view', () => {
  test('is made once for 500 who ask at the same time', async () => {
    const { get, made } = setUp();
    const all = await Promise.all(Array.from({ length: 500 }, () => get('a', 1)));
    expect(new Set(all)).toEqual(new Set(['a 1']));
    expect(made).toEqual(['a']);
  });

  test('is made anew when something has changed, but no more than once a second', async () => {
    const { get, pass } = setUp();
    expect(await get('a', 1)).toBe('a 1');
    pass(500);
    expect(await get('a', 2)).toBe('a 1');
    pass(500);
    expect(await get('a', 2)).toBe('a 2');
  });

  test('is made anew after ten seconds, since ages stand in it', async () => {
    const { get, pass, made } = setUp();
    await get('a', 1);
    pass(9_999);
    await get('a', 1);
    expect(made).toHaveLength(1);
    pass(1);
    await get('a', 1);
    expect(made).toHaveLength(2);
  });

  test('that could not be made is tried again by the next who asks', async () => {
    const shelf = createShelf(() => 0);
    const fails = { key: 'a', version: 1, make: () => Promise.reject(new Error('locked')) };
    await expect(shelf.get(fails)).rejects.toThrow('locked');
    const kept = await shelf.get({ ...fails, make: async () => reply('there') });
    expect(kept.reply.body).toBe('there');
  });

  test('waits for the one before it, and too many waiting are refused', async () => {
    const shelf = createShelf(() => 0);
    let underWay = 0;
    let most = 0;
    const make = async (): Promise<Reply> => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay--;
      return reply('x');
    };
    const all = await Promise.allSettled(
      Array.from({ length: 150 }, (_, i) => shelf.get({ key: `k${i}`, version: 1, make })),
    );
    expect(most).toBe(1);
    expect(all.filter(({ status }) => status === 'rejected')).toHaveLength(50);
  });

  test('is forgotten when there are too many, the oldest first', async () => {
    const { get, made } = setUp();
    for (let i = 0; i < 201; i++) await get(`k${i}`, 1);
    made.length = 0;
    await get('k200', 1);
    await get('k0', 1);
    expect(made).toEqual(['k0']);
  });
});
