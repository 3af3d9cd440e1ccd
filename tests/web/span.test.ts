/** The time that an address asks for, and addresses of targets with any name. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ownPath } from '../../src/web/http/form.ts';
import { idOf, targetIn, targetPath } from '../../src/web/views/paths.ts';
import { askedSpan, momentParameter, otherSpan } from '../../src/web/views/span.ts';
import { HOUR_MS, NOW_MS } from './made-up.ts';

function asked(query: string): unknown {
  return askedSpan(new URLSearchParams(query), NOW_MS);
}

test('a zoom goes with the clock, ends of its own stay where they are', () => {
  expect(asked('')).toEqual({ zoom: '1h', fromMs: NOW_MS - HOUR_MS, toMs: NOW_MS });
  expect(asked('span=30d')).toEqual({ zoom: '30d', fromMs: NOW_MS - 720 * HOUR_MS, toMs: NOW_MS });
  expect(asked('from=2026-11-30T10:00&to=2026-11-30T11:00:30')).toEqual({
    zoom: undefined,
    fromMs: NOW_MS - 2 * HOUR_MS,
    toMs: NOW_MS - HOUR_MS + 30_000,
  });
  expect(asked(`from=${NOW_MS - 5_000}`)).toMatchObject({ fromMs: NOW_MS - 5_000, toMs: NOW_MS });
});

test('an offset of a zone is heeded', () => {
  expect(asked('from=2026-11-30T12:00%2B01:00&to=2026-11-30T12:00Z')).toMatchObject({
    fromMs: NOW_MS - HOUR_MS,
  });
});

test.each([
  ['span=3d', /no span/],
  ['from=yesterday', /no time/],
  ['to=2026-11-30', /no time/],
  ['from=2026-13-01', /no time/],
  ['from=2026-11-30T11:00&to=2026-11-30T10:00', /ends before/],
  ['from=0', /ten years/],
  [`from=${'9'.repeat(300)}`, /no time/],
])('%s is refused in words', (query, message) => {
  expect(() => asked(query)).toThrow(message);
});

test('the other range of two is read out of one text', () => {
  expect(otherSpan(new URLSearchParams('with=2026-11-30T10:00..2026-11-30T11:00'))).toEqual({
    fromMs: NOW_MS - 2 * HOUR_MS,
    toMs: NOW_MS - HOUR_MS,
  });
  expect(otherSpan(new URLSearchParams(''))).toBeUndefined();
  expect(() => otherSpan(new URLSearchParams('with=2026-11-30'))).toThrow(/no time/);
});

test('a moment in an address is read as it was written', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1e12, max: 2e12 }), (atMs) => {
      const query = new URLSearchParams({ from: momentParameter(atMs), to: momentParameter(atMs + 5_000) });
      expect(askedSpan(query, NOW_MS)).toMatchObject({ fromMs: atMs, toMs: atMs + 5_000 });
    }),
  );
});

/** Of Unicode; halves of one are in no name that was read from a file. */
const anyCharacter = fc
  .integer({ min: 0, max: 0x10_ff_ff })
  .filter((code) => code < 0xd8_00 || code > 0xdf_ff)
  .map((code) => String.fromCodePoint(code));

test('the address of a target leads to it, whatever its name is', () => {
  const names = fc.oneof(
    fc.array(anyCharacter, { minLength: 1, maxLength: 20 }).map((all) => all.join('')),
    fc.constantFrom('.', '..', '/', '../..', '?', '#', '%', '%2e', '<script>', '\u202E', 'a\nb', '\'"'),
  );
  fc.assert(
    fc.property(names, (name) => {
      const path = targetPath(name);
      const url = new URL(path, 'http://page');
      expect(url.host).toBe('page');
      expect(targetIn(url.pathname, url.searchParams)).toBe(name);
      expect(path).toMatch(/^\/target\/[!-~]+$/);
      expect(idOf(name)).toMatch(/^t-[0-9a-f]{16}$/);
    }),
  );
});

test('a path after the login never leads to another site', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom('//evil', '/\\evil', 'https://evil', '/\t/evil')),
      (text) => {
        expect(new URL(ownPath(text), 'http://page').host).toBe('page');
      },
    ),
  );
  expect(ownPath('/target/a?span=1d')).toBe('/target/a?span=1d');
});
