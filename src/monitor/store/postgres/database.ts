/**
 * Opens the database of a store, and refuses what it should not touch: layouts of tomorrow, an encoding that lacks letters, the rows of
 * another monitor. PostgreSQL 14 or later.
 */
import { type Address, placeOf } from './address.ts';
import { type Connection, type ConnectionLimits, openConnection } from './connection.ts';
import { LAYOUT, layoutOf, migrate } from './schema.ts';
import { inUse, notThere, ofAnotherEncoding, ofTomorrow, ofYesterday } from './store-errors.ts';

/** @throws Error of the library or the server, or EcholotError */
export async function openDatabase(address: Address, limits: ConnectionLimits): Promise<Connection> {
  const connection = await openConnection(address, limits);
  try {
    const place = placeOf(address);
    await requireEncoding(connection, place);
    if (limits.mode === 'write') await migrate(connection, address.schema);
    requireLayout(await layoutOf(connection, address.schema), place);
    if (limits.mode === 'write') await takeLock(connection, address);
    return connection;
  } catch (error) {
    await connection.end();
    throw error;
  }
}

/** Names are of any letters. */
async function requireEncoding(connection: Connection, place: string): Promise<void> {
  const [row] = await connection.query("SELECT current_setting('server_encoding') AS encoding");
  if (row?.['encoding'] !== 'UTF8') throw ofAnotherEncoding(place);
}

function requireLayout(layout: number, place: string): void {
  if (layout > LAYOUT) throw ofTomorrow(place, layout, LAYOUT);
  if (layout < LAYOUT) throw layout === 0 ? notThere(place) : ofYesterday(place);
}

/** Held for as long as the connection is: one monitor writes the rows of an agent at a time, and sums them up. Readers need none. */
async function takeLock(connection: Connection, address: Address): Promise<void> {
  const [row] = await connection.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS is_ours', [
    `echolot agent ${address.schema} ${address.agent}`,
  ]);
  if (row?.['is_ours'] !== true) throw inUse(placeOf(address));
}
