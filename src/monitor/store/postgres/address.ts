/**
 * Where a database is, out of its URL and of the variables that psql knows: `postgres://user@host:port/database`, with `?schema=`,
 * `?agent=` and `?sslmode=`. Anything else in it is refused rather than passed over. A password may be in it, and is in nothing that
 * people see: neither in the place nor in an error.
 */
import { hostname, userInfo } from 'node:os';
import { usage } from '../../../core/errors.ts';

export interface Address {
  /** Name or numeric address; a folder, which begins with a slash, for a socket in it. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** Of the URL; undefined where there is none in it. */
  readonly password: string | undefined;
  readonly tls: Tls;
  readonly schema: string;
  /**
   * Whose rows. A path has two ends: what one machine measured is no history of what another measures, silent intervals of two that
   * measure at the same moments would be taken for one, and a note is the state of one monitor. Undefined for those of all, to read.
   */
  readonly agent: string | undefined;
}

/** As libpq has them: `prefer` takes what there is, `require` insists, `verify-full` also looks at the certificate. */
const TLS_MODES = ['disable', 'prefer', 'require', 'verify-full'] as const;
type Tls = (typeof TLS_MODES)[number];

const SCHEME = /^postgres(ql)?:\/\//i;
const DEFAULT_PORT = 5432;
const DEFAULT_SCHEMA = 'echolot';
const KNOWN = ['schema', 'agent', 'sslmode'] as const;
/** That need no quotes in SQL, and are no longer than PostgreSQL allows. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;
const AGENT = /^[\p{L}\p{N}._:-]{1,100}$/u;
const FORM = 'write it as postgres://user@host/database';

/** Whether a store is asked for in a database, and not in a file. */
export function isPostgresUrl(place: string): boolean {
  return SCHEME.test(place);
}

/** @throws EcholotError `usage`, in which nothing of the URL is that could be a password */
export function parseAddress(text: string, mode: 'read' | 'write'): Address {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const user = decoded(url?.username);
  const password = decoded(url?.password);
  const host = decoded(url?.hostname.replace(/^\[(.*)\]$/, '$1'));
  const database = decoded(url?.pathname.slice(1));
  if (url === undefined || user === undefined || password === undefined || host === undefined)
    throw usage('the URL of the database cannot be read', FORM);
  if (database === undefined || database.includes('/') || url.hash !== '')
    throw usage('the URL of the database names no database', FORM);
  const unknown = [...url.searchParams.keys()].find((name) => !KNOWN.some((known) => known === name));
  if (unknown !== undefined)
    throw usage(`the URL of the database has an option that is not known`, `it may have ${KNOWN.join(', ')}`);
  const server = host || process.env['PGHOST'] || 'localhost';
  if (server.includes(','))
    throw usage('the URL of the database names several hosts', 'name the one that takes writes');
  const account = user || process.env['PGUSER'] || userInfo().username;
  return {
    host: server,
    port: portOf(url.port || process.env['PGPORT']),
    database: database || process.env['PGDATABASE'] || account,
    user: account,
    password: password || undefined,
    tls: tlsOf(url.searchParams.get('sslmode') ?? process.env['PGSSLMODE'] ?? 'prefer'),
    schema: schemaOf(url.searchParams.get('schema') ?? DEFAULT_SCHEMA),
    agent: agentOf(url.searchParams.get('agent') ?? (mode === 'write' ? hostname() : undefined)),
  };
}

/** For people: the URL without a password. */
export function placeOf({ host, port, database, user, schema, agent }: Address): string {
  const shownHost = host.includes(':') ? `[${host}]` : encodeURIComponent(host);
  const shownPort = port === DEFAULT_PORT ? '' : `:${port}`;
  const options = new URLSearchParams({
    ...(schema === DEFAULT_SCHEMA ? {} : { schema }),
    ...(agent === undefined ? {} : { agent }),
  });
  const base = `postgres://${encodeURIComponent(user)}@${shownHost}${shownPort}/${encodeURIComponent(database)}`;
  return options.size === 0 ? base : `${base}?${options}`;
}

/** @returns undefined for what is no text with percents, or has a byte in it that no name has */
function decoded(text: string | undefined): string | undefined {
  try {
    const plain = text === undefined ? undefined : decodeURIComponent(text);
    return plain?.includes('\0') ? undefined : plain;
  } catch {
    return undefined;
  }
}

function portOf(text: string | undefined): number {
  const port = text === undefined ? DEFAULT_PORT : Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw usage('the port of the database is none', 'name one of 1 to 65535, in the URL or in PGPORT');
}

function tlsOf(text: string): Tls {
  const mode = TLS_MODES.find((known) => known === text);
  if (mode !== undefined) return mode;
  throw usage('the sslmode of the database is not known', `take one of ${TLS_MODES.join(', ')}`);
}

function schemaOf(text: string): string {
  if (SCHEMA.test(text) && !text.startsWith('pg_')) return text;
  throw usage(
    'the schema in the URL of the database cannot be used',
    'name one of small letters, digits and underscores',
  );
}

function agentOf(text: string | undefined): string | undefined {
  if (text === undefined || AGENT.test(text)) return text;
  throw usage(
    'the name of the agent cannot be used',
    'write ?agent=NAME behind the database, of up to 100 letters, digits, dots and hyphens',
  );
}
