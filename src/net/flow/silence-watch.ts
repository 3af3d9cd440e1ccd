/**
 * Takes a peer that says nothing for gone. Counts its own looks and not the time that went by, so that a program that was
 * stopped does not blame the peer for it.
 */
import type { Timekeeper } from '../../clock/clock.ts';

const LOOK_NS = 500_000_000n;
/** As patient as the server is with its client: 4.5 s. */
const MAX_SILENT_LOOKS = 9;
export const MAX_SILENCE_MS: number = (MAX_SILENT_LOOKS * Number(LOOK_NS)) / 1_000_000;

export class SilenceWatch {
  private readonly timekeeper: Timekeeper;
  private readonly onSilent: () => void;
  private silentLooks = 0;
  private cancelLook = (): void => {};

  constructor(timekeeper: Timekeeper, onSilent: () => void) {
    this.timekeeper = timekeeper;
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
      this.silentLooks++;
      if (this.silentLooks >= MAX_SILENT_LOOKS) this.onSilent();
      else this.wait();
    });
  }
}
