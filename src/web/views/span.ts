/** Which time a view is of, out of its address: `span=7d`, or `from` and `to`. Refuses what is no time, and what is none in a year. */
import { usage } from '../../core/errors.ts';
import type { Span } from '../../monitor/store/store.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export const ZOOMS = ['1h', '1d', '7d', '30d'] as const;
export type Zoom = (typeof ZOOMS)[number];
const ZOOM_MS: Readonly<Record<Zoom, number>> = {
  '1h': HOUR_MS,
  '1d': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
};
const DEFAULT_ZOOM: Zoom = '1h';
/** Nothing is kept for longer, and an axis of ages has no room. */
const MOST_MS = 10 * 366 * DAY_MS;
const LEAST_MS = 1_000;

export interface AskedSpan extends Span {
  /** Undefined for one with ends of its own, which stays where it is. */
  readonly zoom: Zoom | undefined;
}

/** @throws EcholotError `usage` */
export function askedSpan(query: URLSearchParams, nowMs: number): AskedSpan {
  const [from, to] = [query.get('from'), query.get('to')];
  if (from === null && to === null) {
    const zoom = query.get('span') ?? DEFAULT_ZOOM;
    if (!isZoom(zoom)) throw usage(`${zoom} is no span`, `give one of ${ZOOMS.join(', ')}`);
    return { zoom, fromMs: nowMs - ZOOM_MS[zoom], toMs: nowMs };
  }
  return { zoom: undefined, ...spanBetween(from ?? '', to === null || to === '' ? String(nowMs) : to) };
}

/** The other range of two, `FROM..TO`; undefined where none is asked for. @throws EcholotError `usage` */
export function otherSpan(query: URLSearchParams): Span | undefined {
  const text = query.get('with');
  if (text === null || text === '') return undefined;
  const [from = '', to = ''] = text.split('..', 2);
  return spanBetween(from, to);
}

/** `2026-11-30T10:00Z`, for an address or a field of a form. @param atMs Unix time, ms */
export function momentParameter(atMs: number): string {
  return new Date(atMs).toISOString().replace(/(:00)?\.000Z$/, 'Z');
}

function spanBetween(from: string, to: string): Span {
  const span = { fromMs: readMoment(from), toMs: readMoment(to) };
  if (span.toMs - span.fromMs < LEAST_MS)
    throw usage('the time ends before it begins', 'give the earlier one first');
  if (span.toMs - span.fromMs > MOST_MS)
    throw usage('the time is longer than ten years', 'give a shorter one');
  return span;
}

/** Unix ms, or ISO 8601; without a zone, UTC. */
function readMoment(text: string): number {
  if (/^\d{1,14}$/.test(text)) return Number(text);
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?(Z|[+-]\d\d:\d\d)?$/.exec(
    text,
  );
  const atMs =
    match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`);
  if (!(atMs >= 0)) {
    throw usage(
      `${text === '' ? 'an empty text' : text} is no time`,
      'write it as 2026-11-30T10:00, which is UTC',
    );
  }
  return atMs;
}

function isZoom(text: string): text is Zoom {
  return (ZOOMS as readonly string[]).includes(text);
}
