/**
 * The messages of a load, as data and as bytes: what a client may ask a server to carry, what the server grants, and
 * what the two say to each other from then on. Every message is one line of ASCII, closed by LF; a data frame is a
 * line with the number of opaque bytes that follow it. Refuses to know when a message may be sent (`load-states.ts`)
 * and how lines are found in a stream (`load-reader.ts`).
 *
 *     client                                    server
 *     l new 20000 0 8                           200 OK: Load 8f3a...c1 20000 1000000000 8
 *                                               200 OK: Wait 14000               (another load is under way)
 *     l turn 120000 20000 0 8                   200 OK: Turn 34000 1             (each second, while others come before)
 *                                               200 OK: Load 8f3a...c1 20000 1000000000 8
 *     l 8f3a...c1                               200 OK: Load 8f3a...c1 19990 1000000000 8
 *                                               404 ERROR: Invalid Load Message
 *     b 0           begin to send, at most so many bit/s; 0 for as fast as can be
 *     m 17          marker                      a 17 31000       its answer, with the time it was kept, ns
 *                                               k 17 28100 4000  the same by the kernel's stamps, later
 *     d 262144 ...  data                        d 262144 ...
 *                                               r 7340032 1200000000 430000  received so far, when, processor
 *     e 7340032     no more data, so many sent  e 7340032
 *                                               x time           it is over, and why; then FIN
 */
import { asciiBytes } from '../wire/grammar.ts';

/** Largest data frame, its line not counted: a larger one gains nothing and keeps markers waiting. */
export const MAX_DATA_BYTES: number = 1024 * 1024;
/** A key is this many hexadecimal digits: 128 bits that nobody guesses. */
export const LOAD_KEY_DIGITS = 32;
/** Numbers of markers begin again after this one. */
export const MAX_MARKER = 999_999_999;
/** Answer to a question of a load that cannot be understood, or whose key is not known, or no longer. */
export const LOAD_ERROR = '404 ERROR: Invalid Load Message\n';

/** What a load may be at most; 0 bit/s for any rate. */
export interface LoadTerms {
  /** From the grant on, ms. */
  readonly durationMs: number;
  /** Of payload in each direction, all streams together, bit/s; 0 for no bound. */
  readonly bitsPerSecond: number;
  /** Connections that carry data at once. */
  readonly streams: number;
}

export type LoadQuestion =
  | ({ readonly kind: 'new' } & LoadTerms)
  /** Likewise; where others come before, it waits for its turn, for so many ms at most. 0 asks how long that would be. */
  | ({ readonly kind: 'turn'; readonly patienceMs: number } & LoadTerms)
  /** A further connection of the load that has this key. */
  | { readonly kind: 'join'; readonly key: string };

export type LoadAnswer =
  | ({ readonly kind: 'granted'; readonly key: string } & LoadTerms)
  /** Another load is under way; it is worth asking again after so many ms. */
  | ({ readonly kind: 'wait'; readonly afterMs: number } & Partial<Pick<LoadTurn, 'before'>>);

/** What a client that waits for its turn is told, each second; it keeps its place until it leaves or is answered. */
export interface LoadTurn {
  readonly kind: 'turn';
  /** When its turn comes if all before it take as long as they may, ms. */
  readonly afterMs: number;
  /** Clients that wait and come before. */
  readonly before: number;
}

/** Why a server ends a load: its time is over, its client has gone or said so, it broke the rules, or the server ends. */
export const LOAD_ENDS = ['time', 'done', 'rules', 'shutdown'] as const;
export type LoadEnd = (typeof LOAD_ENDS)[number];

/** What either side may hear within a load. */
export type LoadMessage =
  | { readonly kind: 'begin'; readonly bitsPerSecond: number }
  | { readonly kind: 'marker'; readonly marker: number }
  | { readonly kind: 'answer'; readonly marker: number; readonly residenceNs: number }
  | {
      readonly kind: 'kernel-answer';
      readonly marker: number;
      readonly residenceNs: number;
      readonly waitNs: number;
    }
  | ({ readonly kind: 'report' } & LoadReport)
  | { readonly kind: 'end'; readonly sentBytes: number }
  | { readonly kind: 'over'; readonly reason: LoadEnd };

