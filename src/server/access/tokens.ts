/** Where a server decides on tokens: whose issuers it knows, which are revoked, and who has proved to be the holder of one. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock/clock.ts';
import type { TokenDesk, TokenRefusal, TokenVerdict } from '../../core/token/token-desk.ts';
import type { Refusal } from '../../core/wire/refusals.ts';
import { isProof } from '../../token/proof.ts';
import { TokenVerifier } from '../../token/verify.ts';
import type { ServerCounters } from '../counters.ts';
import { RevokedTokens } from './revoked-tokens.ts';

/** Data alone, since it goes to the threads of a server. */
export interface TokenOptions {
  /** Of the issuers whose tokens are good here: PEM or JSON Web Keys of Ed25519. */
  readonly publicKeys: readonly string[];
  /** Ids of tokens that are good no more. */
  readonly revoked?: readonly string[];
  /** A file of such ids, one a line, which is looked at again while the server runs. */
  readonly revokedFile?: string;
  /** The name of this server, for tokens that are for one server only. */
  readonly name?: string;
}

/** Who has shown a token. */
export interface Principal {
  readonly name: string;
  readonly class: string;
  /** Of the token. */
  readonly id: string;
  /** Undefined where the class alone decides. */
  readonly budgetBytesPerDay: number | undefined;
}

/** @returns why what the token grants does not suffice for this setup; undefined when it does */
export type OnPrincipal = (principal: Principal, setupLine: string) => Refusal | undefined;

/** Seconds since 1970: tokens expire by the calendar. */
export type Calendar = () => number;

const NONCE_BYTES = 16;

export class Tokens {
  private readonly verifier: TokenVerifier;
  private readonly revoked: RevokedTokens;
  private readonly counters: ServerCounters;
  private readonly clock: Clock;
  private readonly calendar: Calendar;

  /** @throws EcholotError `usage` for what is no public key, and for a list that cannot be read */
  constructor(options: TokenOptions, counters: ServerCounters, clock: Clock, calendar: Calendar) {
    const { publicKeys, revoked = [], revokedFile, name } = options;
    this.verifier = new TokenVerifier(publicKeys, name);
    this.revoked = new RevokedTokens(revoked, revokedFile, clock);
    this.counters = counters;
    this.clock = clock;
    this.calendar = calendar;
  }

  /** @param onPrincipal told once the holder of a token is known */
  deskFor(onPrincipal: OnPrincipal): TokenDesk {
    return new ServerTokenDesk((shown) => this.judge(shown), onPrincipal);
  }

  private judge({ token, signature, nonce, setupLine }: Shown): Judged {
    const verified = this.verifier.verify(token, {
      nowSeconds: this.calendar(),
      isRevoked: (id) => this.revoked.has(id),
      mayCheck: this.mayCheck,
    });
    if ('refused' in verified) return verified;
    const { claims, holder } = verified;
    if (!this.mayCheck()) return { refused: 'busy' };
    if (!isProof(signature, holder, nonce, setupLine)) return { refused: 'wrong-proof' };
    this.counters.add('tokensAccepted', 1);
    const { name, id, budgetBytesPerDay } = claims;
    return { principal: { name, class: claims.class, id, budgetBytesPerDay } };
  }

  private readonly mayCheck = (): boolean => {
    const may = this.counters.signatures.take(this.clock.nowNs());
    if (!may) this.counters.add('tokensBusy', 1);
    return may;
  };
}

/** All that a proof is about. */
interface Shown {
  readonly token: string;
  readonly signature: string;
  readonly nonce: string;
  readonly setupLine: string;
}

type Judged = { readonly principal: Principal } | { readonly refused: TokenRefusal };

class ServerTokenDesk implements TokenDesk {
  private readonly judge: (shown: Shown) => Judged;
  private readonly onPrincipal: OnPrincipal;
  private chosen: string | undefined;
  private isUsed = false;

  constructor(judge: (shown: Shown) => Judged, onPrincipal: OnPrincipal) {
    this.judge = judge;
    this.onPrincipal = onPrincipal;
  }

  /** Chosen when it is first asked for: most connections have no token. */
  get nonce(): string {
    this.chosen ??= randomBytes(NONCE_BYTES).toString('hex');
    return this.chosen;
  }

  answer(token: string, signature: string, setupLine: string): TokenVerdict {
    if (this.isUsed) return { refused: 'replayed' };
    this.isUsed = true;
    const judged = this.judge({ token, signature, nonce: this.nonce, setupLine });
    if ('refused' in judged) return judged;
    const notServed = this.onPrincipal(judged.principal, setupLine);
    return notServed === undefined ? { accepted: judged.principal.name } : { notServed };
  }
}
