/**
 * A server of the assignment as a student might write it, by lines, and the ways in which such servers are wrong: each
 * is one change to it. It shares no code with the one under `src/`.
 */
import type { VirtualClock } from '../../src/clock/virtual.ts';
import type { Connection, ConnectionHandler } from '../../src/net/connection.ts';
import type { MemoryNetwork } from '../../src/net/memory/network.ts';

export const PORT = 9_900;

const NS_PER_S = 1e9;
const FLOOD_NS = 1_000n;

interface Session {
  phase: 'setup' | 'measurement';
  size: number;
  probes: number;
  delayS: number;
  next: number;
}

/** What one server does otherwise than it should. */
export interface Change {
  /** The numbers of a setup's fields, judged. */
  readonly takesSetup?: (fields: readonly string[]) => boolean;
  /** Ends none of its answers with a line feed. */
  readonly bare?: 'statuses' | 'echoes' | 'both';
  readonly readyText?: string;
  readonly setupError?: string | null;
  readonly measurementError?: string | null;
  readonly terminationError?: string | null;
  /** Null: it takes the termination and says nothing. */
  readonly closingText?: string | null;
  readonly closesAfterError?: boolean;
  readonly closesAfterBye?: boolean;
  readonly takesNumber?: (number: string, session: Readonly<Session>) => boolean;
  readonly takesPayload?: (payload: string, session: Readonly<Session>) => boolean;
  readonly takesLetter?: boolean;
  readonly takesBye?: (line: string) => boolean;
  readonly echo?: (line: string, session: Readonly<Session>) => string;
  readonly delayS?: (asked: number) => number;
  /** It answers one message after the other, and takes so long for each. */
  readonly thinkS?: number;
  /** How many connections it serves in all. */
  readonly connections?: number;
  /** How many it serves at once; further ones wait. */
  readonly atOnce?: number;
  /** Reads a message per chunk, as one `recv` gives it. */
  readonly oneRead?: boolean;
  readonly splitsAtBlanks?: boolean;
  /** Ends altogether when this happens. */
  readonly dies?: 'client-leaves-in-message' | 'setup-of-words' | 'large-message' | 'refusal';
  /** How long that takes; until then it lets clients in, and says nothing to them. Default 0. */
  readonly diesInS?: number;
  /** Is started again so long after its end. */
  readonly returnsInS?: number;
  readonly takesCrlf?: boolean;
  readonly stripsNul?: boolean;
  /** Sends this again and again, as soon as there is a connection, or in place of an answer to a setup or a probe. */
  readonly floods?: { readonly at: 'connection' | 'setup' | 'probe'; readonly text: string };
  /** Told of each client that is gone in the middle of a session. */
  readonly missed?: (phase: 'setup' | 'measurement') => void;
  /** Knows no protocol: whatever comes goes back. */
  readonly plainEcho?: boolean;
}

export class SmallServer {
  private readonly change: Change;
  private readonly clock: VirtualClock;
  private served = 0;
  private readonly open = new Set<Connection>();
  private readonly waiting: (() => void)[] = [];
  private dead = false;
  private close = (): void => {};
  private readonly ending = new Set<Connection>();

  private constructor(clock: VirtualClock, change: Change) {
    this.clock = clock;
    this.change = change;
  }

  static async listen(clock: VirtualClock, network: MemoryNetwork, change: Change): Promise<void> {
    const server = new SmallServer(clock, change);
    const listener = await network.listen({ port: PORT }, (connection) => server.accept(connection));
    server.close = () => {
      listener.close();
      const { returnsInS } = change;
      if (returnsInS === undefined) return;
      clock.wakeAt(clock.nowNs() + BigInt(returnsInS * NS_PER_S), () => {
        void SmallServer.listen(clock, network, change);
      });
    };
  }

