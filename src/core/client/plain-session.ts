/**
 * The client's side against any plain echo server (RFC 862): the payload out, the same bytes back. The last
 * byte of each message is LF, so that servers which read by lines answer too. Such a server owes nothing but its bytes in
 * their order, however many messages are under way.
 */

import { EcholotError } from '../errors.ts';
import type { SessionState } from '../transitions.ts';
import { type ByteTools, PLAIN_TOOLS } from '../wire/byte-tools.ts';
import { bytesText, printable } from '../wire/grammar.ts';
import { wrongEcho } from './client-faults.ts';
import type { EchoSession } from './echo-session.ts';
import { PlainScript } from './plain-script.ts';

export class PlainSession implements EchoSession {
  state: SessionState = 'setup';
  failure: EcholotError | undefined;
  arrivedNs = 0n;
  readonly readyText: undefined;
  readonly farewell: undefined;
  readonly byeConnection = 'same';
  readonly wasRefused = false;
  readonly hasStamps = false;
  readonly hasPipeline = true;
  readonly residence: undefined;
  echoForm: 'message' | undefined;
  readonly firstEchoNumber: undefined;
  private readonly script: PlainScript;
  private readonly received: Uint8Array;
  private readonly tools: ByteTools;
  private receivedBytes = 0;

  /** @param isNumbered whether each message has a number, where there is room for one */
  constructor(payloadBytes: number, tools: ByteTools = PLAIN_TOOLS, isNumbered = false) {
    this.tools = tools;
    this.script = new PlainScript(payloadBytes, isNumbered);
    this.received = new Uint8Array(payloadBytes);
  }

  get messageBytes(): number {
    return this.script.message.length;
  }

  get missingBytes(): number {
    return this.received.length - this.receivedBytes;
  }

  begin(): undefined {
    this.state = 'measurement';
  }

  showToken(): undefined {}

  probe(): Uint8Array {
    this.state = 'echo';
    this.receivedBytes = 0;
    return this.script.probe();
  }

  /** As that of `ClientSession`; the first echo is none of these. */
  takeEcho(chunk: Uint8Array, offset: number): number {
    if (this.echoForm === undefined) return 0;
    const message = this.script.peek();
    const end = offset + message.length;
    if (end > chunk.length || !this.tools.equalBytes(chunk, offset, message, message.length)) return 0;
    this.script.skip();
    return message.length;
  }

  askResidence(): never {
    throw new EcholotError('internal', 'plain echo tells no residences');
  }

  terminate(): undefined {
    this.state = 'closed';
  }

  handleBytes(chunk: Uint8Array, nowNs: bigint): void {
    if (this.state === 'closed') return;
    if (this.state !== 'echo' || this.receivedBytes + chunk.length > this.received.length) {
      this.fail('sent more than it was sent', chunk);
      return;
    }
    this.arrivedNs = nowNs;
    // An echo that comes in one piece is compared where it lies.
    const isWhole = chunk.length === this.received.length;
    if (!isWhole) this.received.set(chunk, this.receivedBytes);
    this.receivedBytes += chunk.length;
    if (this.receivedBytes === this.received.length) this.judge(isWhole ? chunk : this.received);
  }

  private judge(echo: Uint8Array): void {
    const { script } = this;
    if (this.tools.equalBytes(echo, 0, script.message, script.message.length)) {
      this.echoForm = 'message';
      this.state = 'measurement';
    } else this.fail(wrongEcho('message', script.number, script.numberIn(echo)), echo);
  }

  handleEnd(): void {
    if (this.state === 'closed') return;
    // Between two probes the bytes are those of an echo that has been told.
    const cameBytes = this.state === 'echo' ? this.receivedBytes : 0;
    this.fail('closed the connection', this.received.subarray(0, cameBytes));
  }

  handleDeadline(): void {}

  deadlineNs(): undefined {
    return undefined;
  }

  timeOut(waitedMs: number): void {
    const came = `${this.receivedBytes} of ${bytesText(this.messageBytes)} came back`;
    this.failure ??= new EcholotError('timeout', `no whole echo within ${waitedMs} ms: ${came}`, {
      advice: 'check that the server echoes every byte',
      ...(this.receivedBytes > 0
        ? { received: printable(this.received.subarray(0, this.receivedBytes)) }
        : {}),
    });
    this.state = 'closed';
  }

  private fail(what: string, received: Uint8Array): void {
    this.failure ??= new EcholotError('peer', `the server ${what}`, {
      expected: printable(this.script.message, 30),
      received: received.length > 0 ? printable(received) : 'nothing',
      advice: 'check that it is a plain echo server, and not one that measures',
    });
    this.state = 'closed';
  }
}
