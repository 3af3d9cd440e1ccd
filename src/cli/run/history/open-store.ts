/** The store that a command reads, and the target that is meant in it. It refuses names that are not there, and says which are near. */
import { type EcholotError, usage } from '../../../core/errors.ts';
import { openHistory, type Store } from '../../../monitors.ts';
import { printable } from '../../../text/printable.ts';
import { nearest } from '../../nearest.ts';
import { storeFile } from '../monitor/store-file.ts';

/** More do not help. */
const MOST_NAMED = 5;

/** It is closed whatever comes of it. @throws EcholotError where there is no store */
export async function withStore<T>(
  given: string | undefined,
  read: (store: Store) => Promise<T>,
): Promise<T> {
  const file = storeFile(given);
  if (file === undefined)
    throw usage('what a monitor keeps in memory ends with it', 'give the file of a store');
  const store = await openHistory(file);
  try {
    return await read(store);
  } finally {
    await store.close();
  }
}

/** @throws EcholotError `usage` for a name that is not in the store */
export async function requireTarget(store: Pick<Store, 'series' | 'state'>, target: string): Promise<void> {
  const names = [...new Set((await store.series()).map((series) => series.target))];
  if (!names.includes(target)) throw unknownTarget(target, names, (await store.state()).place);
}

function unknownTarget(target: string, names: readonly string[], place: string): EcholotError {
  const near = names.filter((name) => name.includes(target) || target.includes(name));
  const meant = nearest(target, names);
  const shown = [...new Set([...(meant === undefined ? [] : [meant]), ...near, ...names])].slice(
    0,
    MOST_NAMED,
  );
  const rest = names.length - shown.length;
  const more = rest > 0 ? `, and ${rest.toLocaleString('en-US')} more: echolot history has them all` : '';
  return usage(
    `there is no target ${printable(target)} in ${printable(place)}`,
    names.length === 0
      ? 'nothing has been measured into it yet'
      : `there is ${shown.map((name) => printable(name)).join(', ')}${more}`,
  );
}
