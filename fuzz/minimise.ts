/** Makes an input that went wrong as short as it can be and still go wrong: delta debugging of Zeller and Hildebrandt. */

/** Where each try costs a connection, so many are enough. */
export const MOST_TRIES = 300;

/**
 * @param parts of which some can be left out
 * @param fails whether what is left still goes wrong
 */
export async function minimised<T>(
  parts: readonly T[],
  fails: (parts: readonly T[]) => boolean | Promise<boolean>,
  mostTries: number = MOST_TRIES,
): Promise<readonly T[]> {
  let left = parts;
  let tries = 0;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length && tries < mostTries; tries++) {
      const without = [...left.slice(0, at), ...left.slice(at + size)];
      if (await fails(without)) left = without;
      else at += size;
    }
  }
  return left;
}
