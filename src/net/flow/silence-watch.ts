/**
 * Takes a peer that says nothing for gone. Counts its own looks and not the time that went by, so that a program that was
 * stopped does not blame the peer for it, nor one that has nothing to answer.
 */
import type { Timekeeper } from '../../clock/clock.ts';

const LOOK_NS = 500_000_000n;
/** As patient as the server is with its client: 4.5 s. */
const MAX_SILENT_LOOKS = 9;
export const MAX_SILENCE_MS: number = (MAX_SILENT_LOOKS * Number(LOOK_NS)) / 1_000_000;

export class SilenceWatch {
  private readonly timekeeper: Timekeeper;
  private readonly isAwaited: () => boolean;
  private readonly onSilent: () => void;
  private silentLooks = 0;
  private cancelLook = (): void => {};

  /** @param isAwaited whether anything is to come from the peer now */
  constructor(timekeeper: Timekeeper, isAwaited: () => boolean, onSilent: () => void) {
    this.timekeeper = timekeeper;
    this.isAwaited = isAwaited;
    this.onSilent = onSilent;
    this.wait();
  }

  heard(): void {
    this.silentLooks = 0;
  }

  stop(): void {
    this.cancelLook();
  }

  private wait(): void {
    this.cancelLook = this.timekeeper.wakeAt(this.timekeeper.nowNs() + LOOK_NS, () => {
      this.silentLooks = this.isAwaited() ? this.silentLooks + 1 : 0;
      if (this.silentLooks >= MAX_SILENT_LOOKS) this.onSilent();
      else this.wait();
    });
  }
}
