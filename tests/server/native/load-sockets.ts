/** A client of loads over sockets of the kernel, as plain as can be: what comes is counted and kept in words. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { LoadMessage } from '../../../src/core/load/load-messages.ts';
import { LoadReader } from '../../../src/core/load/load-reader.ts';

const SETUP = 's RTT 1 1 0 +load\n';
const FRAME = Buffer.concat([Buffer.from('d 65536\n'), Buffer.alloc(65_536, 'x')]);
const FRAME_BYTES = 65_536;

export class LoadSocket {
  readonly socket: Socket;
  /** The line that answered the question. */
  answer = '';
  readonly said: LoadMessage[] = [];
  receivedBytes = 0;
  sentBytes = 0;
  fault: string | undefined;
  private readonly reader = new LoadReader();
  private head: string | undefined = '';
  private isSending = false;

  private constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk: Buffer) => this.take(chunk));
    this.socket.on('drain', () => this.pump());
    this.socket.on('error', () => {});
  }

  static async ask(port: number, question: string): Promise<LoadSocket> {
    const client = new LoadSocket(port);
    client.socket.write(`${SETUP}${question}\n`);
    while (client.head !== undefined) await once(client.socket, 'data');
    return client;
  }

  /** What a server answers that does not agree to loads. */
  static async setup(port: number): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.write(SETUP);
    const [answer]: Buffer[] = await once(socket, 'data');
    socket.destroy();
    return String(answer);
  }

  /** Resolves when the connection is closed, however that came about. */
  get closed(): Promise<void> {
    return new Promise((resolve) => this.socket.once('close', () => resolve()));
  }

  get key(): string {
    return /^200 OK: Load (\S+)/.exec(this.answer)?.[1] ?? '';
  }

  /** Why the server says it is over. */
  get over(): string | undefined {
    return this.said.find((message) => message.kind === 'over')?.reason;
  }

  get last(): LoadMessage | undefined {
    return this.said.at(-1);
  }

  /** Sends data as fast as it is taken. */
  fill(): void {
    this.isSending = true;
    this.pump();
  }

  /** Has no more data, and wants none. */
  end(): void {
    this.isSending = false;
    this.socket.write(`e ${this.sentBytes}\n`);
  }

  private pump(): void {
    while (this.isSending) {
      this.sentBytes += FRAME_BYTES;
      if (!this.socket.write(FRAME)) return;
    }
  }

  private take(chunk: Buffer): void {
    let rest: Uint8Array = chunk;
    if (this.head !== undefined) {
      this.head += chunk.toString('latin1');
      const lines = this.head.split('\n');
      if (lines.length < 3) return;
      this.answer = lines[1] ?? '';
      rest = Buffer.from(lines.slice(2).join('\n'), 'latin1');
      this.head = undefined;
    }
    this.reader.push(rest);
    for (let heard = this.reader.next(); heard !== undefined; heard = this.reader.next()) {
      if (heard.kind === 'data') this.receivedBytes += heard.bytes;
      else if (heard.kind === 'fault') this.fault = heard.received;
      else this.said.push(heard);
    }
  }
}