  private accept(connection: Connection): ConnectionHandler {
    const { connections = Number.POSITIVE_INFINITY, atOnce = Number.POSITIVE_INFINITY } = this.change;
    this.served++;
    if (this.served >= connections) this.close();
    if (this.dead) {
      this.ending.add(connection);
      return { onBytes: () => {}, onDrain: () => {}, onEnd: () => {}, onClose: () => {} };
    }
    const serving = new Serving(connection, this.clock, this.change, () => this.die());
    serving.floodAt('connection');
    if (this.open.size < atOnce) this.open.add(connection);
    else {
      serving.hold();
      this.waiting.push(() => {
        this.open.add(connection);
        serving.release();
      });
    }
    const leave = (): void => {
      if (!this.open.delete(connection)) return;
      this.waiting.shift()?.();
    };
    return {
      onBytes: (chunk) => serving.take(Buffer.from(chunk).toString('latin1')),
      onDrain: () => {},
      onEnd: () => {
        serving.left();
        connection.end();
        leave();
      },
      onClose: () => {
        serving.left();
        leave();
      },
    };
  }

  private die(): void {
    if (this.dead) return;
    this.dead = true;
    this.clock.wakeAt(this.clock.nowNs() + BigInt((this.change.diesInS ?? 0) * NS_PER_S), () => this.end());
  }

  private end(): void {
    this.close();
    for (const connection of this.ending) connection.destroy();
    // As a kernel does where all that has come was read.
    for (const connection of this.open) connection.close();
  }
}

class Serving {
  private readonly connection: Connection;
  private readonly clock: VirtualClock;
  private readonly change: Change;
  private readonly die: () => void;
  private readonly session: Session = { phase: 'setup', size: 0, probes: 0, delayS: 0, next: 1 };
  private unread = '';
  private held = false;
  private over = false;
  private gone = false;

  constructor(connection: Connection, clock: VirtualClock, change: Change, die: () => void) {
    this.connection = connection;
    this.clock = clock;
    this.change = change;
    this.die = die;
  }

  hold(): void {
    this.held = true;
  }

  release(): void {
    this.held = false;
    this.look();
  }

  take(text: string): void {
    this.unread += text;
    this.look();
  }

  /** @returns whether it floods there, from now until the client is gone */
  floodAt(place: 'connection' | 'setup' | 'probe'): boolean {
    const { floods } = this.change;
    if (floods?.at !== place) return false;
    this.over = true;
    const flood = (): void => {
      if (this.gone) return;
      this.connection.write(Buffer.from(floods.text));
      this.clock.wakeAt(this.clock.nowNs() + FLOOD_NS, flood);
    };
    flood();
    return true;
  }

  left(): void {
    if (!this.gone && !this.over) this.change.missed?.(this.session.phase);
    this.gone = true;
    if (this.unread !== '' && this.change.dies === 'client-leaves-in-message') this.die();
  }

  private look(): void {
    if (this.held || this.over) return;
    if (this.change.plainEcho === true) {
      this.connection.write(Buffer.from(this.unread, 'latin1'));
      this.unread = '';
      return;
    }
    if (this.change.dies === 'large-message' && this.unread.length > 10_000) {
      this.die();
      return;
    }
    if (this.change.oneRead === true) {
      const message = this.unread;
      this.unread = '';
      this.handle(message.replace(/\n$/, ''));
      return;
    }
    for (let lf = this.unread.indexOf('\n'); lf >= 0 && !this.over; lf = this.unread.indexOf('\n')) {
      const line = this.unread.slice(0, lf);
      this.unread = this.unread.slice(lf + 1);
      if (this.change.thinkS === undefined) this.handle(line);
      else {
        this.think(line, this.change.thinkS);
        return;
      }
    }
  }

  private think(line: string, thinkS: number): void {
    this.held = true;
    this.clock.wakeAt(this.clock.nowNs() + BigInt(thinkS * NS_PER_S), () => {
      this.held = false;
      if (this.gone) return;
      this.handle(line);
      this.look();
    });
  }

