/**
 * A store in a file, by SQLite on a thread of its own: whoever calls only packs histograms and posts a message, and is never kept
 * from measuring by a disk. One monitor writes to a file at a time; others are told, and may read.
 */
import { parts } from '../../../parts/parts.ts';
import { DEFAULT_RETENTION } from '../retention.ts';
import type { Retention, Store } from '../store.ts';
import { openThreadedStore } from '../threaded/threaded-store.ts';

export interface SqliteOptions {
  /** `read` of a file that a monitor may be writing to: it makes no file, and takes no lock. */
  readonly mode: 'read' | 'write';
  readonly retention?: Retention;
  /** What the file may have; the oldest of the finest step go first. Default 2 GB. */
  readonly maxBytes?: number;
}

/** What the thread begins with. */
export interface SqliteOpening extends Required<SqliteOptions> {
  readonly file: string;
}

const DEFAULT_MAX_BYTES = 2_000_000_000;

/** @throws EcholotError where it cannot be opened; the reason may pass */
export async function openSqliteStore(file: string, options: SqliteOptions): Promise<Store> {
  const { mode, retention = DEFAULT_RETENTION, maxBytes = DEFAULT_MAX_BYTES } = options;
  const opening: SqliteOpening = { file, mode, retention, maxBytes };
  return openThreadedStore(file, parts.thread('sqlite-worker'), opening);
}
