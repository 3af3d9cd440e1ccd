/** Who belongs to which class, and what each class is granted: as it is asked for, checked, and asked about each client. */
import { EcholotError, usage } from '../../core/errors.ts';
import type { Setup } from '../../core/wire/messages.ts';
import type { Refusal } from '../../core/wire/refusals.ts';
import type { ServerLimits } from '../limits.ts';
import {
  type ClientBits,
  DEFAULT_CLIENT_BITS,
  IPV4_BITS,
  IPV6_BITS,
  isLoopback,
  sharedPart,
} from './client-of.ts';
import { type Network, NetworkList, NetworkTable, readNetworks } from './networks.ts';
import {
  BOUNDLESS,
  boundedTerms,
  type ClassTerms,
  PUBLIC_CLASSES,
  type TermName,
  termsOfLimits,
} from './terms.ts';

/** Clients by their networks, and what they are granted beyond what is left out here: that is as for all. */
export interface ClassOptions extends Partial<ClassTerms> {
  /** Networks such as `192.0.2.0/24` or `2001:db8::/32`, or single addresses. */
  readonly from?: readonly string[];
}

/** All of it is data, so that it crosses threads. */
export interface PolicyOptions {
  /**
   * By name. `local` is this machine, `anyone` whoever is in no other class, `token` the class of tokens that name no
   * other; what is left out of these three is as for a public server, and of all others as for `anyone`.
   */
  readonly classes?: Readonly<Record<string, ClassOptions>>;
  /** Only these networks are served; default all. */
  readonly allow?: readonly string[];
  /** These are not, whatever else holds. */
  readonly deny?: readonly string[];
  /** Who needs a token, beside this machine: nobody (default), whoever wants a load, or everybody. */
  readonly requireToken?: TokenNeed;
  /** How much of an address tells clients apart; default 32 bits of IPv4, 64 of IPv6. */
  readonly clientBits?: Partial<ClientBits>;
}

export const TOKEN_NEEDS = ['never', 'load', 'always'] as const;
export type TokenNeed = (typeof TOKEN_NEEDS)[number];

const LOOPBACK = ['127.0.0.0/8', '::1'] as const;
/** More than an operator writes by hand; each address is compared with as many. */
const MAX_NETWORKS = 10_000;
const MAX_CLASSES = 64;
const CLASS_NAME = /^[a-z][a-z0-9_-]{0,31}$/;
const OPTION_NAMES: { readonly [K in keyof Required<PolicyOptions>]: true } = {
  classes: true,
  allow: true,
  deny: true,
  requireToken: true,
  clientBits: true,
};

export interface ClientClass {
  readonly name: string;
  readonly terms: ClassTerms;
}

export class Policy {
  private readonly clientBits: ClientBits;
  /** All of them, as they are advertised. */
  readonly classes: readonly ClientClass[];
  /** Why a setup without a token is not served; undefined where all are. */
  readonly owesToken: ((setup: Setup) => Refusal | undefined) | undefined;
  private readonly allow: NetworkList;
  private readonly deny: NetworkList;
  private readonly table: NetworkTable<ClientClass>;

  /** @throws EcholotError `usage` naming what cannot be */
  constructor(options: PolicyOptions, limits: ServerLimits) {
    checkNames(Object.keys(options), Object.keys(OPTION_NAMES), 'option of a policy');
    this.clientBits = planBits(options.clientBits ?? {});
    this.owesToken = owing(options.requireToken ?? 'never');
    this.allow = new NetworkList(networksOf(options.allow ?? [], 'allow'));
    this.deny = new NetworkList(networksOf(options.deny ?? [], 'deny'));
    const own = options.classes ?? {};
    const names = [...new Set([...Object.keys(PUBLIC_CLASSES), ...Object.keys(own)])];
    if (names.length > MAX_CLASSES) throw usage(`${names.length} classes`, `name ${MAX_CLASSES} at most`);
    const all = termsOfLimits(limits);
    const entries: (readonly [Network, ClientClass])[] = [];
    this.classes = names.map((name) => {
      const { from = name === 'local' ? LOOPBACK : [], ...terms } = own[name] ?? {};
      checkClass(name, from, terms);
      const each = { name, terms: boundedTerms({ ...usualTerms(name, own), ...terms }, all) };
      for (const network of networksOf(from, `class ${name}`)) entries.push([network, each]);
      return each;
    });
    this.table = new NetworkTable(entries);
  }

