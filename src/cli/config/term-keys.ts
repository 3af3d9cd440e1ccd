/** The keys by which a configuration gives a class its terms: how each is written, and what it means. */
import type { ValueParser } from '@optique/core/valueparser';
import type { ClassTerms } from '../../index.ts';
import { MAX_SIZE_BYTES } from '../../options.ts';
import { LIMIT_TIME, SESSION_TIME } from '../options/words/ranges.ts';
import { bitRate, byteSize, count, duration } from '../options/words/values.ts';

const NS_PER_MS = 1_000_000;
const MAX_COUNT = 1_000_000_000;
/** Ten terabytes, in a day or in a second. */
const MAX_BYTES = 1e13;
const LOAD_RATE = { min: 10_000, max: 1e13 };

export interface TermKey {
  readonly term: keyof ClassTerms;
  readonly parser: ValueParser<'sync', number>;
  /** From the unit of the parser to that of the term. */
  readonly factor: number;
  readonly meaning: string;
}

function key(
  term: keyof ClassTerms,
  parser: ValueParser<'sync', number>,
  meaning: string,
  factor = 1,
): TermKey {
  return { term, parser, factor, meaning };
}

const some = count({ min: 1, max: MAX_COUNT });
const someOrNone = count({ min: 0, max: MAX_COUNT });
const bytesOrNone = byteSize({ min: 0, max: MAX_BYTES });

export const TERM_KEYS: Readonly<Record<string, TermKey>> = {
  sessions: key('maxClientSessions', some, 'sessions of a client at once'),
  'new-sessions-per-minute': key(
    'newSessionsPerMinute',
    someOrNone,
    'sessions that a client may begin in a minute, as many of them at once; 0 for no bound',
  ),
  'session-time': key('maxSessionNs', duration(SESSION_TIME), 'longest session', NS_PER_MS),
  'messages-per-second': key(
    'messagesPerSecond',
    someOrNone,
    'messages of a client, all its sessions together; whoever sends more is answered later; 0 for no bound',
  ),
  'bytes-per-second': key(
    'bytesPerSecond',
    bytesOrNone,
    'what they carry, both directions together, loads not counted; 0 for no bound',
  ),
  'bytes-per-day': key(
    'bytesPerDay',
    bytesOrNone,
    'what a client may send and receive in a day, loads counted; it comes back evenly; 0 for no bound',
  ),
  delay: key('maxDelayNs', duration({ min: 0, max: LIMIT_TIME.max }), 'longest server delay', NS_PER_MS),
  payload: key('maxPayloadBytes', byteSize({ min: 1, max: MAX_SIZE_BYTES }), 'largest message size'),
  probes: key('maxProbes', some, 'most probes of a session'),
  'load-time': key('maxLoadMs', duration(LIMIT_TIME), 'longest load'),
  'load-rate': key(
    'maxLoadBitsPerSecond',
    bitRate(LOAD_RATE),
    'most that a load carries in each direction, bit/s',
  ),
  'load-streams': key('maxLoadStreams', some, 'most connections of a load that carry data'),
  'loads-per-day': key('loadsPerDay', someOrNone, 'loads of a client in a day; 0 for no bound'),
};
