/**
 * Brings messages to whoever is to be told, one after the other for each receiver, and tries again, more and more seldom, where that
 * fails. Nobody waits for it; a receiver that hangs holds up its own messages alone.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import { EcholotError } from '../../core/errors.ts';

/** Brings one text. @throws whatever kept it from that: then it is tried again */
export type Deliver = (text: string, signal: AbortSignal) => Promise<void>;

export interface CourierOptions {
  readonly timekeeper: Timekeeper;
  /** Told once for each receiver that fails, and for each message that is given up. */
  readonly onTrouble: (receiver: string, text: string) => void;
}

/** Of one receiver: more that wait are news of yesterday, and the oldest go. */
const MOST_WAITING = 100;
const FIRST_RETRY_NS = 1_000_000_000n;
const LONGEST_RETRY_NS = 300_000_000_000n;
/** After a day nobody wants to hear it. */
const GIVEN_UP_NS = 86_400_000_000_000n;

interface Letter {
  readonly text: string;
  readonly sinceNs: bigint;
}

interface Box {
  readonly receiver: string;
  readonly deliver: Deliver;
  readonly letters: Letter[];
  isBusy: boolean;
  isTroubled: boolean;
}

export class Courier {
  private readonly options: CourierOptions;
  private readonly boxes = new Map<string, Box>();
  private readonly abort = new AbortController();

  constructor(options: CourierOptions) {
    this.options = options;
  }

  /** @param receiver names it: all with one name are one */
  send(receiver: string, deliver: Deliver, text: string): void {
    const known = this.boxes.get(receiver);
    const box = known ?? { receiver, deliver, letters: [], isBusy: false, isTroubled: false };
    this.boxes.set(receiver, box);
    box.letters.push({ text, sinceNs: this.options.timekeeper.nowNs() });
    if (box.letters.length > MOST_WAITING) {
      box.letters.shift();
      this.options.onTrouble(receiver, 'a message was given up: too many wait');
    }
    if (!box.isBusy) void this.work(box);
  }

  /** What waits is given up. */
  stop(): void {
    this.abort.abort();
  }

  private async work(box: Box): Promise<void> {
    const { timekeeper, onTrouble } = this.options;
    box.isBusy = true;
    let retryNs = FIRST_RETRY_NS;
    for (let letter = box.letters[0]; letter !== undefined; letter = box.letters[0]) {
      try {
        await box.deliver(letter.text, this.abort.signal);
        retryNs = FIRST_RETRY_NS;
        box.isTroubled = false;
        remove(box.letters, letter);
      } catch (error) {
        if (this.abort.signal.aborted) return;
        if (!box.isTroubled)
          onTrouble(box.receiver, error instanceof EcholotError ? error.message : String(error));
        box.isTroubled = true;
        if (timekeeper.nowNs() - letter.sinceNs >= GIVEN_UP_NS) {
          remove(box.letters, letter);
          onTrouble(box.receiver, 'a message was given up after a day');
        }
        await this.sleep(retryNs);
        if (this.abort.signal.aborted) return;
        retryNs = retryNs * 2n < LONGEST_RETRY_NS ? retryNs * 2n : LONGEST_RETRY_NS;
      }
    }
    box.isBusy = false;
  }

  private sleep(ns: bigint): Promise<void> {
    const { timekeeper } = this.options;
    return new Promise((resolve) => {
      const { signal } = this.abort;
      const cancel = timekeeper.wakeAt(timekeeper.nowNs() + ns, () => {
        signal.removeEventListener('abort', end);
        resolve();
      });
      const end = (): void => {
        cancel();
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
    });
  }
}

/** It may have been given up meanwhile. */
function remove(letters: Letter[], letter: Letter): void {
  const at = letters.indexOf(letter);
  if (at >= 0) letters.splice(at, 1);
}
