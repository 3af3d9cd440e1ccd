/**
 * A client's part of the extensions of the protocol: which of them it asks for, what a server has agreed to, and who
 * reads the answers. Refuses to know when a question may be asked: the session moves. A further extension has its
 * reader beside the others here, and a method that writes its question.
 */
import type { Dialect } from '../wire/dialects.ts';
import {
  type Asked,
  EXTENSIONS,
  type ExchangeName,
  type ExtensionName,
  hasWord,
  rowOf,
} from '../wire/extensions.ts';
import type { ExtensionReader } from './answer-reader.ts';
import { ResidenceReader, type Residences } from './residence-reader.ts';
import { TokenReader } from './token-reader.ts';

/** A load is no part of a session: it has connections of its own, opened by `core/load/load-greeting.ts`. */
export type SessionExtension = Exclude<ExtensionName, 'load'>;
/** Those of them that a session asks something by. */
export type SessionExchange = Exclude<ExchangeName, 'load'>;

export class ClientExtensions {
  /** What the setup asks for. */
  readonly asked: Asked;
  private readonly readers = {
    stamps: new ResidenceReader(),
    token: new TokenReader(),
  } satisfies Readonly<Record<SessionExchange, ExtensionReader>>;
  private readonly names: readonly SessionExtension[];
  private readyText = '';
  /** Looked at for each probe, so known once and for all. */
  private agreed: ReadonlySet<SessionExtension> = new Set();

  /** @param wanted those that the dialect does not have are not asked for */
  constructor({ extensions }: Dialect, wanted: Asked) {
    this.names = extensions.filter((name) => name !== 'load');
    this.asked = Object.fromEntries(this.names.map((name) => [name, wanted[name] === true]));
  }

  /** A server has taken the setup: its words tell what it agrees to, and what it can do. */
  agree(readyText: string): void {
    this.readyText = readyText;
    const { names, asked } = this;
    this.agreed = new Set(
      names.filter((name) => asked[name] === true && hasWord(readyText, rowOf(name).word)),
    );
  }

  has(name: SessionExtension): boolean {
    return this.agreed.has(name);
  }

  /** Who reads the answers of an extension. */
  readerOf(name: SessionExchange): ExtensionReader {
    return this.readers[name];
  }

  /** What was answered to the last question for residences; undefined before. */
  get residences(): Residences | undefined {
    return this.readers.stamps.residences;
  }

  /** Asks for `count` residences from the `first` on, parted where the server can. */
  askResidence(first: number, count: number): Uint8Array {
    const { waits, busy } = EXTENSIONS.stamps.abilities;
    const can = (word: string): boolean => hasWord(this.readyText, word);
    return this.readers.stamps.ask(first, count, { waits: can(waits), busy: can(waits) && can(busy) });
  }
}
