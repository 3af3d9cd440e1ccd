/** Moments, ages and shares in words. All moments are told in UTC: who reads a page may be anywhere. */
import { figureText } from '../../../text/numbers.ts';

const MS_PER_S = 1_000;
const S_PER_MIN = 60;
const MIN_PER_H = 60;
const H_PER_D = 24;
/** Of a stamp: its day, and its seconds with what parts them. */
const DAY = 'YYYY-MM-DD'.length;
const SECONDS = ':00'.length;

/** `2026-11-30 21:50:07 UTC`. @param atMs Unix time, ms */
export function momentText(atMs: number): string {
  return `${stampText(atMs)} UTC`;
}

/** The same without the zone, for tables that name it once. */
export function stampText(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** `2026-11-30 09:00 to 10:00 UTC`: the day of the end only where it is another one. */
export function utcSpanText({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): string {
  const [from, to] = [stampText(fromMs), stampText(toMs)].map((stamp) => stamp.slice(0, -SECONDS)) as [
    string,
    string,
  ];
  return `${from} to ${from.slice(0, DAY) === to.slice(0, DAY) ? to.slice(DAY + 1) : to} UTC`;
}

/** How long something holds, in its two largest units: `8 s`, `4 min`, `3 h 12 min`, `5 d 3 h`. @param ms not below 0 */
export function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / MS_PER_S));
  const minutes = Math.floor(seconds / S_PER_MIN);
  const hours = Math.floor(minutes / MIN_PER_H);
  const days = Math.floor(hours / H_PER_D);
  if (days > 0) return joined([days, 'd'], [hours % H_PER_D, 'h']);
  if (hours > 0) return joined([hours, 'h'], [minutes % MIN_PER_H, 'min']);
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

/** `99.98 %`: one that is not whole is never rounded to 100 %. @param share 0 to 1; null where nothing counts */
export function shareText(share: number | null): string {
  if (share === null) return 'unknown';
  if (share === 1) return '100 %';
  const percent = share * 100;
  return `${figureText(percent > 99 ? Math.min(99.999, Math.floor(percent * 1_000) / 1_000) : percent, percent > 99 ? 5 : 3)} %`;
}

function joined(...parts: readonly (readonly [n: number, unit: string])[]): string {
  return parts.flatMap(([n, unit], i) => (i > 0 && n === 0 ? [] : [`${n} ${unit}`])).join(' ');
}
