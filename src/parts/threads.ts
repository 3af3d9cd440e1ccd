/** The modules that threads begin with, by name; each is bundled by itself into a single file. */

/** Where each is in the sources and in what is built of them, without its extension. */
export const THREADS = {
  'thread-entry': 'net/native/thread/thread-entry',
  'client-worker': 'net/native/client/client-worker',
  'flow-worker': 'net/native/flow/flow-worker',
  'paced-worker': 'net/native/paced/paced-worker',
  'handshake-worker': 'net/native/handshakes/handshake-worker',
  'server-worker': 'server/native/worker',
  'apart-worker': 'server/apart-worker',
  'alarm-worker': 'clock/alarm-worker',
  'sqlite-worker': 'monitor/store/sqlite/store-worker',
  'postgres-worker': 'monitor/store/postgres/postgres-worker',
} as const;

export type ThreadName = keyof typeof THREADS;
