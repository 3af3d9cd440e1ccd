/** Options that were given, without those that were not: what a library takes for "by default". */

export type Given<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The record without what is undefined in it. */
export function given<T extends object>(record: T): Given<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Given<T>;
}
