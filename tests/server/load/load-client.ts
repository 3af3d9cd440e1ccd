/** A client of loads without manners, over a pretend server: it says what it is told, and understands what comes. */
import type { LoadMessage } from '../../../src/core/load/load-messages.ts';
import { type LoadHeard, LoadReader } from '../../../src/core/load/load-reader.ts';
import type { RawClient } from '../../net/raw-client.ts';
import type { PretendServer } from '../pretend-server.ts';

const SETUP = 's RTT 1 1 0 +load\n';
const READY = '200 OK: Ready +load\n';

export class LoadClient {
  readonly raw: RawClient;
  /** Of the answer to its question; empty where none was granted. */
  readonly key: string;
  /** The line that answered. */
  readonly answer: string;

  private constructor(raw: RawClient, answer: string) {
    this.raw = raw;
    this.answer = answer;
    this.key = /^200 OK: Load (\S+)/.exec(answer)?.[1] ?? '';
  }

  /** Asks on a connection of its own. */
  static async ask(server: PretendServer, question: string): Promise<LoadClient> {
    const raw = await server.dial();
    raw.send(`${SETUP}${question}\n`);
    await server.drive(raw.until(({ received, isOver }) => received.split('\n').length > 2 || isOver));
    const [ready, answer = ''] = raw.received.split('\n');
    if (`${ready}\n` !== READY) throw new Error(`no load: ${raw.received}`);
    raw.received = raw.received.slice(READY.length + answer.length + 1);
    return new LoadClient(raw, answer);
  }

  send(text: string): this {
    this.raw.send(text);
    return this;
  }

  /** All that the server has said since. */
  get heard(): readonly LoadHeard[] {
    const reader = new LoadReader();
    reader.push(Buffer.from(this.raw.received, 'latin1'));
    const all: LoadHeard[] = [];
    for (let heard = reader.next(); heard !== undefined; heard = reader.next()) all.push(heard);
    return all;
  }

  get receivedBytes(): number {
    return this.heard.reduce((sum, heard) => sum + (heard.kind === 'data' ? heard.bytes : 0), 0);
  }

  said<K extends LoadMessage['kind']>(kind: K): Extract<LoadMessage, { kind: K }>[] {
    return this.heard.filter((heard): heard is Extract<LoadMessage, { kind: K }> => heard.kind === kind);
  }

  /** Why the server says it is over; undefined while it does not. */
  get over(): string | undefined {
    return this.said('over')[0]?.reason;
  }
}

/** A client that has begun a load, and keeps it alive as clients do. */
export async function owning(server: PretendServer, terms = '20000 0 8'): Promise<LoadClient> {
  const owner = await LoadClient.ask(server, `l new ${terms}`);
  keepAlive(server, owner);
  return owner;
}

export async function joining(server: PretendServer, { key }: LoadClient): Promise<LoadClient> {
  return await LoadClient.ask(server, `l ${key}`);
}

/** A marker each half second until its connection is over. */
export function keepAlive(server: PretendServer, { raw }: LoadClient): void {
  const beat = (marker: number): void => {
    if (raw.isOver || isSilent.has(raw)) return;
    raw.send(`m ${marker}\n`);
    server.clock.wakeAt(server.clock.nowNs() + 500_000_000n, () => beat(marker + 1));
  };
  beat(1_000);
}

const isSilent = new WeakSet<RawClient>();

/** It vanishes: nothing comes from it any more, and nothing tells so. */
export function vanish({ raw }: LoadClient): void {
  isSilent.add(raw);
}

/** Frames of data of `bytes` altogether. */
export function frames(bytes: number, frameBytes = 1_000): string {
  return `d ${frameBytes}\n${'x'.repeat(frameBytes)}`.repeat(Math.ceil(bytes / frameBytes));
}