  private handle(raw: string): void {
    const line = this.change.takesCrlf === false ? raw : raw.replace(/\r$/, '');
    if (this.session.phase === 'setup') this.setUp(line);
    else if (line.startsWith('t')) this.endBy(line);
    else this.echo(line, raw);
  }

  private setUp(line: string): void {
    if (this.floodAt('setup')) return;
    const fields = line.split(' ');
    if (this.change.dies === 'setup-of-words' && fields.includes('many')) {
      this.die();
      return;
    }
    const takes = this.change.takesSetup ?? takesSetup;
    if (!takes(fields)) {
      this.refuse(this.change.setupError, '404 ERROR: Invalid Connection Setup Message\n');
      return;
    }
    const [, , size = '', probes = '', delay = '0'] = fields;
    Object.assign(this.session, {
      phase: 'measurement',
      size: Number(size) || 10,
      probes: Number(probes) || 1,
      delayS: Number(delay) || 0,
    });
    this.say(this.change.readyText ?? '200 OK: Ready\n');
  }

  private echo(line: string, raw: string): void {
    if (this.floodAt('probe')) return;
    const { session, change } = this;
    const parts = line.split(' ');
    const payload = change.splitsAtBlanks === true ? (parts[1] ?? '') : line.slice(2, line.lastIndexOf(' '));
    const number = change.splitsAtBlanks === true ? (parts[2] ?? '') : line.slice(line.lastIndexOf(' ') + 1);
    const takesNumber = change.takesNumber ?? ((text) => text === String(session.next));
    const takesPayload = change.takesPayload ?? ((text) => text.length === session.size);
    const isLetter = change.takesLetter === true || line.startsWith('m ');
    const inPlan = change.takesNumber !== undefined || session.next <= session.probes;
    if (!isLetter || !inPlan || !takesNumber(number, session) || !takesPayload(payload, session)) {
      this.refuse(change.measurementError, '404 ERROR: Invalid Measurement Message\n');
      return;
    }
    session.next++;
    const echo =
      change.echo?.(raw, session) ?? `${change.stripsNul === true ? raw.replaceAll('\0', '') : raw}\n`;
    const delayS = change.delayS?.(session.delayS) ?? session.delayS;
    this.clock.wakeAt(this.clock.nowNs() + BigInt(Math.round(delayS * NS_PER_S)), () => {
      this.connection.write(Buffer.from(this.ended(echo, 'echoes'), 'latin1'));
    });
  }

  private say(status: string): void {
    this.connection.write(Buffer.from(this.ended(status, 'statuses')));
  }

  private ended(text: string, what: 'statuses' | 'echoes'): string {
    const { bare } = this.change;
    return bare === what || bare === 'both' ? text.replace(/\r?\n$/, '') : text;
  }

  private endBy(line: string): void {
    const takes = this.change.takesBye ?? ((text) => text.trim() === 't');
    if (!takes(line)) {
      this.refuse(this.change.terminationError, '404 ERROR: Invalid Connection Termination Message\n');
      return;
    }
    const { closingText = '200 OK: Closing Connection\n', closesAfterBye = true } = this.change;
    if (closingText !== null) this.say(closingText);
    this.over = true;
    if (closesAfterBye) this.connection.close();
  }

  private refuse(text: string | null | undefined, right: string): void {
    if (text !== null) this.say(text ?? right);
    this.over = true;
    if (this.change.closesAfterError ?? true) this.connection.close();
    if (this.change.dies === 'refusal') this.die();
  }
}

/** Exactly five fields, as the assignment has them. */
export function takesSetup(fields: readonly string[]): boolean {
  const [letter, type = '', size = '', probes = '', delay = '', ...others] = fields;
  return (
    letter === 's' &&
    ['RTT', 'TTPUT'].includes(type) &&
    /^[1-9]\d*$/.test(size) &&
    /^[1-9]\d*$/.test(probes) &&
    /^\d+(\.\d+)?$/.test(delay) &&
    others.length === 0
  );
}
