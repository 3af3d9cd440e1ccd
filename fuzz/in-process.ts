/** Plays an input without sockets, in several ways that must come to the same, and tells where they do not. */
import { DIALECT_NAMES } from '../src/core/wire/dialects.ts';
import { type FuzzInput, latin1, SERVER_KINDS, type ServerKind, wholeOf } from './input.ts';
import { differenceOf, type Outcome } from './outcome.ts';
import { PretendServer } from './pretend-server.ts';
import { playPure } from './pure-session.ts';

/** Room in a network that makes the server wait after almost every answer. */
const NARROW_BYTES = 8;

/** What came of an input; `difference` is what must not be. */
export interface Played {
  readonly outcome: Outcome;
  readonly difference: string | undefined;
}

export class InProcess {
  private readonly servers: Map<ServerKind, PretendServer>;

  private constructor(servers: Map<ServerKind, PretendServer>) {
    this.servers = servers;
  }

  static async start(): Promise<InProcess> {
    const servers = new Map<ServerKind, PretendServer>();
    for (const kind of SERVER_KINDS) servers.set(kind, await PretendServer.start(kind));
    return new InProcess(servers);
  }

  /** @param isThorough also over a network that takes little at once, with other cuts */
  play(input: FuzzInput, isThorough: boolean): Played {
    const server = this.serverOf(input.server);
    const outcome = server.play(input);
    let difference = outcome.fault ?? this.againstTheory(input, outcome);
    if (difference === undefined && isThorough) {
      const whole: FuzzInput = { ...input, pieces: [wholeOf(input)] };
      difference = prefixed('in one piece', differenceOf(outcome, server.play(whole)));
      if (input.leaving !== 'reset')
        difference ??= prefixed(
          'over a narrow network',
          differenceOf(outcome, server.play(input, NARROW_BYTES)),
        );
    }
    return { outcome, difference };
  }

  /** One that has gone wrong is not asked again. */
  async renew(kind: ServerKind): Promise<void> {
    this.servers.set(kind, await PretendServer.start(kind));
  }

  private againstTheory(input: FuzzInput, outcome: Outcome): string | undefined {
    const { server } = input;
    if (server === 'load') return undefined;
    if (server === 'echo') {
      const whole = latin1(wholeOf(input));
      return outcome.answer === whole ? undefined : 'not every byte came back';
    }
    const dialect = DIALECT_NAMES.find((name) => name === server) ?? 'auto';
    return prefixed('the server', differenceOf(playPure(input, dialect), outcome));
  }

  private serverOf(kind: ServerKind): PretendServer {
    const server = this.servers.get(kind);
    if (server === undefined) throw new Error(`there is no server of kind ${kind}`);
    return server;
  }
}

function prefixed(how: string, difference: string | undefined): string | undefined {
  return difference === undefined ? undefined : `${how}: ${difference}`;
}
