/**
 * A client's reading of a server's status lines. Servers end them with LF, without, or with LF only on
 * errors; they misspell them. So: complete at LF, at the end of the stream, or when a text that looks like a
 * status is followed by nothing for a short quiet time. Any `200` is a go-on, any `404` a stop.
 */
import { DIALECT_NAMES, DIALECTS } from './dialects.ts';
import { agreeingTo, combinations } from './extensions.ts';
import { asciiText, LF } from './grammar.ts';

const NS_PER_MS = 1_000_000n;
/** After a text that some server is known to send without LF: the LF may be in the next segment. */
const KNOWN_QUIET_NS: bigint = 20n * NS_PER_MS;
/** After an unknown text that begins as a status: more of it may be on its way. */
const UNKNOWN_QUIET_NS: bigint = 250n * NS_PER_MS;
/** No status line met in the field is longer than 60 bytes. */
export const MAX_STATUS_BYTES = 512;

export type Verdict = 'go-on' | 'stop' | 'not-a-status';

const KNOWN_TEXTS: ReadonlySet<string> = new Set(
  DIALECT_NAMES.flatMap((name) => {
    const { status, extensions } = DIALECTS[name];
    const agreeing = combinations(extensions).map((names) => agreeingTo(names, status.ready));
    return [...Object.values(status), ...agreeing].map(normalised);
  }),
);

/** Upper case, blanks squeezed out: `404ERROR` and `404 ERROR`, `200 Ok` and `200 OK` are one. */
function normalised(text: string): string {
  return text.replace(/\s+/g, '').toUpperCase();
}

/** What a whole status line tells the client. */
export function verdictOf(line: Uint8Array): Verdict {
  const text = asciiText(line, 0, Math.min(line.length, 16)).trimStart();
  if (text.startsWith('200')) return 'go-on';
  if (text.startsWith('404')) return 'stop';
  return 'not-a-status';
}

/** Whether bytes that may become a status line could still do so. */
export function mayBecomeStatus(bytes: Uint8Array): boolean {
  const start = asciiText(bytes, 0, Math.min(bytes.length, 3));
  return '200'.startsWith(start) || '404'.startsWith(start);
}

/**
 * How long to wait for more after `bytes`, ns; undefined to wait for the time-out, because they end in the
 * middle of a text that is known.
 */
export function quietNs(bytes: Uint8Array): bigint | undefined {
  if (bytes.length === 0 || bytes.includes(LF)) return undefined;
  const text = normalised(asciiText(bytes));
  if (KNOWN_TEXTS.has(text)) return KNOWN_QUIET_NS;
  for (const known of KNOWN_TEXTS) if (known.startsWith(text)) return undefined;
  return UNKNOWN_QUIET_NS;
}
