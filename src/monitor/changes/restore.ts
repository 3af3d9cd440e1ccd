/** Whether something is a kept {@link ChangeState}: its form, its bounds, and that its parts fit together. */
import { type ChangeState, MOST_KEPT, WINDOWS } from './detector.ts';
import { type Excursions, KEPT_BLOCKS } from './excursions.ts';

export function isChangeState(value: unknown): value is ChangeState {
  if (!isRecord(value)) return false;
  const { logs, fromMs, seen, middle, middleAt, left, excursions } = value;
  if (!isNumbers(logs) || !isNumbers(fromMs) || logs.length !== fromMs.length) return false;
  if (logs.length > MOST_KEPT || !isCount(seen) || seen < logs.length) return false;
  if (!(middle === null || Number.isFinite(middle)) || !isCount(middleAt) || middleAt > seen) return false;
  if (left !== null && !isLeft(left, seen)) return false;
  if (!Array.isArray(excursions) || excursions.length !== WINDOWS.length) return false;
  return excursions.every((one, i) => isExcursions(one, WINDOWS[i] as number));
}

function isLeft(value: unknown, seen: number): boolean {
  if (!isRecord(value)) return false;
  const { middle, deviation, at } = value;
  return Number.isFinite(middle) && Number.isFinite(deviation) && isCount(at) && at <= seen;
}

function isExcursions(value: unknown, length: number): value is Excursions {
  if (!isRecord(value) || value['length'] !== length) return false;
  const { looks, current, last, peaks, meanSize, windows } = value;
  if (!isCount(looks) || !isCount(windows) || ![current, last, meanSize].every(isSize)) return false;
  if (!Array.isArray(peaks) || peaks.length > KEPT_BLOCKS) return false;
  return peaks.every((peak) => isRecord(peak) && isCount(peak['block']) && isSize(peak['size']));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(Number.isFinite);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isSize(value: unknown): value is number {
  return Number.isFinite(value) && (value as number) >= 0;
}
