/** Whoever takes the kernel's stamps of one connection, as the connection tells it what happens. */
export interface StampMeter {
  /** Whether a stamp of sent bytes is still to come. */
  readonly awaits: boolean;
  /** The stamp reader has received bytes. */
  received(): void;
  /** What was received came to the program at once, when what held it up was gone. */
  receivedNow(): void;
  /** So many more bytes were handed over, and have left or will leave. */
  wrote(bytes: number): void;
  /** Takes every stamp that waits in the error queue of the connection. */
  drain(fd: number): void;
}