  isServed(address: string): boolean {
    return !this.deny.has(address) && (this.allow.isEmpty || this.allow.has(address));
  }

  classOf(address: string): ClientClass {
    return this.table.find(address) ?? this.named('anyone');
  }

  /** Whose sessions and budgets an address shares; undefined for this machine itself, which has none. */
  clientOf(address: string, { name }: ClientClass): string | undefined {
    return name === 'local' && isLoopback(address) ? undefined : sharedPart(address, this.clientBits);
  }

  /** @throws EcholotError `internal` where there is none */
  named(name: string): ClientClass {
    const found = this.classes.find((each) => each.name === name);
    if (found === undefined) throw new EcholotError('internal', `no class ${name}`);
    return found;
  }
}

/** What a class has where it says nothing: one that is none of the usual ones is as strangers are, or more would be forgotten than meant. */
function usualTerms(name: string, own: NonNullable<PolicyOptions['classes']>): Partial<ClassTerms> {
  if (name === 'local' || name === 'token' || name === 'anyone') return PUBLIC_CLASSES[name];
  const { from: _, ...anyone } = own['anyone'] ?? {};
  return { ...PUBLIC_CLASSES.anyone, ...anyone };
}

function owing(need: TokenNeed): Policy['owesToken'] {
  if (!TOKEN_NEEDS.includes(need)) {
    throw usage(`a token cannot be required ${String(need)}`, `choose ${TOKEN_NEEDS.join(', ')}`);
  }
  if (need === 'never') return undefined;
  return ({ load }) => (need === 'always' || load === true ? { reason: 'token' } : undefined);
}

function checkClass(name: string, from: readonly string[], terms: Partial<ClassTerms>): void {
  if (!CLASS_NAME.test(name)) {
    throw usage(`a class cannot be called ${name}`, 'take small letters, digits, - and _, 32 at most');
  }
  if (name === 'anyone' && from.length > 0) {
    throw usage('the class anyone has no networks of its own', 'name another class for them');
  }
  const known = Object.keys(termsOfLimits({} as ServerLimits));
  checkNames(Object.keys(terms), known, `term of class ${name}`);
  for (const [term, value] of Object.entries(terms)) {
    const least = BOUNDLESS.includes(term as TermName) || term === 'maxDelayNs' ? 0 : 1;
    if (!Number.isSafeInteger(value) || value < least) {
      throw usage(
        `${term} of class ${name} cannot be ${String(value)}`,
        `choose a whole number from ${least}`,
      );
    }
  }
}

function networksOf(texts: readonly string[], where: string): Network[] {
  if (texts.length > MAX_NETWORKS) {
    throw usage(`${texts.length} networks in ${where}`, `name ${MAX_NETWORKS} at most`);
  }
  return readNetworks(texts, where);
}

function planBits(given: Partial<ClientBits>): ClientBits {
  checkNames(Object.keys(given), Object.keys(DEFAULT_CLIENT_BITS), 'family of addresses');
  const bits = { ...DEFAULT_CLIENT_BITS, ...given };
  for (const [family, most] of [
    ['ipv4', IPV4_BITS],
    ['ipv6', IPV6_BITS],
  ] as const) {
    const value = bits[family];
    if (Number.isInteger(value) && value >= 1 && value <= most) continue;
    throw usage(`clients of ${family} cannot be told apart by ${value} bits`, `choose from 1 to ${most}`);
  }
  return bits;
}

function checkNames(names: readonly string[], known: readonly string[], what: string): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw usage(`there is no ${what} ${unknown}`, `there are ${known.join(', ')}`);
}
