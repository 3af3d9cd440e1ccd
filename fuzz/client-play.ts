/**
 * Gives a client its answers, and judges it by what is written about echoes, not by its own code: it must end, throw
 * nothing but what is meant for people, and take for an echo only what is one.
 */
import { ClientSession } from '../src/core/client/client-session.ts';
import { type PipelinedSession, pipelined, pipelinedPlain } from '../src/core/client/pipelined-session.ts';
import { EcholotError } from '../src/core/errors.ts';
import { LoadGreeting } from '../src/core/load/load-greeting.ts';
import { LoadReader } from '../src/core/load/load-reader.ts';
import { DIALECTS, type Dialect } from '../src/core/wire/dialects.ts';
import type { Setup } from '../src/core/wire/messages.ts';
import { type ClientInput, payloadOf, plainMessages } from './client-input.ts';
import { bytesOf } from './input.ts';

const SCRIBBLE = 0xff;
const PROBES = 20;
/** Probes under way. */
const MOST_AT_ONCE = 4;

/** How it ended, for the count of what was met, and what must not be. */
export interface ClientOutcome {
  readonly end: string;
  readonly fault: string | undefined;
}

type Session = ClientSession | PipelinedSession;

export function playClient(input: ClientInput): ClientOutcome {
  try {
    return input.client === 'load' ? playLoad(input) : new Play(input).run();
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { end: 'thrown', fault: `threw ${text}` };
  }
}

class Play {
  private readonly input: ClientInput;
  private readonly session: Session;
  private nowNs = 1_000_000n;
  /** Messages to a plain echo server. */
  private sent = 0;

  constructor(input: ClientInput) {
    this.input = input;
    this.session = sessionOf(input);
  }

  run(): ClientOutcome {
    const { session, input } = this;
    const answers = [...input.answers];
    const begun = session.begin();
    if (begun !== undefined) this.feed(answers.shift() ?? '');
    let fault: string | undefined;
    const closing = answers.pop();
    while (answers.length > 0 && fault === undefined && session.state === 'measurement') {
      if (session instanceof ClientSession) fault = this.step(session, answers);
      // The first echo is alone, and settles the form of all.
      else fault = this.stream(session, answers.splice(0, session.echoForm === undefined ? 1 : MOST_AT_ONCE));
    }
    if (session.state === 'measurement') session.terminate();
    this.feed(closing ?? '');
    const hasEnd = input.payloadBytes % 2 === 0;
    if (hasEnd) session.handleEnd();
    else if (session.state !== 'measurement') session.timeOut(1_000);
    return { end: endOf(session), fault: fault ?? faultOf(session) };
  }

  /** One probe and its answer, or a question; a client that waits for one does not go on without it. */
  private step(session: ClientSession, answers: string[]): string | undefined {
    const answer = answers.shift() ?? '';
    if (answer.startsWith('200 OK: Residence') && session.hasStamps) {
      session.askResidence(0, 2);
      this.feed(answer);
      return undefined;
    }
    const form = session.echoForm;
    session.probe();
    const heard = this.feed(answer);
    const isTaken = session.state === 'measurement';
    if (!isTaken || mostEchoes(heard, this.input, 1) === 1) return undefined;
    return `took ${JSON.stringify(heard)} for the echo of a probe, in the form ${session.echoForm ?? form}`;
  }

  /** So many probes, as far as they may be under way together, and all their answers. */
  private stream(session: PipelinedSession, answers: readonly string[]): string | undefined {
    const sent = Math.min(session.inFlight, answers.length);
    for (let i = 0; i < sent; i++) session.probe();
    let taken = 0;
    const heard = this.feed(answers.join(''));
    while (session.pollEcho()) taken++;
    const { client, payloadBytes } = this.input;
    const most =
      client === 'plain'
        ? beginnings(heard, plainMessages(payloadBytes, this.sent + sent).slice(this.sent))
        : mostEchoes(heard, this.input, sent);
    this.sent += sent;
    return taken > most ? `took ${taken} echoes where ${JSON.stringify(heard)} has ${most}` : undefined;
  }

  /** In pieces, each overwritten after it was read; then silence as long as the client waits. @returns what was fed */
  private feed(answer: string): string {
    const { session, input } = this;
    const bytes = bytesOf(answer);
    for (let at = 0, i = 0; at < bytes.length; i++) {
      const size = Math.max(1, input.sizes[i % input.sizes.length] ?? 1);
      const chunk = bytes.slice(at, at + size);
      this.nowNs += 1_000n;
      session.handleBytes(chunk, this.nowNs);
      chunk.fill(SCRIBBLE);
      at += size;
    }
    const deadlineNs = session.deadlineNs();
    if (deadlineNs !== undefined) {
      this.nowNs = deadlineNs;
      session.handleDeadline(deadlineNs);
    }
    return answer;
  }
}