/** What a receiver tells of a connection, ten times a second and at the end. */
export interface LoadReport {
  /** Payload of data frames received since the connection began, bytes. */
  readonly receivedBytes: number;
  /** Its own monotonic clock, ns from an origin of its own. */
  readonly clockNs: number;
  /** Of one processor, what its thread used since its last report, in millionths; 0 where it does not know. */
  readonly cpuMillionths: number;
}

/** Who says what; data frames go either way. Whoever hears a message of the wrong side has a peer that breaks the rules. */
export const LOAD_SPEAKER: Readonly<Record<LoadMessage['kind'], 'client' | 'server' | 'both'>> = {
  begin: 'client',
  marker: 'client',
  answer: 'server',
  'kernel-answer': 'server',
  report: 'server',
  end: 'both',
  over: 'server',
};

const NUMBER = /^(?:0|[1-9]\d{0,14})$/;
const KEY = new RegExp(`^[0-9a-f]{${LOAD_KEY_DIGITS}}$`);

export function encodeQuestion(question: LoadQuestion): Uint8Array {
  switch (question.kind) {
    case 'new':
      return line(`l new ${termsText(question)}`);
    case 'turn':
      return line(`l turn ${question.patienceMs} ${termsText(question)}`);
    case 'join':
      return line(`l ${question.key}`);
  }
}

/** @param text a line without its LF */
export function readQuestion(text: string): LoadQuestion | undefined {
  const [letter, what, ...fields] = text.split(' ');
  if (letter !== 'l' || what === undefined) return undefined;
  if (KEY.test(what)) return fields.length === 0 ? { kind: 'join', key: what } : undefined;
  return what === 'turn' ? readTurnQuestion(fields) : what === 'new' ? readNewQuestion(fields) : undefined;
}

/** One line; whoever asked for a turn and has to go is told in one more, ahead of it, how many come before. */
export function encodeAnswer(answer: LoadAnswer): Uint8Array {
  if (answer.kind === 'granted') return line(`200 OK: Load ${answer.key} ${termsText(answer)}`);
  const { afterMs, before } = answer;
  const turn = before === undefined ? '' : `${turnText({ afterMs, before })}\n`;
  return line(`${turn}200 OK: Wait ${afterMs}`);
}

export function encodeTurn(turn: LoadTurn): Uint8Array {
  return line(turnText(turn));
}

/** @param text a line without its LF */
export function readTurn(text: string): LoadTurn | undefined {
  const [afterMs, before] = (/^200 OK: Turn (\d+) (\d+)$/.exec(text)?.slice(1) ?? []).map(readNumber);
  return afterMs === undefined || before === undefined ? undefined : { kind: 'turn', afterMs, before };
}

/** @param text a line without its LF; undefined for {@link LOAD_ERROR} and all that is no answer */
export function readAnswer(text: string): LoadAnswer | undefined {
  const match = /^200 OK: (Load|Wait) (.+)$/.exec(text);
  const [key = '', ...fields] = match?.[2]?.split(' ') ?? [];
  if (match?.[1] === 'Wait') {
    const afterMs = readNumber(key);
    return afterMs !== undefined && fields.length === 0 ? { kind: 'wait', afterMs } : undefined;
  }
  const terms = readTerms(fields);
  return KEY.test(key) && terms !== undefined ? { kind: 'granted', key, ...terms } : undefined;
}

export function encodeMessage(message: LoadMessage): Uint8Array {
  return line(messageText(message));
}

/** The line before the payload of a data frame. */
export function encodeDataHead(payloadBytes: number): Uint8Array {
  return line(`d ${payloadBytes}`);
}

