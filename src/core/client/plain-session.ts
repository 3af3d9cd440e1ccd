/**
 * The client's side against any plain echo server (RFC 862): the payload out, the same bytes back. The last
 * byte of each message is LF, so that servers which read by lines answer too.
 */

import { EcholotError } from '../errors.ts';
import type { SessionState } from '../transitions.ts';
import { type ByteTools, PLAIN_TOOLS } from '../wire/byte-tools.ts';
import { makePayload } from '../wire/encode.ts';
import { bytesText, LF, printable } from '../wire/grammar.ts';
import type { EchoSession } from './echo-session.ts';

export class PlainSession implements EchoSession {
  state: SessionState = 'setup';
  failure: EcholotError | undefined;
  arrivedNs = 0n;
  readonly readyText: undefined;
  readonly farewell: undefined;
  readonly byeConnection = 'same';
  readonly wasRefused = false;
  readonly hasStamps = false;
  readonly residence: undefined;
  echoForm: 'message' | undefined;
  readonly firstEchoNumber: undefined;
  private readonly message: Uint8Array;
  private readonly received: Uint8Array;
  private readonly tools: ByteTools;
  private receivedBytes = 0;
  private probes = 0;

  constructor(payloadBytes: number, tools: ByteTools = PLAIN_TOOLS) {
    this.tools = tools;
    this.message = makePayload(payloadBytes);
    this.message[payloadBytes - 1] = LF;
    this.received = new Uint8Array(payloadBytes);
  }

  get messageBytes(): number {
    return this.message.length;
  }

  get missingBytes(): number {
    return this.received.length - this.receivedBytes;
  }

  begin(): undefined {
    this.state = 'measurement';
  }

  probe(): Uint8Array {
    this.state = 'echo';
    this.probes++;
    this.receivedBytes = 0;
    return this.message;
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
    if (this.tools.equalBytes(echo, 0, this.message, this.message.length)) {
      this.echoForm = 'message';
      this.state = 'measurement';
    } else this.fail(`sent something else than the echo of message ${this.probes}`, echo);
  }

  handleEnd(): void {
    if (this.state === 'closed') return;
    this.fail('closed the connection', this.received.subarray(0, this.receivedBytes));
  }

  handleDeadline(): void {}

  deadlineNs(): undefined {
    return undefined;
  }

  timeOut(waitedMs: number): void {
    const came = `${this.receivedBytes} of ${bytesText(this.message.length)} came back`;
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
      expected: printable(this.message, 30),
      received: received.length > 0 ? printable(received) : 'nothing',
      advice: 'check that it is a plain echo server; leave --plain out for one that measures',
    });
    this.state = 'closed';
  }
}
