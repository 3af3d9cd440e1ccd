/** The addresses of a target tried in turn on an event loop: the first connection that stands wins. */
import type { Timekeeper } from '../../clock/clock.ts';
import type { EcholotError } from '../../core/errors.ts';
import type { Address } from '../../facts/connection.ts';
import type { AddressFailure, DialOutcome, Target } from '../dialer.ts';
import { cancelled } from '../errors/session-error.ts';
import { Attempts } from './attempts.ts';
import { isFinal, noneReached, overtaken, silence, subjectOf } from './failures.ts';

/** An attempt under way tells one of these, once. */
export interface AttemptEnd<T> {
  stands(connected: T): void;
  fails(error: EcholotError): void;
}

/** Starts to connect. @returns a function that gives the attempt up; nothing is told after that */
export type StartAttempt<T> = (address: Address, end: AttemptEnd<T>) => () => void;

export interface RaceOptions {
  readonly timekeeper: Timekeeper;
  /** As it was asked for, ns. */
  readonly timeoutNs: number;
  /** What is over of it already, ns. */
  readonly spentNs: number;
  readonly signal: AbortSignal | undefined;
  readonly onDialed?: ((outcome: DialOutcome) => void) | undefined;
}

/** @throws EcholotError of all addresses, or `cancelled` */
export function race<T>(
  target: Target,
  addresses: readonly Address[],
  start: StartAttempt<T>,
  options: RaceOptions,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (options.signal?.aborted) reject(cancelled());
    else new Race(target, addresses, start, options, resolve, reject).advance();
  });
}

interface UnderWay {
  readonly address: Address;
  readonly startNs: bigint;
  abandon: () => void;
}

class Race<T> {
  private readonly target: Target;
  private readonly addresses: readonly Address[];
  private readonly start: StartAttempt<T>;
  private readonly options: RaceOptions;
  private readonly resolve: (connected: T) => void;
  private readonly reject: (error: EcholotError) => void;
  private readonly attempts: Attempts;
  private readonly underWay = new Set<UnderWay>();
  private readonly failures: AddressFailure[] = [];
  private readonly abort = (): void => this.lose(cancelled());
  private cancelWake = (): void => {};
  private isOver = false;

  constructor(
    target: Target,
    addresses: readonly Address[],
    start: StartAttempt<T>,
    options: RaceOptions,
    resolve: (connected: T) => void,
    reject: (error: EcholotError) => void,
  ) {
    const { timekeeper, timeoutNs, spentNs, signal } = options;
    this.target = target;
    this.addresses = addresses;
    this.start = start;
    this.options = options;
    this.resolve = resolve;
    this.reject = reject;
    this.attempts = new Attempts(addresses.length, timekeeper.nowNs(), Math.max(0, timeoutNs - spentNs));
    signal?.addEventListener('abort', this.abort, { once: true });
  }

  /** Begins what is due, and sets the clock for what will be. */
  advance(): void {
    const { timekeeper } = this.options;
    const { attempts } = this;
    this.cancelWake();
    for (;;) {
      const index = attempts.take(timekeeper.nowNs());
      if (index === undefined || this.isOver) break;
      this.begin(this.addresses[index] as Address);
    }
    if (this.isOver) return;
    if (timekeeper.nowNs() >= attempts.deadlineNs) {
      const { deadlineNs } = attempts;
      for (const each of this.underWay) {
        this.note(each.address, silence(this.subject(each), Number(deadlineNs - each.startNs)));
      }
      this.lose(noneReached(this.target, this.failures));
    } else if (attempts.areOver) {
      this.lose(noneReached(this.target, this.failures));
    } else {
      this.cancelWake = timekeeper.wakeAt(attempts.wakeAtNs, () => this.advance());
    }
  }

  private begin(address: Address): void {
    const attempt: UnderWay = {
      address,
      startNs: this.options.timekeeper.nowNs(),
      abandon: () => {},
    };
    this.underWay.add(attempt);
    let began = false;
    const abandon = this.start(address, {
      stands: (connected) => this.win(attempt, connected),
      fails: (error) => {
        if (this.isOver) return;
        this.underWay.delete(attempt);
        this.failures.push({ address, error });
        if (isFinal(error)) {
          this.lose(error);
          return;
        }
        this.attempts.fail(this.options.timekeeper.nowNs());
        // One that failed at once is followed by the loop that began it.
        if (began) this.advance();
      },
    });
    began = true;
    if (this.isOver) {
      if (this.underWay.has(attempt)) abandon();
    } else {
      attempt.abandon = abandon;
    }
  }

  private win(winner: UnderWay, connected: T): void {
    if (this.isOver) return;
    this.underWay.delete(winner);
    const nowNs = this.options.timekeeper.nowNs();
    for (const each of this.underWay) {
      const waitedNs = Number(nowNs - each.startNs);
      this.note(each.address, overtaken(this.subject(each), waitedNs, winner.address));
    }
    this.end(winner.address);
    this.resolve(connected);
  }

  private lose(error: EcholotError): void {
    if (this.isOver) return;
    this.end(undefined);
    this.reject(error);
  }

  private note(address: Address, error: EcholotError): void {
    this.failures.push({ address, error });
  }

  private subject({ address }: UnderWay): string {
    return subjectOf(this.target, address);
  }

  private end(chosen: Address | undefined): void {
    this.isOver = true;
    this.cancelWake();
    this.options.signal?.removeEventListener('abort', this.abort);
    for (const { abandon } of this.underWay) abandon();
    this.options.onDialed?.({ addresses: this.addresses, chosen, failures: this.failures });
  }
}
