/**
 * What a server's session has to send, in order. Messages that lie one behind the other in memory, as the echoes of one
 * chunk do, are handed out as one, so that they leave in one send. Where residences are taken each is handed out alone,
 * with whether it is an echo.
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
    const first = this.messages.shift();
    const next = this.messages[0];
    if (first === undefined || next === undefined || this.marksEchoes || !follows(next, endOf(first), first))
      return first;
    return this.joined(first);
  }

  /** `first` with all that lies right behind it. */
  private joined(first: Uint8Array): Uint8Array {
    const { messages } = this;
    let endOffset = endOf(first);
    let count = 0;
    for (
      let next = messages[0];
      next !== undefined && follows(next, endOffset, first);
      next = messages[count]
    ) {
      endOffset = endOf(next);
      count++;
    }
    messages.splice(0, count);
    return new Uint8Array(first.buffer, first.byteOffset, endOffset - first.byteOffset);
  }

  /** Everything has been handed out, and has left. */
  get isClear(): boolean {
    return this.messages.length === 0 && !this.isStuck;
  }
}

function endOf(message: Uint8Array): number {
  return message.byteOffset + message.length;
}

function follows(message: Uint8Array, endOffset: number, { buffer }: Uint8Array): boolean {
  return message.byteOffset === endOffset && message.buffer === buffer;
}
