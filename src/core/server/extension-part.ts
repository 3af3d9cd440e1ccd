/** What the parts of a server in the extensions have in common: who decides for them, and what they answer. */
import type { LoadDesk } from '../load/load-desk.ts';
import type { TokenDesk } from '../token/token-desk.ts';
import type { RefusalReason } from '../wire/refusals.ts';
import type { EndReason } from './server-events.ts';

/** Who decides, of the server; without one the word of the extension is as unknown as any other. */
export interface Desks {
  readonly load: LoadDesk | undefined;
  readonly token: TokenDesk | undefined;
}

/** A question that is answered with the end of the connection. */
export interface Refused {
  readonly words: Uint8Array;
  readonly reason: EndReason;
  /** For the log. */
  readonly detail: string;
  /** Why the client is not served, where the words say that. */
  readonly refusal?: RefusalReason;
}

/** A question whose answer is to follow: what is said until then. */
export interface Waiting {
  readonly meanwhile: Uint8Array;
}

export interface Part {
  /** The answer to a message that is a question of the extension; undefined when it is none, or asks for too much. */
  answerTo(message: Uint8Array): Uint8Array | Waiting | Refused | undefined;
}
