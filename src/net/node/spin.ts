/**
 * Waiting for an echo in the event loop without falling asleep in it. A loop that sleeps in epoll wakes 15 to
 * 40 us after the echo has arrived; one that is kept turning by setImmediate polls the socket every few
 * microseconds. A long wait sleeps first, until shortly before the echo can be there.
 */
import type { Waiter } from '../dialer.ts';

const NS_PER_MS = 1_000_000;
/** setTimeout wakes up to 1.2 ms late. */
export const WAKE_MARGIN_MS = 1.5;
/** Once an answer is this late, precision is not worth a whole core. */
export const MAX_SPIN_NS = 200_000_000n;
/** Reading the clock costs a tenth of a turn: it is looked at only now and then. */
const TURNS_PER_LOOK = 64;

export class SpinWaiter implements Waiter {
  private spinning = false;
  private turning = false;
  private spinEndNs = 0n;
  private turns = 0;
  private sleep: NodeJS.Timeout | undefined;

  start(expectedNs: number): void {
    const sleepMs = Math.floor(expectedNs / NS_PER_MS - WAKE_MARGIN_MS);
    if (sleepMs < 1) {
      this.spin();
      return;
    }
    this.stop();
    this.sleep = setTimeout(() => this.spin(), sleepMs);
  }

  stop(): void {
    this.spinning = false;
    if (this.sleep !== undefined) {
      clearTimeout(this.sleep);
      this.sleep = undefined;
    }
  }

  private spin(): void {
    this.spinning = true;
    this.spinEndNs = 0n;
    if (this.turning) return;
    this.turning = true;
    setImmediate(this.turn);
  }

  private readonly turn = (): void => {
    this.turns++;
    if (this.turns % TURNS_PER_LOOK === 0) this.look();
    if (this.spinning) setImmediate(this.turn);
    else this.turning = false;
  };

  private look(): void {
    const nowNs = process.hrtime.bigint();
    if (this.spinEndNs === 0n) this.spinEndNs = nowNs + MAX_SPIN_NS;
    else if (nowNs > this.spinEndNs) this.spinning = false;
  }
}
