/**
 * A server of loads that follows a script: honest where the script says nothing. It plays the servers that break the
 * rules, on whatever network it is given.
 */
import type { Timekeeper } from '../../../src/clock/clock.ts';
import { encodeMessage, type LoadMessage } from '../../../src/core/load/load-messages.ts';
import { LoadReader } from '../../../src/core/load/load-reader.ts';
import type { Connection, ConnectionHandler } from '../../../src/net/connection.ts';
import { DataSender } from '../../../src/net/flow/data-sender.ts';
import { DataTrain } from '../../../src/net/flow/data-train.ts';
import type { ListenerNetwork } from '../../../src/net/listener.ts';

const REPORT_NS = 100_000_000n;
export const KEY = '0123456789abcdef0123456789abcdef';

export interface PeerScript {
  /** In the place of `200 OK: Ready +load`; undefined for no answer. */
  readonly ready?: string | undefined;
  /** In the place of the grant, with what follows it at once. */
  readonly grant?: string;
  /** @returns true when nothing else is to be done about a message */
  readonly hear?: (message: LoadMessage, peer: PeerConnection) => boolean;
  /** Of each report, in the place of what was received. */
  readonly reported?: (receivedBytes: number) => number;
  /** Reports from the first moment on, as on the first connection of a load. */
  readonly reportsAlways?: boolean;
  /** Nothing more comes on a connection behind so much data of it, as where a path lets no large packets pass. */
  readonly dropsAfterBytes?: number;
  /** Reports nothing that was received. */
  readonly isReportless?: boolean;
  /** Whether nothing more comes to it or from it, as where the path is cut. */
  readonly isCut?: () => boolean;
}

export interface LoadPeer {
  readonly port: number;
  readonly connections: readonly PeerConnection[];
}

export async function listenLoad(network: ListenerNetwork, script: PeerScript = {}): Promise<LoadPeer> {
  const connections: PeerConnection[] = [];
  const listener = await network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
    const peer = new PeerConnection(connection, network.timekeeper, script);
    connections.push(peer);
    return peer;
  });
  return { port: listener.endpoints[0]!.port, connections };
}

export class PeerConnection implements ConnectionHandler {
  readonly connection: Connection;
  readonly heard: LoadMessage[] = [];
  receivedBytes = 0;
  hasEnded = false;
  isClosed = false;
  private isDropped = false;
  readonly sender: DataSender;
  private readonly timekeeper: Timekeeper;
  private readonly script: PeerScript;
  private readonly reader = new LoadReader();
  private opening: string[] | undefined = [];
  private unread = '';
  private cancelReport = (): void => {};

  constructor(connection: Connection, timekeeper: Timekeeper, script: PeerScript) {
    this.connection = connection;
    this.timekeeper = timekeeper;
    this.script = script;
    this.sender = new DataSender(connection, timekeeper, new DataTrain());
  }

  get sentBytes(): number {
    return this.sender.sentBytes;
  }

  say(text: string): void {
    this.sender.say(() => new Uint8Array(Buffer.from(text, 'latin1')));
  }

  onBytes(chunk: Uint8Array): void {
    if (this.isCut || this.isDropped) return;
    if (this.opening !== undefined) {
      this.open(Buffer.from(chunk).toString('latin1'));
      return;
    }
    this.reader.push(chunk);
    for (let heard = this.reader.next(); heard !== undefined; heard = this.reader.next()) {
      if (heard.kind === 'data') {
        if (this.receivedBytes >= (this.script.dropsAfterBytes ?? Number.POSITIVE_INFINITY)) {
          this.isDropped = true;
          return;
        }
        if (this.receivedBytes === 0) this.report();
        this.receivedBytes += heard.bytes;
      } else if (heard.kind === 'fault') {
        throw new Error(`the client said ${heard.received}`);
      } else {
        this.heard.push(heard);
        if (this.script.hear?.(heard, this) !== true) this.take(heard);
      }
    }
  }

  onDrain(): void {
    this.sender.handleDrained();
  }

  onEnd(): void {
    this.hasEnded = true;
    this.stop();
    this.connection.close();
  }

  onClose(): void {
    this.isClosed = true;
    this.stop();
  }

  private get isCut(): boolean {
    if (this.script.isCut?.() !== true) return false;
    this.stop();
    return true;
  }

  private stop(): void {
    this.sender.stop();
    this.cancelReport();
  }

  private open(text: string): void {
    this.unread += text;
    for (let at = this.unread.indexOf('\n'); at >= 0; at = this.unread.indexOf('\n')) {
      const line = this.unread.slice(0, at);
      this.unread = this.unread.slice(at + 1);
      this.opening?.push(line);
      if (line.startsWith('s ')) {
        const ready = 'ready' in this.script ? this.script.ready : '200 OK: Ready +load\n';
        if (ready !== undefined) this.say(ready);
      }
      if (line.startsWith('l ')) {
        this.say(this.script.grant ?? `200 OK: Load ${KEY} 20000 0 8\n`);
        this.opening = undefined;
        if (this.script.reportsAlways === true && !line.startsWith(`l ${KEY}`)) this.report();
        return;
      }
    }
  }

  private take(message: LoadMessage): void {
    if (message.kind === 'marker') {
      this.sender.say(() => encodeMessage({ kind: 'answer', marker: message.marker, residenceNs: 1_000 }));
    } else if (message.kind === 'begin') {
      this.sender.send(message.bitsPerSecond);
    } else if (message.kind === 'end') {
      this.cancelReport();
      if (this.receivedBytes > 0) this.sayReport();
      this.sender.end();
    }
  }

  private report(): void {
    this.cancelReport = this.timekeeper.wakeAt(this.timekeeper.nowNs() + REPORT_NS, () => {
      if (this.isCut) return;
      this.sayReport();
      this.report();
    });
  }

  private sayReport(): void {
    const { reported = (bytes: number) => bytes, isReportless } = this.script;
    if (isReportless === true) return;
    this.sender.say(() =>
      encodeMessage({
        kind: 'report',
        receivedBytes: reported(this.receivedBytes),
        clockNs: Number(this.timekeeper.nowNs() % 1_000_000_000_000n),
        cpuMillionths: 0,
      }),
    );
  }
}
