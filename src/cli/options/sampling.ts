/** What is measured and how often: the options of every command that takes samples, each defined once. */
import type { Message } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import type { Parser } from '@optique/core/parser';
import { option } from '@optique/core/primitives';
import { MAX_BLOCKS, MAX_DURATION_MS, MAX_PROBES, MAX_SEED, MAX_SIZE_BYTES } from '../../options.ts';
import { LIMIT_TIME, PRECISION } from './words/ranges.ts';
import { byteSizes, count, duration, percent, word } from './words/values.ts';

type Optional<T> = Parser<'sync', T | undefined, unknown>;
type Type = 'rtt' | 'throughput' | 'both';

export function type(description: Message): Parser<'sync', Type, unknown> {
  return option('-t', '--type', word(['rtt', 'throughput', 'both'], 'TYPE'), { description });
}

export function sizes(description: Message): Optional<readonly number[]> {
  return optional(option('-s', '--sizes', byteSizes({ min: 1, max: MAX_SIZE_BYTES }), { description }));
}

export function probes(description: Message, min = 1): Optional<number> {
  return optional(option('-n', '-c', '--probes', count({ min, max: MAX_PROBES }), { description }));
}

export function blocks(description: Message, min = 1): Optional<number> {
  return optional(option('--blocks', count({ min, max: MAX_BLOCKS }), { description }));
}

export function precision(description: Message): Optional<number> {
  return optional(option('--precision', percent(PRECISION), { description }));
}

export function maxTime(description: Message): Parser<'sync', number, unknown> {
  return option('--max-time', duration(LIMIT_TIME), { description });
}

export function warmup(description: Message): Optional<number> {
  return optional(option('--warmup', count({ min: 0, max: MAX_PROBES }), { description }));
}

export function seed(description: Message): Optional<number> {
  return optional(option('--seed', count({ min: 0, max: MAX_SEED }), { description }));
}

/** Times from nothing on, such as delays. */
export const FROM_ZERO: { readonly min: number; readonly max: number } = { min: 0, max: MAX_DURATION_MS };
