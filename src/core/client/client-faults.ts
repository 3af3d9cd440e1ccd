/** What a client says of a server that broke off, refused, was silent or said something else, for people. */
import { EcholotError } from '../errors.ts';
import type { SessionState } from '../transitions.ts';
import { DIALECTS, type Dialect, type DialectName } from '../wire/dialects.ts';
import { EXTENSIONS, hasWord } from '../wire/extensions.ts';
import { asciiText, printable } from '../wire/grammar.ts';
import { readRefusal, refusalText } from '../wire/refusals.ts';
import { verdictOf } from '../wire/status.ts';
import type { ExtensionReader, Fault } from './answer-reader.ts';
import { adviceOnForeign, foreignServer } from './foreign-server.ts';
import { NO_TOKENS_ADVICE } from './token-faults.ts';
import { adviceOnEcho, adviceOnFirstNumber, numberOfEcho } from './wrong-echo.ts';

/** What a client was doing when it happened. */
export interface Moment {
  readonly state: SessionState;
  readonly dialect: Dialect;
  /** The setup message. */
  readonly opening: Uint8Array;
  /** The last probe and its number. */
  readonly message: Uint8Array;
  readonly sequence: number;
  readonly payloadBytes: number;
  /** The server delay as it was written; undefined when none was asked for. */
  readonly delay: string | undefined;
  /** What was asked beyond the protocol, of an extension; undefined while nothing is. */
  readonly asked: Pick<ExtensionReader, 'owed' | 'expected'> | undefined;
}

/** A peer failure: the server did what is not in the protocol. */
export function peerFault(what: string, received: Uint8Array, moment: Moment): EcholotError {
  const isEarly = moment.state === 'setup' || moment.state === 'setup-answer';
  const other = isEarly ? foreignServer(received) : undefined;
  const isPlainEcho = moment.state === 'setup-answer' && isEchoOf(received, moment.opening);
  const message =
    other === undefined
      ? `the server ${isPlainEcho ? 'sent the setup message back' : what}`
      : `this is ${other}, and no echo server`;
  return new EcholotError('peer', message, {
    expected: expectedIn(moment),
    received: received.length > 0 ? printable(received) : 'nothing',
    speaksOtherwise: isPlainEcho || other !== undefined,
    advice: adviceOf(isPlainEcho, other) ?? adviceIn(moment, received),
  });
}

function adviceOf(isPlainEcho: boolean, other: string | undefined): string | undefined {
  if (isPlainEcho) return 'it is a plain echo server: try echolot measure --plain';
  return other === undefined
    ? undefined
    : adviceOnForeign(
        other,
        'name the port of an echo server; echolot ping times the handshake with any open port',
      );
}

/** A server that says why it does not serve this client; undefined where it says anything else. */
export function notServedFault(received: Uint8Array): EcholotError | undefined {
  const refusal = readRefusal(asciiText(received));
  if (refusal === undefined) return undefined;
  const { what, advice } = refusalText(refusal);
  return new EcholotError('limit', what, { received: printable(received), advice, refusal: refusal.reason });
}

/** A refusal before anything was asked: it can only be the connection itself that is refused. */
export function fullFault(received: Uint8Array): EcholotError {
  return new EcholotError(
    'limit',
    'the server is full, or does not serve this address: it refused the connection before anything was asked',
    {
      expected: 'nothing',
      received: printable(received),
      advice:
        'try again when it has fewer clients, or let it take more (echolot serve --max-sessions, --max-client-sessions)',
    },
  );
}

/**
 * No further connection after the first: "nothing listens there" is no help to whoever started a server.
 * @param cause what became of the second connection
 * @param remedy of {@link oneConnectionOptions}
 */
export function oneConnectionFault(cause: EcholotError, remedy: string): EcholotError {
  const error = new EcholotError('peer', `the server took one connection and no other: ${cause.message}`, {
    cause,
    advice: `start it again for each size, and measure that in one session: ${remedy}, with --type and one of --sizes`,
  });
  error.phase = cause.phase;
  return error;
}

/**
 * The command, with its options, of a run that needs no more than one connection.
 * @param spoken undefined where it is not known
 * @param asksStamps whether the client asks for stamps: a server that refuses the question has spent a connection on it
 */
export function oneConnectionOptions(spoken: DialectName | 'plain' | undefined, asksStamps: boolean): string {
  const name = spoken === 'plain' ? '--plain' : `--dialect ${spoken ?? 'NAME'}`;
  const asks =
    asksStamps &&
    spoken !== 'plain' &&
    (spoken === undefined || DIALECTS[spoken].extensions.includes('stamps'));
  return `echolot measure ${name} --blocks 1 --warmup 0${asks ? ' --stamps off' : ''}`;
}

