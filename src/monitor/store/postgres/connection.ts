/**
 * One connection to a database, from its first statement to its first fault, and never longer. The library would connect anew by itself:
 * what a connection has, such as its lock, would be gone without a word, and 3.4.9 writes to sockets that are no more when one is lost in
 * a transaction. So each has one socket, which whoever opened it destroys; each statement is a whole of its own, which the
 * server does or does not do; and none is sent after one has failed.
 */
import { connect, isIP, type Socket } from 'node:net';
import type { Options, PostgresType } from 'postgres';
import { usage } from '../../../core/errors.ts';
import type { Columns } from '../tables/columns.ts';
import { type Address, placeOf } from './address.ts';
import { passwordFor } from './password.ts';
import { hungUp, silent } from './store-errors.ts';

export interface Connection {
  readonly isOpen: boolean;
  /**
   * Does one statement with values for `$1`, `$2` and so on. @throws Error of the library or the server, EcholotError `timeout`; then
   * the connection is closed
   */
  query(statement: string, values?: readonly Value[]): Promise<readonly Columns[]>;
  /** Several, without values, in one transaction. Throws the same. */
  script(statements: string): Promise<void>;
  /** In good order: the server has let go of what it held for it. */
  end(): Promise<void>;
}

export type Value = string | number | null;

export interface ConnectionLimits {
  /** For a connection, and for the answer to a statement, ms. */
  readonly timeoutMs: number;
  readonly mode: 'read' | 'write';
}

/** For the server to say itself that it took too long. */
const GRACE_MS = 2_000;
const LIBRARY = 'postgres@3.4.9';

/** Connects with its first statement. @throws EcholotError `usage` where the library is not installed, or a password cannot be had */
export async function openConnection(address: Address, limits: ConnectionLimits): Promise<Connection> {
  const postgres = await loadLibrary();
  const { timeoutMs } = limits;
  let socket: Socket | undefined;
  let isOpen = true;
  // Looked up here: of what is wrong with a password while the library asks for it nobody would hear.
  const options = {
    ...optionsFor(address, limits, passwordFor(address)),
    onclose: close,
    socket: openSocket,
  };
  const client = postgres(options);

  function openSocket(): Socket {
    const { host, port } = address;
    // Of a server that hangs up before its first word the library asks for another one at once, for ever.
    if (socket !== undefined) throw hungUp(placeOf(address));
    socket = connect(host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port });
    return socket;
  }

  function close(): void {
    isOpen = false;
    socket?.destroy();
  }

  async function bounded<T>(work: () => PromiseLike<T>): Promise<T> {
    if (!isOpen) throw hungUp(placeOf(address));
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      close();
    }, timeoutMs + GRACE_MS);
    try {
      return await work();
    } catch (error) {
      close();
      throw isLate ? silent(placeOf(address), error) : error;
    } finally {
      clearTimeout(late);
    }
  }

  return {
    query: (statement, values = []) =>
      bounded(() => client.unsafe<Record<string, unknown>[]>(statement, [...values], { prepare: true })),
    script: (statements) => bounded(async () => void (await client.unsafe(statements).simple())),
    get isOpen() {
      return isOpen;
    },
    async end() {
      // What is waited for has another second.
      if (isOpen) await client.end({ timeout: 1 });
      close();
    },
  };
}

function optionsFor(
  address: Address,
  { timeoutMs, mode }: ConnectionLimits,
  password: string | undefined,
): Options<Record<string, PostgresType>> {
  const { host, port, database, user, tls, schema } = address;
  return {
    host,
    port,
    database,
    user,
    // A text that is empty would let the library look for one itself.
    password: () => password ?? '',
    ssl: host.startsWith('/') ? false : tlsOptions(host, tls),
    max: 1,
    connect_timeout: timeoutMs / 1_000,
    idle_timeout: 0,
    max_lifetime: null,
    fetch_types: false,
    onnotice: () => {},
    connection: {
      application_name: 'echolot',
      search_path: schema,
      statement_timeout: timeoutMs,
      lock_timeout: timeoutMs,
      // Of a client that is no more the server lets go: by default it would keep its lock for hours.
      client_connection_check_interval: 5_000,
      tcp_keepalives_idle: 30,
      tcp_keepalives_interval: 10,
      tcp_keepalives_count: 3,
      ...(mode === 'read' ? { default_transaction_read_only: true } : {}),
    },
  };
}

function tlsOptions(host: string, tls: Address['tls']): NonNullable<Options<never>['ssl']> {
  if (tls === 'disable') return false;
  if (tls !== 'verify-full') return tls;
  // The library does not know the host of a socket that it has not opened.
  return { host, ...(isIP(host) === 0 ? { servername: host } : {}), rejectUnauthorized: true };
}

async function loadLibrary(): Promise<typeof import('postgres')> {
  try {
    return (await import('postgres')).default;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')
      throw usage('a store in PostgreSQL needs a library that is not installed', `npm install ${LIBRARY}`);
    throw error;
  }
}
