/** A part of each day, in local time, such as the night: from one minute of it to another, over midnight where that is earlier. */
import { usage } from '../../core/errors.ts';

export interface DayWindow {
  /** Minutes after midnight. */
  readonly fromMinute: number;
  /** Not itself in it. */
  readonly toMinute: number;
  readonly text: string;
}

const MINUTES_PER_HOUR = 60;
const NIGHT = '1:00..5:00';
const TEXT = /^(\d{1,2}):(\d{2})\.\.(\d{1,2}):(\d{2})$/;

/** @param text `at night`, or two times of the day such as `22:30..4:00` @throws EcholotError `usage` */
export function parseDayWindow(text: string): DayWindow {
  const found = TEXT.exec(text === 'at night' ? NIGHT : text);
  const [, fromHour, fromMin, toHour, toMin] = (found ?? []).map(Number);
  const fromMinute = minuteOf(fromHour, fromMin);
  const toMinute = minuteOf(toHour, toMin);
  if (fromMinute === undefined || toMinute === undefined || fromMinute === toMinute)
    throw usage(`${text} is no part of a day`, "write it as in '1:00..5:00', or 'at night'");
  return { fromMinute, toMinute, text };
}

export function isWithin({ fromMinute, toMinute }: DayWindow, atMs: number): boolean {
  const at = new Date(atMs);
  const minute = at.getHours() * MINUTES_PER_HOUR + at.getMinutes();
  return fromMinute < toMinute
    ? minute >= fromMinute && minute < toMinute
    : minute >= fromMinute || minute < toMinute;
}

function minuteOf(hour = Number.NaN, minute = Number.NaN): number | undefined {
  const isTime = hour <= 24 && minute < MINUTES_PER_HOUR && (hour < 24 || minute === 0);
  return isTime ? hour * MINUTES_PER_HOUR + minute : undefined;
}