/** Nothing, or no whole answer, came in time. */
export function timeoutFault(waitedMs: number, received: Uint8Array, moment: Moment): EcholotError {
  const none = received.length === 0 ? 'no answer' : 'no whole answer';
  return new EcholotError('timeout', `${none} within ${waitedMs} ms to ${owedFor(moment)}`, {
    expected: expectedIn(moment),
    advice: (moment.state === 'echo' ? adviceOnEcho(received, moment) : undefined) ?? adviceOnSilence(moment),
    ...(received.length > 0 ? { received: printable(received) } : {}),
  });
}

/** What is wrong with what came, a refusal included. */
export function wrongIn(
  moment: Moment,
  fault: Fault | 'refused' | 'stray-status',
  received: Uint8Array,
): string {
  switch (fault) {
    case 'refused':
      return `refused ${refusedIn(moment)}`;
    case 'stray-status':
      return `answered ${owedFor(moment)} with a status`;
    case 'no-echo':
      return wrongEcho('probe', moment.sequence, numberOfEcho(received, moment));
    case 'no-status':
      return `answered ${owedFor(moment)} with something that is no status`;
    case 'no-answer':
      return `answered ${owedFor(moment)} with something else`;
    case 'endless':
      return `sent no status in answer to ${owedFor(moment)}`;
  }
}

/** @param came the number of the echo that came instead; undefined where it is no such thing */
export function wrongEcho(message: 'probe' | 'message', due: number, came: number | undefined): string {
  return came === undefined || came === due
    ? `sent something else than the echo of ${message} ${due}`
    : `sent the echo of ${message} ${came} where that of ${message} ${due} was due`;
}

/** Where in the session the server closed the connection. */
export function closedIn(moment: Moment): string {
  if (moment.state === 'setup') return 'before anything was said';
  return moment.state === 'measurement'
    ? 'between two messages'
    : `instead of an answer to ${owedFor(moment)}`;
}

/** What the server owes an answer to. */
function owedFor({ state, sequence, asked }: Moment): string {
  switch (state) {
    case 'setup-answer':
      return 'the setup message';
    case 'echo':
      return `probe ${sequence}`;
    case 'termination-answer':
      return 'the termination message';
    default:
      return asked?.owed ?? 'nothing';
  }
}

/** What a refusal refuses. */
function refusedIn(moment: Moment): string {
  switch (moment.state) {
    case 'setup-answer':
      return 'the setup';
    case 'termination-answer':
      return 'the termination';
    default:
      return owedFor(moment);
  }
}

/** What would have been right. */
function expectedIn({ state, message, asked }: Moment): string {
  switch (state) {
    case 'setup-answer':
      return '200 OK: Ready';
    case 'echo':
      return printable(message, 30);
    case 'termination-answer':
      return '200 OK: Closing Connection';
    default:
      return asked?.expected ?? 'nothing';
  }
}

/** What a user can try when the server broke off or said something else. */
function adviceIn(moment: Moment, received: Uint8Array): string {
  const { state, dialect, sequence } = moment;
  if (received.length === 0)
    return 'look at the log of the server: it may have stopped, or dropped this session';
  if (state === 'setup-answer' && verdictOf(received) === 'stop') {
    return hasWord(asciiText(moment.opening), EXTENSIONS.token.word)
      ? `the server may know no tokens: ${NO_TOKENS_ADVICE}; or ask for less`
      : 'ask for less, or try another --dialect: its log may say which';
  }
  const usual = 'try another --dialect; echolot measure --verbose shows every message';
  if (state !== 'echo') return usual;
  const isFirst = sequence === dialect.probe.firstSequence;
  if (isFirst && verdictOf(received) === 'stop') return adviceOnFirstNumber(dialect);
  return adviceOnEcho(received, moment) ?? usual;
}

/** A delay in another unit is a thousand times as long, and looks like silence. */
function adviceOnSilence({ state, delay, sequence }: Moment): string {
  const usual = 'look whether the server still runs, or raise --timeout';
  // A server that has kept to the delay before reads it in the right unit.
  if (state !== 'echo' || delay === undefined || sequence > 1) return usual;
  return `the server was asked for a delay of "${delay}", and may read it in another unit: try --delay-unit seconds or milliseconds; or else ${usual}`;
}

function isEchoOf(received: Uint8Array, sent: Uint8Array): boolean {
  return (
    received.length > 0 && received.length <= sent.length && received.every((byte, i) => byte === sent[i])
  );
}
