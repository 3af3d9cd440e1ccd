/**
 * Why a server does not serve somebody, in words that a client can read and a person can, too: one line that begins as every
 * refusal does, so that clients that know nothing of it stop as well.
 *
 *     404 ERROR: Not Served: server full (at most 1024 sessions)
 *     404 ERROR: Not Served: too many new sessions (at most 600 a minute); again in 3 s
 *     404 ERROR: Not Served: message size (at most 65536 bytes)
 */
import { asciiBytes } from './grammar.ts';

interface RefusalRow {
  /** On the wire. */
  readonly words: string;
  /** What its number counts; undefined where it has none. */
  readonly unit: string | undefined;
  /** For the reader of a client's error: what the server does, and what he can do. */
  readonly told: (most: string) => string;
  readonly advice: string;
}

export const REFUSAL_REASONS = [
  'full',
  'share',
  'rate',
  'budget',
  'denied',
  'token',
  'size',
  'probes',
  'delay',
  'memory',
  'strained',
  'loads',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Every reason by its name. */
export const REFUSALS: Readonly<Record<RefusalReason, RefusalRow>> = {
  full: {
    words: 'server full',
    unit: 'sessions',
    told: (most) => `the server is full: it takes ${most} at once`,
    advice: 'try again when it has fewer clients, or let it take more (echolot serve --max-sessions)',
  },
  share: {
    words: 'too many sessions',
    unit: 'sessions',
    told: (most) => `the server takes ${most} of one client at once`,
    advice: 'use fewer connections, or wait until others of this address or network have ended',
  },
  rate: {
    words: 'too many new sessions',
    unit: 'a minute',
    told: (most) => `this client begins too many sessions: the server takes ${most}`,
    advice: 'wait, or measure in fewer blocks and sizes, each of which is a session',
  },
  budget: {
    words: 'budget used up',
    unit: 'bytes a day',
    told: (most) => `what this client may send and receive is used up: the server grants ${most}`,
    advice: 'wait, or ask its operator for a token with a budget of its own',
  },
  denied: {
    words: 'address not served',
    unit: undefined,
    told: () => 'the server does not serve this address',
    advice: 'ask its operator',
  },
  token: {
    words: 'token required',
    unit: undefined,
    told: () => 'the server serves holders of a token only',
    advice: 'ask its operator for one, and name its file with --token',
  },
  size: {
    words: 'message size',
    unit: 'bytes',
    told: (most) => `the server takes messages of ${most}`,
    advice: 'choose smaller --sizes',
  },
  probes: {
    words: 'probes of a session',
    unit: 'probes',
    told: (most) => `the server takes ${most} in a session`,
    advice: 'choose fewer --probes',
  },
  delay: {
    words: 'server delay',
    unit: 'ms',
    told: (most) => `the server delays echoes by ${most}`,
    advice: 'choose a shorter --server-delay',
  },
  memory: {
    words: 'no memory for messages of this size',
    unit: undefined,
    told: () => 'the server has no memory left for messages of this size',
    advice: 'choose smaller --sizes, or try again when it has fewer clients',
  },
  strained: {
    words: 'server short of memory',
    unit: undefined,
    told: () => 'the server has no memory left for another client',
    advice: 'try again when it has fewer clients',
  },
  loads: {
    words: 'loads used up',
    unit: 'a day',
    told: (most) => `this client has had its loads: the server grants ${most}`,
    advice: 'wait, or ask its operator for a token',
  },
};

export interface Refusal {
  readonly reason: RefusalReason;
  /** What would have been granted, in the unit of the reason. */
  readonly most?: number | undefined;
  /** When it is worth trying again. */
  readonly againSeconds?: number | undefined;
}

const START = '404 ERROR: Not Served: ';
const MAX_DIGITS = 14;
/** More than a day; so that a line has room for it. Whoever is told so and comes again is told the rest. */
const MAX_AGAIN_SECONDS = 99_999;
const FORM = new RegExp(
  `^${START}([a-z ]+?)(?: \\(at most (\\d{1,${MAX_DIGITS}}) ([a-zA-Z ]+)\\))?(?:; again in (\\d{1,5}) s)?\\s*$`,
);

/** As bytes, its LF included. */
export function encodeRefusal({ reason, most, againSeconds }: Refusal): Uint8Array {
  const { words, unit } = REFUSALS[reason];
  const bound = most === undefined || unit === undefined ? '' : ` (at most ${most} ${unit})`;
  const again = againSeconds === undefined ? '' : `; again in ${Math.min(againSeconds, MAX_AGAIN_SECONDS)} s`;
  return asciiBytes(`${START}${words}${bound}${again}\n`);
}

/** @param text a status line; undefined for a refusal in any other words */
export function readRefusal(text: string): Refusal | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, words, most, unit, again] = match;
  const reason = REFUSAL_REASONS.find((name) => REFUSALS[name].words === words);
  if (reason === undefined || (unit !== undefined && unit !== REFUSALS[reason].unit)) return undefined;
  return {
    reason,
    ...(most === undefined ? {} : { most: Number(most) }),
    ...(again === undefined ? {} : { againSeconds: Number(again) }),
  };
}

/** In a sentence, and what to do about it. */
export function refusalText({ reason, most, againSeconds }: Refusal): { what: string; advice: string } {
  const { told, unit, advice } = REFUSALS[reason];
  const bound = most === undefined || unit === undefined ? 'no more' : `at most ${most} ${unit}`;
  const again = againSeconds === undefined ? '' : `try again in ${againSeconds} s; or `;
  return { what: told(bound), advice: `${again}${advice}` };
}
