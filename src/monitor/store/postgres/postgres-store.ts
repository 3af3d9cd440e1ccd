/**
 * A store in a PostgreSQL database, for many monitors that write into one: each is an agent with rows of its own. On a thread of its
 * own, as packing and summing up take time that what measures has not, and so that a fault of the library ends no more than that.
 */
import { parts } from '../../../parts/parts.ts';
import { DEFAULT_RETENTION } from '../retention.ts';
import type { Retention, Store } from '../store.ts';
import { openThreadedStore } from '../threaded/threaded-store.ts';
import { type Address, parseAddress, placeOf } from './address.ts';

export interface PostgresOptions {
  /** `read` makes no tables, and reads the rows of all agents where none is named. */
  readonly mode: 'read' | 'write';
  readonly retention?: Retention;
  /** For the answer to a statement, ms. Default 10 s. */
  readonly timeoutMs?: number;
}

/** What the thread begins with. */
export interface PostgresOpening extends Required<PostgresOptions> {
  readonly address: Address;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** @throws EcholotError where it cannot be opened; the reason may pass */
export async function openPostgresStore(url: string, options: PostgresOptions): Promise<Store> {
  const { mode, retention = DEFAULT_RETENTION, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const address = parseAddress(url, mode);
  const opening: PostgresOpening = { address, mode, retention, timeoutMs };
  return openThreadedStore(placeOf(address), parts.thread('postgres-worker'), opening);
}
