/**
 * Moments as people write them: `7d` (ago), `now`, `yesterday`, `today 9:00`, `9:00`, `2026-11-30 9:00`, ISO 8601 with a zone, and
 * spans of two of them with `..` between. What names no zone is of this machine's. Of a time that comes twice when clocks are
 * set back the first is meant; one that is left out when they are set forward is none.
 */
import { parseSpanSeconds } from './quantity.ts';

/** Why a text is no moment or no span. `left-out`: clocks went past it; `reversed`: it ends before it begins. */
export type NoMoment = 'unreadable' | 'left-out' | 'reversed';

/** Unix time, ms; `toMs` is not itself in it. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

const MS_PER_S = 1_000;
const MS_PER_MIN = 60_000;
const MIN_PER_H = 60;
const WRITTEN =
  /^(?:(today|yesterday|\d{4}-\d\d-\d\d)(?:[ T]|$))?(?:(\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?$/;
const TIME_ALONE = /^\d{1,2}:\d\d(?::\d\d(?:\.\d{1,9})?)?$/;
const ZONE_OF_TIME = /:\d\d(?:\.\d+)?(Z|[+-]\d\d:?\d\d)$/;
/** Of a second. */
const MS_DIGITS = 3;

/** @returns Unix time, ms */
export function parseMoment(text: string, nowMs: number): number | NoMoment {
  if (text === 'now') return nowMs;
  const agoSeconds = parseSpanSeconds(text);
  if (agoSeconds !== undefined) return nowMs - agoSeconds * MS_PER_S;
  const match = WRITTEN.exec(text);
  if (match === null || text.trim() !== text || text === '') return 'unreadable';
  const [, dayWord, hour, minute = '0', second = '0', fraction = '', zone] = match;
  const offsetMs = zone === undefined ? undefined : offsetOf(zone);
  const day = dayOf(dayWord, nowMs, offsetMs);
  const clock: Clock = {
    hour: Number(hour ?? 0),
    minute: Number(minute),
    second: Number(second),
    ms: Number(fraction.slice(0, MS_DIGITS).padEnd(MS_DIGITS, '0')),
  };
  if (day === undefined || !isClock(clock)) return 'unreadable';
  const atMs =
    offsetMs === undefined ? localMs(day, clock, hour !== undefined) : utcMs(day, clock) - offsetMs;
  return typeof atMs === 'number' && !(atMs >= 0) ? 'unreadable' : atMs;
}

/** `yesterday 9:00..10:00`: a time alone on the right is of the day on which it begins, and of its zone. */
export function parseSpan(text: string, nowMs: number): TimeSpan | NoMoment {
  const [fromText, toText, ...others] = text.split('..').map((part) => part.trim());
  if (fromText === undefined || toText === undefined || others.length > 0) return 'unreadable';
  const fromMs = parseMoment(fromText, nowMs);
  if (typeof fromMs === 'string') return fromMs;
  const zone = ZONE_OF_TIME.exec(fromText)?.[1] ?? '';
  const toMs = TIME_ALONE.test(toText) ? parseMoment(`${toText}${zone}`, fromMs) : parseMoment(toText, nowMs);
  if (typeof toMs === 'string') return toMs;
  return toMs > fromMs ? { fromMs, toMs } : 'reversed';
}

/** `2026-11-30 09:00:07` of this machine's zone. @param atMs Unix time, ms */
export function localStamp(atMs: number, exact: 'minutes' | 'seconds' = 'minutes'): string {
  const at = new Date(atMs);
  const date = [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(twoDigits).join('-');
  const time = [at.getHours(), at.getMinutes(), ...(exact === 'seconds' ? [at.getSeconds()] : [])];
  return `${date} ${time.map(twoDigits).join(':')}`;
}

/** `2026-11-30 09:00 to 10:00`: the day of the end only where it is another one. */
export function localSpanText({ fromMs, toMs }: TimeSpan): string {
  const [from, to] = [localStamp(fromMs), localStamp(toMs)];
  const isSameDay = from.slice(0, 10) === to.slice(0, 10) && offsetText(fromMs) === offsetText(toMs);
  return `${from} to ${isSameDay ? to.slice(11) : to}`;
}

/** `UTC`, `Europe/Berlin (UTC+1)`, `Europe/Berlin (UTC+2, then UTC+1)` where clocks are set within the span. */
export function zoneText({ fromMs, toMs }: TimeSpan): string {
  const name = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const [before, after] = [offsetText(fromMs), offsetText(toMs)];
  if (name === 'UTC') return name;
  return `${name} (${before === after ? before : `${before}, then ${after}`})`;
}

/** `UTC`, `UTC+1`, `UTC-3:30`: how far this machine's clocks are ahead at that moment. */
export function offsetText(atMs: number): string {
  const minutes = -new Date(atMs).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const size = Math.abs(minutes);
  const rest = size % MIN_PER_H === 0 ? '' : `:${twoDigits(size % MIN_PER_H)}`;
  return `UTC${minutes > 0 ? '+' : '-'}${Math.floor(size / MIN_PER_H)}${rest}`;
}

interface Day {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly date: number;
}

interface Clock {
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly ms: number;
}

/** Of today where no day is named. Undefined for one that no calendar has. @param offsetMs undefined for local days */
function dayOf(word: string | undefined, nowMs: number, offsetMs: number | undefined): Day | undefined {
  if (word === undefined || word === 'today' || word === 'yesterday') {
    const back = word === 'yesterday' ? 1 : 0;
    const now = new Date(offsetMs === undefined ? nowMs : nowMs + offsetMs);
    const [year, month, date] =
      offsetMs === undefined
        ? [now.getFullYear(), now.getMonth(), now.getDate()]
        : [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
    // A calendar of its own, in which every day has 24 hours.
    const day = new Date(Date.UTC(year, month, date - back));
    return { year: day.getUTCFullYear(), month: day.getUTCMonth(), date: day.getUTCDate() };
  }
  const [year = 0, month = 0, date = 0] = word.split('-').map(Number);
  const day = new Date(Date.UTC(year, month - 1, date));
  const isOne = day.getUTCMonth() === month - 1 && day.getUTCDate() === date;
  return isOne ? { year, month: month - 1, date } : undefined;
}

/** `24:00` is the end of a day. */
function isClock({ hour, minute, second, ms }: Clock): boolean {
  return (hour < 24 && minute < 60 && second < 60) || (hour === 24 && minute + second + ms === 0);
}

/** @param isTimed whether a time was named; a day without one begins when its first hour does, whichever that is */
function localMs({ year, month, date }: Day, clock: Clock, isTimed: boolean): number | NoMoment {
  const { hour, minute, second, ms } = clock;
  const at = new Date(year, month, date, hour, minute, second, ms);
  const isEnd = hour === 24;
  const isThatDay = at.getDate() === date || isEnd;
  const isThatTime = !isTimed || isEnd || (at.getHours() === hour && at.getMinutes() === minute);
  return isThatDay && isThatTime ? at.getTime() : 'left-out';
}

function utcMs({ year, month, date }: Day, { hour, minute, second, ms }: Clock): number {
  return Date.UTC(year, month, date, hour, minute, second, ms);
}

/** `Z`, `+01:00`, `-0330`, in ms. */
function offsetOf(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * MIN_PER_H + Number(digits.slice(3, 5));
  return (zone.startsWith('-') ? -1 : 1) * minutes * MS_PER_MIN;
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}