/** @param text a line without its LF; a data frame's own is read by {@link readDataHead} */
export function readMessage(text: string): LoadMessage | undefined {
  const [letter, ...fields] = text.split(' ');
  const numbers = fields.map(readNumber);
  const [a, b, c] = numbers;
  const has = (count: number): boolean =>
    fields.length === count && numbers.every((number) => number !== undefined);
  switch (letter) {
    case 'b':
      return has(1) ? { kind: 'begin', bitsPerSecond: a as number } : undefined;
    case 'm':
      return has(1) && (a as number) <= MAX_MARKER ? { kind: 'marker', marker: a as number } : undefined;
    case 'a':
      if (!has(2) || (a as number) > MAX_MARKER) return undefined;
      return { kind: 'answer', marker: a as number, residenceNs: b as number };
    case 'k':
      if (!has(3) || (a as number) > MAX_MARKER) return undefined;
      return { kind: 'kernel-answer', marker: a as number, residenceNs: b as number, waitNs: c as number };
    case 'r':
      if (!has(3)) return undefined;
      return { kind: 'report', receivedBytes: a as number, clockNs: b as number, cpuMillionths: c as number };
    case 'e':
      return has(1) ? { kind: 'end', sentBytes: a as number } : undefined;
    case 'x': {
      const reason = LOAD_ENDS.find((end) => end === fields[0]);
      return reason !== undefined && fields.length === 1 ? { kind: 'over', reason } : undefined;
    }
    default:
      return undefined;
  }
}

/** @returns how many bytes follow; undefined for what is no data frame, or one of none or too many */
export function readDataHead(text: string): number | undefined {
  if (!text.startsWith('d ')) return undefined;
  const bytes = readNumber(text.slice(2));
  return bytes !== undefined && bytes >= 1 && bytes <= MAX_DATA_BYTES ? bytes : undefined;
}

function messageText(message: LoadMessage): string {
  switch (message.kind) {
    case 'begin':
      return `b ${message.bitsPerSecond}`;
    case 'marker':
      return `m ${message.marker}`;
    case 'answer':
      return `a ${message.marker} ${message.residenceNs}`;
    case 'kernel-answer':
      return `k ${message.marker} ${message.residenceNs} ${message.waitNs}`;
    case 'report':
      return `r ${message.receivedBytes} ${message.clockNs} ${message.cpuMillionths}`;
    case 'end':
      return `e ${message.sentBytes}`;
    case 'over':
      return `x ${message.reason}`;
  }
}

function turnText({ afterMs, before }: Omit<LoadTurn, 'kind'>): string {
  return `200 OK: Turn ${afterMs} ${before}`;
}

function readNewQuestion(fields: readonly string[]): LoadQuestion | undefined {
  const terms = readTerms(fields);
  return terms && { kind: 'new', ...terms };
}

function readTurnQuestion([patience = '', ...fields]: readonly string[]): LoadQuestion | undefined {
  const patienceMs = readNumber(patience);
  const terms = readTerms(fields);
  return patienceMs === undefined || terms === undefined ? undefined : { kind: 'turn', patienceMs, ...terms };
}

function termsText({ durationMs, bitsPerSecond, streams }: LoadTerms): string {
  return `${durationMs} ${bitsPerSecond} ${streams}`;
}

function readTerms(fields: readonly string[]): LoadTerms | undefined {
  const [durationMs, bitsPerSecond, streams] = fields.map(readNumber);
  if (
    fields.length !== 3 ||
    durationMs === undefined ||
    bitsPerSecond === undefined ||
    streams === undefined
  ) {
    return undefined;
  }
  return durationMs >= 1 && streams >= 1 ? { durationMs, bitsPerSecond, streams } : undefined;
}

/** Decimal digits without a sign or leading zeros, fifteen at most: exact in a double. */
function readNumber(text: string): number | undefined {
  return NUMBER.test(text) ? Number(text) : undefined;
}

function line(text: string): Uint8Array {
  return asciiBytes(`${text}\n`);
}
