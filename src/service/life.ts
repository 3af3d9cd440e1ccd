/** The life of a service as its manager hears of it: that it is ready, reads its configuration anew, stops, and still runs. */
import type { Timekeeper } from '../clock/clock.ts';
import type { FromManager } from './environment.ts';
import { notifySender, type Send } from './notify-socket.ts';

export interface LifeSurroundings {
  readonly timekeeper: Timekeeper;
  /** Told once, of the first line that could not be sent. */
  readonly onTrouble: (message: string) => void;
  readonly send?: Send;
}

const NS_PER_US = 1_000n;
/** Of the silence that is allowed, as sd_watchdog_enabled(3) recommends. */
const WATCHDOG_SHARE = 2;

export class ServiceLife {
  private readonly timekeeper: Timekeeper;
  private readonly send: Send | undefined;
  private readonly beatNs: bigint | undefined;
  private onTrouble: (message: string) => void;
  private isReady = false;
  private cancelBeat: (() => void) | undefined;

  constructor(
    { notifySocket, watchdogNs }: Pick<FromManager, 'notifySocket' | 'watchdogNs'>,
    { timekeeper, onTrouble, send }: LifeSurroundings,
  ) {
    this.timekeeper = timekeeper;
    this.onTrouble = onTrouble;
    this.send = notifySocket === undefined ? undefined : (send ?? notifySender(notifySocket));
    this.beatNs = watchdogNs === undefined ? undefined : BigInt(Math.ceil(watchdogNs / WATCHDOG_SHARE));
  }

  ready(): void {
    if (this.send === undefined) return;
    this.isReady = true;
    this.tell('READY=1');
    this.beat();
  }

  /** One that is not ready yet becomes so in its own time. */
  async reload(read: () => void | Promise<void>): Promise<void> {
    // By the same clock as the manager's: CLOCK_MONOTONIC.
    if (this.isReady) this.tell(`RELOADING=1\nMONOTONIC_USEC=${this.timekeeper.nowNs() / NS_PER_US}`);
    await read();
    if (this.isReady) this.tell('READY=1');
  }

  stopping(): void {
    this.isReady = false;
    this.tell('STOPPING=1');
  }

  /** Without it the program would not end. */
  end(): void {
    this.cancelBeat?.();
  }

  private readonly beat = (): void => {
    if (this.beatNs === undefined) return;
    this.cancelBeat = this.timekeeper.wakeAt(this.timekeeper.nowNs() + this.beatNs, () => {
      this.tell('WATCHDOG=1');
      this.beat();
    });
  };

  private tell(lines: string): void {
    this.send?.(lines, (why) => {
      this.onTrouble(`the service manager does not hear of this program: ${why}`);
      this.onTrouble = () => {};
    });
  }
}
