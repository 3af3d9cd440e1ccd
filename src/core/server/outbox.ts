/**
 * What a server's session has to send, in order. Where residences are taken it also tells which of it is an
 * echo, at the moment at which it is handed out; everywhere else that costs nothing.
 */
export class Outbox {
  /** Whether {@link poll} gave an echo last; kept only once {@link marksEchoes} was set. */
  polledEcho = false;
  /** Set before anything is put in. */
  marksEchoes = false;
  /** What was handed out could not leave at once. */
  isStuck = false;
  private readonly messages: Uint8Array[] = [];
  /** For each message whether it is an echo; empty unless they are marked. */
  private readonly echoMarks: boolean[] = [];

  put(message: Uint8Array, isEcho = false): void {
    this.messages.push(message);
    if (this.marksEchoes) this.echoMarks.push(isEcho);
  }

  poll(): Uint8Array | undefined {
    if (this.marksEchoes) this.polledEcho = this.echoMarks.shift() === true;
    return this.messages.shift();
  }

  /** Everything has been handed out, and has left. */
  get isClear(): boolean {
    return this.messages.length === 0 && !this.isStuck;
  }
}
