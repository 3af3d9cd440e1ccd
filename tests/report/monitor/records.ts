/** Records of a past that is known, made by the store of a test. */
import { readBetween } from '../../../src/monitor/history/read-between.ts';
import { readHistory } from '../../../src/monitor/history/read-history.ts';
import type { BetweenRecord } from '../../../src/monitor/records/between.ts';
import type { HistoryRecord } from '../../../src/monitor/records/history.ts';
import type { Store } from '../../../src/monitor/store/store.ts';
import { seededRandom } from '../../../src/stats/distributions/random.ts';
import { DAY_MS, HOUR_MS, keptStore } from '../../monitor/history/kept.ts';
import { MIDNIGHT_MS, seriesKey } from '../../monitor/store/measured.ts';
import { normalDraw } from '../../stats/simulate.ts';

const MINUTE_MS = 60_000;
const DAYS = 5;
export const END_MS: number = MIDNIGHT_MS + DAYS * DAY_MS;
/** Ten minutes, three hours before the end. */
const OUT = { fromMs: END_MS - 3 * HOUR_MS, toMs: END_MS - 3 * HOUR_MS + 10 * MINUTE_MS };
export const LAST_HOUR = { fromMs: END_MS - HOUR_MS, toMs: END_MS };

let filled: Promise<Store> | undefined;

/** Two targets, of which `near` was out for ten minutes and became half as slow again in the last hour. */
export function pastStore(): Promise<Store> {
  filled ??= fill();
  return filled;
}

async function fill(): Promise<Store> {
  const random = seededRandom(5);
  const drawn = (ns: number): number => ns * Math.exp(0.03 * normalDraw(random));
  const span = { lengthMs: DAYS * DAY_MS, everyMs: 2 * MINUTE_MS };
  const isOut = (atMs: number): boolean => atMs >= OUT.fromMs && atMs < OUT.toMs;
  const store = await keptStore(
    {
      ...span,
      medianNs: (atMs) => (isOut(atMs) ? undefined : drawn(atMs >= LAST_HOUR.fromMs ? 1.5e6 : 1e6)),
    },
    { ...span, series: seriesKey('far', '192.0.2.2'), medianNs: () => drawn(20e6) },
  );
  const told = { target: 'near', facts: {} };
  await store.write({
    intervals: [],
    events: [
      { ...told, atMs: OUT.fromMs, kind: 'down', text: 'near does not answer: connection refused' },
      { ...told, atMs: OUT.toMs, kind: 'up', text: 'near answers again' },
      {
        ...told,
        atMs: LAST_HOUR.fromMs + 5 * MINUTE_MS,
        kind: 'change',
        text: 'the median of near is 1.5 times what it was',
      },
    ],
  });
  return store;
}

/** @param target undefined for a row each */
export async function historyOf(target: string | undefined, lengthMs: number): Promise<HistoryRecord> {
  const span = { fromMs: END_MS - lengthMs, toMs: END_MS };
  return await readHistory(await pastStore(), { target, span, rowsFromMs: -HOUR_MS });
}

export async function betweenOf(target: string): Promise<BetweenRecord> {
  return await readBetween(await pastStore(), {
    target,
    a: {
      label: 'yesterday 23:00 to 24:00',
      fromMs: LAST_HOUR.fromMs - DAY_MS,
      toMs: LAST_HOUR.toMs - DAY_MS,
    },
    b: { label: 'today 23:00 to 24:00', ...LAST_HOUR },
  });
}
