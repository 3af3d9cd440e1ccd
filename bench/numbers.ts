/**
 * Reads the JSON line of one of the C programs. A missing or strange number must stop the run with its name,
 * not travel on as undefined into a ratio.
 */
export function readNumbers<const Key extends string>(
  json: string,
  keys: readonly Key[],
): Record<Key, number> {
  const parsed: unknown = JSON.parse(json);
  const found = new Map<string, unknown>(Object.entries(parsed ?? {}));
  const entries = keys.map((key) => {
    const value = found.get(key);
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new Error(`no number "${key}" in ${json}`);
    return [key, value] as const;
  });
  return Object.fromEntries(entries) as Record<Key, number>;
}
