/**
 * The password of a database, from where psql takes it: the URL, PGPASSWORD, or the file of passwords (PostgreSQL documentation, 32.16),
 * which nobody else may read. It is looked up for each connection, so that it may be changed while a monitor runs.
 */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { usage } from '../../../core/errors.ts';
import type { Address } from './address.ts';

const OTHERS = 0o077;
const MOST_BYTES = 1_048_576;
/** Fields of a line stand between colons; a backslash takes the next character as it is. */
const FIELD = /((?:\\.|[^:\\])*)(?::|$)/gy;

/** @returns undefined where there is none, which servers may allow. @throws EcholotError `usage` for a file that others can read */
export function passwordFor(address: Address): string | undefined {
  return address.password ?? (process.env['PGPASSWORD'] || fromFile(address));
}

function fromFile(address: Address): string | undefined {
  const named = process.env['PGPASSFILE'];
  const file = named || join(homedir(), '.pgpass');
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) {
    if (!named) return undefined;
    throw usage(`there is no file of passwords ${file}`, 'name another one in PGPASSFILE, or unset it');
  }
  if (!stats.isFile() || stats.size > MOST_BYTES)
    throw usage(`${file} is no file of passwords`, 'name another one in PGPASSFILE, or unset it');
  if ((stats.mode & OTHERS) !== 0)
    throw usage(`others can read the passwords in ${file}`, `chmod 600 ${file}`);
  return passwordIn(readFileSync(file, 'utf8'), address);
}

/** The first line that fits has it: `host:port:database:user:password`, where `*` fits everything. */
export function passwordIn(
  text: string,
  { host, port, database, user }: Pick<Address, 'host' | 'port' | 'database' | 'user'>,
): string | undefined {
  // A socket in a folder is on this machine.
  const wanted = [host.startsWith('/') ? 'localhost' : host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = [...line.matchAll(FIELD)].map(([, field = '']) => field);
    const fits = wanted.every((part, i) => fields[i] === '*' || plain(fields[i]) === part);
    const password = fields[wanted.length];
    if (fits && password !== undefined) return plain(password);
  }
  return undefined;
}

function plain(field: string | undefined): string | undefined {
  return field?.replace(/\\(.)/g, '$1');
}
