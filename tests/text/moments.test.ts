/** Moments as people write them are what they mean, in every zone, also where clocks are set. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  localSpanText,
  localStamp,
  offsetText,
  parseMoment,
  parseSpan,
  zoneText,
} from '../../src/text/moments.ts';
import { zones } from './zones.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.UTC(2026, 10, 30, 14, 25);
/** Whole and half hours, clocks set by an hour, by half of one, at midnight, and by a day. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Pacific/Apia',
];
const setZone = zones();
const anyMoment = fc.integer({ min: Date.UTC(2000, 0, 2), max: Date.UTC(2040, 0, 1) });

describe.each(ZONES)('in %s', (zone) => {
  test('what is told of a moment is read as that moment, or as the first of two that are told alike', () => {
    setZone(zone);
    fc.assert(
      fc.property(anyMoment, (ms) => {
        const atMs = Math.floor(ms / 1_000) * 1_000;
        const stamp = localStamp(atMs, 'seconds');
        const read = parseMoment(stamp, NOW_MS);
        expect(read).toBeTypeOf('number');
        expect(localStamp(read as number, 'seconds')).toBe(stamp);
        expect(read).toBeLessThanOrEqual(atMs);
        expect(atMs - (read as number)).toBeLessThanOrEqual(HOUR_MS);
      }),
    );
  });

  test('yesterday is the day before today on the calendar, from its first moment on', () => {
    setZone(zone);
    fc.assert(
      fc.property(anyMoment, (nowMs) => {
        const today = localStamp(parseMoment('today', nowMs) as number);
        expect(today.slice(0, 10)).toBe(localStamp(nowMs).slice(0, 10));
        const yesterday = parseMoment('yesterday', nowMs);
        if (yesterday === 'left-out') return;
        expect(localStamp(yesterday as number).slice(0, 10)).toBe(dayBefore(today.slice(0, 10)));
        // A moment earlier it was another day.
        expect(localStamp((yesterday as number) - 1).slice(0, 10)).not.toBe(
          localStamp(yesterday as number).slice(0, 10),
        );
      }),
    );
  });

  test('a zone that is named is that of the moment, whatever the one of the machine', () => {
    setZone(zone);
    fc.assert(
      fc.property(anyMoment, fc.constantFrom('Z', '+01:00', '-03:30', '+0545'), (ms, named) => {
        const text = `${new Date(ms).toISOString().slice(0, -1)}${named}`;
        const colon = named.length === 5 ? `${named.slice(0, 3)}:${named.slice(3)}` : named;
        expect(parseMoment(text, NOW_MS)).toBe(Date.parse(`${text.slice(0, -named.length)}${colon}`));
      }),
    );
  });
});

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - DAY_MS).toISOString().slice(0, 10);
}

test.each([
  ['7d', NOW_MS - 7 * DAY_MS],
  ['36h', NOW_MS - 36 * HOUR_MS],
  ['90m', NOW_MS - 1.5 * HOUR_MS],
  ['now', NOW_MS],
  ['today', Date.UTC(2026, 10, 30)],
  ['yesterday', Date.UTC(2026, 10, 29)],
  ['yesterday 9:00', Date.UTC(2026, 10, 29, 9)],
  ['9:00', Date.UTC(2026, 10, 30, 9)],
  ['9:00Z', Date.UTC(2026, 10, 30, 9)],
  ['2026-02-28', Date.UTC(2026, 1, 28)],
  ['2026-02-28 24:00', Date.UTC(2026, 2, 1)],
  ['2026-11-30 9:00:07', Date.UTC(2026, 10, 30, 9, 0, 7)],
  ['2026-11-30T09:00:07.570Z', Date.UTC(2026, 10, 30, 9, 0, 7, 570)],
])('%s is read', (text, ms) => {
  setZone('UTC');
  expect(parseMoment(text, NOW_MS)).toBe(ms);
});

test.each(
  [
    [
      '',
      'soon',
      'today  9:00',
      ' today',
      'today 9',
      '9',
      '9:0',
      '9:60',
      '24:01',
      '25:00',
      '9:00:60',
      '7w',
      '-1d',
    ],
    [
      '2026-02-29',
      '2026-13-01',
      '2026-11-31',
      '2026-1-1',
      '2026-11-30Z',
      '2026-11-30T9:00+15:00',
      '1969-12-31Z',
    ],
  ].flat(),
)('%j is no moment', (text) => {
  setZone('UTC');
  expect(parseMoment(text, NOW_MS)).toBe('unreadable');
});

test('no text is more than refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\dTZ:. +a-z-]{0,24}$/)), (text) => {
      for (const read of [parseMoment(text, NOW_MS), parseSpan(text, NOW_MS)]) {
        if (typeof read === 'number') expect(Number.isFinite(read)).toBe(true);
        else if (typeof read === 'object') expect(read.toMs).toBeGreaterThan(read.fromMs);
        else expect(['unreadable', 'left-out', 'reversed']).toContain(read);
      }
    }),
  );
});

describe('where clocks are set', () => {
  test.each([
    ['Europe/Berlin', '2026-03-29 2:30'],
    ['Australia/Lord_Howe', '2026-10-04 2:15'],
    ['Africa/Cairo', '2026-04-24 0:30'],
    ['Pacific/Apia', '2011-12-30'],
    ['Pacific/Apia', '2011-12-30 12:00'],
  ])('a time that is left out is none: in %s, %s', (zone, text) => {
    setZone(zone);
    expect(parseMoment(text, NOW_MS)).toBe('left-out');
  });

  test('a day without a midnight begins with its first hour', () => {
    setZone('Africa/Cairo');
    expect(localStamp(parseMoment('2026-04-24', NOW_MS) as number)).toBe('2026-04-24 01:00');
  });

  test('of a time that comes twice the first is meant, and a zone tells the second', () => {
    setZone('Europe/Berlin');
    expect(parseMoment('2026-10-25 2:30', NOW_MS)).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(parseMoment('2026-10-25 2:30+01:00', NOW_MS)).toBe(Date.UTC(2026, 9, 25, 1, 30));
  });

  test.each([
    ['2026-03-29', 2],
    ['2026-10-25', 4],
    ['2026-10-26', 3],
  ])('a span is as long as its hours were: 1:00 to 4:00 of %s in Berlin', (day, hours) => {
    setZone('Europe/Berlin');
    const { fromMs, toMs } = parseSpan(`${day} 1:00..4:00`, NOW_MS) as { fromMs: number; toMs: number };
    expect((toMs - fromMs) / HOUR_MS).toBe(hours);
  });

  test('a reader is told which zone it is, and that it changes', () => {
    setZone('Europe/Berlin');
    const span = { fromMs: Date.UTC(2026, 9, 24), toMs: Date.UTC(2026, 9, 26) };
    expect(zoneText(span)).toBe('Europe/Berlin (UTC+2, then UTC+1)');
    expect(zoneText({ ...span, toMs: span.fromMs + 1 })).toBe('Europe/Berlin (UTC+2)');
    setZone('America/St_Johns');
    expect(offsetText(NOW_MS)).toBe('UTC-3:30');
    setZone('UTC');
    expect(zoneText(span)).toBe('UTC');
  });
});

describe('spans', () => {
  test.each([
    ['yesterday 9:00..10:00', '2026-11-29 09:00 to 10:00'],
    ['2026-11-03 9:00 .. 10:30', '2026-11-03 09:00 to 10:30'],
    ['9:00..now', '2026-11-30 09:00 to 15:25'],
    ['2026-11-03..2026-11-04', '2026-11-03 00:00 to 2026-11-04 00:00'],
    ['yesterday 23:00..24:00', '2026-11-29 23:00 to 2026-11-30 00:00'],
    ['2026-11-03T08:00Z..09:00', '2026-11-03 09:00 to 10:00'],
    ['26h..25h', '2026-11-29 13:25 to 14:25'],
  ])('%s', (text, told) => {
    setZone('Europe/Berlin');
    expect(localSpanText(parseSpan(text, NOW_MS) as { fromMs: number; toMs: number })).toBe(told);
  });

  test.each(['today 10:00..9:00', 'today 9:00..9:00', 'now..1h', 'yesterday 23:00..1:00'])(
    '%s ends before it begins',
    (text) => {
      setZone('UTC');
      expect(parseSpan(text, NOW_MS)).toBe('reversed');
    },
  );

  test.each(['today', 'today..', '..today', '1h..2h..3h', '9:00...10:00'])('%s is none', (text) => {
    expect(parseSpan(text, NOW_MS)).toBe('unreadable');
  });
});
