/** Options of `compare` that are of loads: which loads take turns, and how often. */
import { object } from '@optique/core/constructs';
import { message, text } from '@optique/core/message';
import { optional } from '@optique/core/modifiers';
import { option } from '@optique/core/primitives';
import {
  COMPARED_DATA_MS,
  COMPARED_REST_MS,
  COMPARED_STEP_MS,
  COMPARED_WAIT_TURN_MS,
  DEFAULT_ROUNDS,
  MAX_PHASE_MS,
  MAX_PROBE_INTERVAL_MS,
  MAX_ROUNDS,
  MIN_PROBE_INTERVAL_MS,
} from '../../../options.ts';
import { waitTurn } from '../../options/reach.ts';
import { defaulted } from '../../options/words/defaulted.ts';
import { count, duration, durationText } from '../../options/words/values.ts';
import { phaseNames } from './load-values.ts';

/** Fewer pairs of loads bear no interval. */
const LEAST_ROUNDS = 5;
/** Shorter ones have not a single whole second of load. */
const PHASE_TIME = { min: 100, max: MAX_PHASE_MS };

export const loadsInTurns = object('Loads in turns', {
  load: option('--load', {
    description: message`compare loads: goodput, and the increase of the round-trip time, by pairs of short loads in random order`,
  }),
  rounds: defaulted<number | undefined>(
    option('--rounds', count({ min: LEAST_ROUNDS, max: MAX_ROUNDS }), {
      description: message`this many pairs of loads, or of open loops`,
    }),
    undefined,
    String(DEFAULT_ROUNDS),
  ),
  phases: optional(
    option('--phases', phaseNames(), {
      description: message`what runs in each load, as of ${text('echolot load')}; by default idle,down,up`,
    }),
  ),
  durationMs: optional(
    option('--duration', duration(PHASE_TIME), {
      description: message`how long each phase lasts; by default ${text(durationText(COMPARED_REST_MS))} for idle, ${text(durationText(COMPARED_DATA_MS))} for each with data; of an open loop each step, by default ${text(durationText(COMPARED_STEP_MS))}`,
    }),
  ),
  echo: option('--echo', {
    description: message`the servers only echo: the same data goes both ways at once, in the phases idle,both`,
  }),
  probeIntervalMs: optional(
    option('--probe-interval', duration({ min: MIN_PROBE_INTERVAL_MS, max: MAX_PROBE_INTERVAL_MS }), {
      description: message`from one probe beside the data to the next`,
    }),
  ),
  waitTurnMs: waitTurn(
    message`wait in the queue of a server that carries another load, for so long at most before each load; by default ${text(durationText(COMPARED_WAIT_TURN_MS))}`,
  ),
});
