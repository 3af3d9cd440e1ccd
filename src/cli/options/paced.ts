/** Probes that do not wait for each other: how often they are due, and how many may be under way. */
import { object } from '@optique/core/constructs';
import { message, text } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import { option } from '@optique/core/primitives';
import { ARRIVALS } from '../../clock/pace.ts';
import {
  DEFAULT_IN_FLIGHT,
  DEFAULT_PACED_WARMUP_MS,
  DEFAULT_STEP_MS,
  MAX_CONNECTIONS,
  MAX_RATE_PER_SECOND,
  MAX_STEP_MS,
  MAX_STEPS,
  MIN_STEP_MS,
  MOST_IN_FLIGHT,
} from '../../options.ts';
import { defaultedLater } from './words/defaulted.ts';
import { count, duration, durationText, ratesPerSecond, word } from './words/values.ts';

export const pacedOptions = object('Probes that do not wait for each other', {
  rates: optional(
    option('--rate', ratesPerSecond(MAX_RATE_PER_SECOND, MAX_STEPS), {
      description: message`an open loop: probes are due so often, such as 2000/s or 120/m, on all connections together, whether or not earlier ones are answered; several rates, separated by commas, are a step each`,
    }),
  ),
  arrivals: defaultedLater(
    option('--arrivals', word(ARRIVALS, 'ARRIVALS'), {
      description: message`when they are due: at even distances, or at random ones, as from many who know nothing of each other`,
    }),
    'uniform',
  ),
  connections: optional(
    option('--connections', count({ min: 1, max: MAX_CONNECTIONS }), {
      description: message`connections that take turns, by default 1; without --rate a closed loop at its limit, how many probes a second are answered`,
    }),
  ),
  inFlight: optional(
    option('--in-flight', count({ min: 1, max: MOST_IN_FLIGHT }), {
      description: message`most probes under way on each, by default ${text(String(DEFAULT_IN_FLIGHT))} with --rate and 1 without; 1 where the protocol takes one after the other`,
    }),
  ),
  durationMs: defaultedLater(
    option('--duration', duration({ min: MIN_STEP_MS, max: MAX_STEP_MS }), {
      description: message`how long each step lasts, after a warm-up of ${text(durationText(DEFAULT_PACED_WARMUP_MS))} at its rate`,
    }),
    durationText(DEFAULT_STEP_MS),
  ),
});
