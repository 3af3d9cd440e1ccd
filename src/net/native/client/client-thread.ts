/** A thread of the client, seen from the lane or handshaker that has it: one command after the other, each with its answer. */
import { EcholotError } from '../../../core/errors.ts';
import { parts } from '../../../parts/parts.ts';
import type { TracedMessage } from '../../engine.ts';
import { packError, unpackError } from '../../errors/packed-error.ts';
import { cancelled, inPhase } from '../../errors/session-error.ts';
import { loadLibc } from '../kernel/libc.ts';
import { NativeThread, REQUEST, threadFailure } from '../thread/thread.ts';
import type { Answer, Command, DialReport, Values } from './client-messages.ts';

const SUBJECT = "the native engine's thread";

export interface Reply<K extends keyof Values> {
  readonly value: Values[K] | undefined;
  readonly error: EcholotError | undefined;
  readonly dialed: DialReport | undefined;
}

interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly trace?: ((message: TracedMessage) => void) | undefined;
}

let spare: ClientThread | undefined;

/**
 * Starts a thread for whoever needs one next. Starting takes as long as reading a command line, and is done on
 * another processor, so a program that knows it will measure begins with it. A spare thread that nobody takes
 * keeps no program alive.
 */
export function prepareClientThread(): void {
  if (spare !== undefined || loadLibc().libc === undefined) return;
  spare = new ClientThread();
  spare.prepare();
}

/** A thread of one's own: the spare one, or a new one. */
export function takeClientThread(): ClientThread {
  const thread = spare ?? new ClientThread();
  spare = undefined;
  return thread;
}

export class ClientThread {
  private thread: NativeThread | undefined;
  /** Resolves when the last command was answered; commands wait for each other. */
  private tail: Promise<unknown> = Promise.resolve();
  private settle: ((answer: Answer) => void) | undefined;
  private closed = false;
  /** What ended the thread before anybody asked for that. */
  private failure: EcholotError | undefined;
  private prepared: Promise<Reply<'prepare'>> | undefined;

  /** Starts the thread and makes its code hot, once. */
  prepare(): Promise<Reply<'prepare'>> {
    this.prepared ??= this.run({ kind: 'prepare' });
    return this.prepared;
  }

  /**
   * Runs a command after those before it. A signal that aborts ends it early, with an error `cancelled`.
   * Never rejects.
   */
  run<C extends Command>(command: C, options: RunOptions = {}): Promise<Reply<C['kind']>> {
    const reply = this.tail.then(() => this.exchange(command, options));
    this.tail = reply;
    return reply as Promise<Reply<C['kind']>>;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.thread?.terminate();
  }

  private async exchange(command: Command, { signal, trace }: RunOptions): Promise<Reply<keyof Values>> {
    if (signal?.aborted) return failed(cancelledIn(command));
    if (this.failure !== undefined) return failed(this.failure);
    if (this.closed) return failed(closed());
    let thread: NativeThread;
    try {
      thread = this.start();
    } catch (error) {
      return failed(threadFailure(SUBJECT, error));
    }
    thread.clear();
    const abort = (): void => thread.ask(REQUEST.end);
    signal?.addEventListener('abort', abort, { once: true });
    thread.worker.ref();
    try {
      const answer = await new Promise<Answer>((resolve) => {
        this.settle = resolve;
        thread.worker.postMessage(command);
      });
      for (const message of answer.traced) trace?.(message);
      return {
        value: answer.value as Reply<keyof Values>['value'],
        error: answer.error === undefined ? undefined : unpackError(answer.error),
        dialed: answer.dialed,
      };
    } finally {
      this.settle = undefined;
      thread.worker.unref();
      signal?.removeEventListener('abort', abort);
    }
  }

  private start(): NativeThread {
    if (this.thread !== undefined) return this.thread;
    const thread = new NativeThread(parts.thread('client-worker'));
    thread.worker.on('message', (answer: Answer) => this.settle?.(answer));
    const fail = (cause: unknown): void => {
      const failure = this.failure ?? (this.closed ? closed() : threadFailure(SUBJECT, cause));
      if (!this.closed) this.failure = failure;
      this.closed = true;
      const error = packError(failure);
      this.settle?.({ value: undefined, error, dialed: undefined, traced: [] });
    };
    thread.worker.once('error', fail);
    thread.worker.once('exit', () => fail(undefined));
    this.thread = thread;
    return thread;
  }
}

function cancelledIn({ kind }: Command): EcholotError {
  return inPhase(cancelled(), kind === 'batch' ? 'measurement' : 'connect');
}

/** What is left undone where somebody has closed the thread. */
function closed(): EcholotError {
  return new EcholotError('internal', `${SUBJECT} is closed`);
}

function failed(error: EcholotError): Reply<keyof Values> {
  return { value: undefined, error, dialed: undefined };
}