function sessionOf({ client, dialect, payloadBytes }: ClientInput): Session {
  const setup: Setup = {
    measurement: 'rtt',
    payloadBytes,
    probes: PROBES,
    delay: { delayNs: 0, unit: 'seconds' },
  };
  if (client === 'plain') return pipelinedPlain(payloadBytes);
  const row = DIALECTS[dialect];
  if (client === 'pipelined') return pipelined(row, setup, { pipeline: true });
  return new ClientSession(row, setup, { stamps: true, pipeline: true });
}

function playLoad({ answers, sizes }: ClientInput): ClientOutcome {
  const greeting = new LoadGreeting({ kind: 'new', durationMs: 1_000, bitsPerSecond: 0, streams: 4 });
  const reader = new LoadReader();
  greeting.begin();
  let fedBytes = 0;
  let dataBytes = 0;
  const read = (chunk: Uint8Array): void => {
    reader.push(chunk);
    for (let heard = reader.next(); heard !== undefined; heard = reader.next()) {
      if (heard.kind === 'data') dataBytes += heard.bytes;
    }
  };
  const bytes = bytesOf(answers.join(''));
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1);
    const chunk = bytes.slice(at, at + size);
    at += size;
    if (isGranted(greeting)) read(chunk);
    else if (!greeting.isOver) {
      greeting.handleBytes(chunk);
      if (isGranted(greeting)) read(greeting.rest.slice());
    }
    fedBytes += chunk.length;
    chunk.fill(SCRIBBLE);
  }
  if (!greeting.isOver) greeting.handleEnd();
  const { answer, failure } = greeting;
  const isLost = answer === undefined && failure === undefined;
  const fault = isLost ? 'neither an answer nor a failure' : faultOf({ failure, state: 'closed' });
  const isMore = dataBytes > fedBytes ? `heard of ${dataBytes} bytes of data in ${fedBytes}` : undefined;
  return { end: answer?.kind ?? failure?.code ?? 'nothing', fault: fault ?? isMore };
}

function isGranted({ answer }: LoadGreeting): boolean {
  return answer?.kind === 'granted';
}

function endOf({ failure, state }: Pick<Session, 'failure' | 'state'>): string {
  return failure === undefined ? state : failure.code;
}

/** A failure is the server's, or of time, and has words. */
function faultOf({ failure, state }: Pick<Session, 'failure' | 'state'>): string | undefined {
  if (state !== 'closed' && state !== 'measurement') return `stays in the state ${state}`;
  if (failure === undefined) return undefined;
  if (!(failure instanceof EcholotError)) return 'failed with an error that is not its own';
  if (failure.code === 'internal' || failure.code === 'usage') return `blames itself: ${failure.message}`;
  return failure.message === '' ? 'failed without words' : undefined;
}

/**
 * Most echoes, one after the other, that a text can be the beginning of, counted from the first probe that a client sends;
 * a late LF may lie before each.
 */
export function mostEchoes(text: string, { dialect, payloadBytes }: ClientInput, most: number): number {
  const forms = echoForms(DIALECTS[dialect], payloadOf(payloadBytes));
  const countFrom = (at: number, left: number): number => {
    if (left === 0) return 0;
    let best = 0;
    for (const form of forms) {
      form.lastIndex = at;
      const end = form.test(text) ? form.lastIndex : -1;
      if (end > at) best = Math.max(best, 1 + countFrom(end, left - 1));
      if (best === left) break;
    }
    return best;
  };
  return countFrom(0, most);
}

/** Each is looked for at one place. */
function echoForms({ probe }: Dialect, payload: string): RegExp[] {
  const message = probe.order === 'sequence-first' ? `m \\d+ ${payload}` : `m ${payload} \\d+`;
  const endings = ['\\r?\\n', ' \\(200 OK\\)\\n'].map((end) => message + end);
  return [...endings, `${payload}\\n`, payload].map((form) => new RegExp(`\\n?${form}`, 'y'));
}

/** How many of these a text begins with, one after the other. */
function beginnings(text: string, messages: readonly string[]): number {
  const isNext = (_: string, i: number): boolean => text.startsWith(messages.slice(0, i + 1).join(''));
  const wrongAt = messages.findIndex((message, i) => !isNext(message, i));
  return wrongAt < 0 ? messages.length : wrongAt;
}
