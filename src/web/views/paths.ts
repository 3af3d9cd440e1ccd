/** Addresses of views, and ids in them. Names of targets may be anything; none of them can lead elsewhere. */
import { createHash } from 'node:crypto';

const PREFIX = '/target/';

/** A browser takes `.` and `..` out of a path, so these go where none is looked for. */
export function targetPath(target: string): string {
  const name = target.toWellFormed();
  if (/^\.{1,2}$/.test(name)) return `${PREFIX}?name=${encodeURIComponent(name)}`;
  return PREFIX + encodeURIComponent(name);
}

/** @returns undefined for a path that is of no target */
export function targetIn(path: string, query: URLSearchParams): string | undefined {
  if (path === PREFIX) return query.get('name') ?? undefined;
  if (!path.startsWith(PREFIX)) return undefined;
  try {
    return decodeURIComponent(path.slice(PREFIX.length));
  } catch {
    return undefined;
  }
}

/** An id of a page, for anchors and for what is replaced: letters and digits, whatever the name. */
export function idOf(target: string): string {
  return `t-${createHash('sha256').update(target).digest('hex').slice(0, 16)}`;
}

/** The same view with another query. @param parts left out where undefined */
export function withQuery(path: string, parts: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parts)) if (value !== undefined) query.set(name, value);
  const text = query.toString();
  if (text === '') return path;
  return path + (path.includes('?') ? '&' : '?') + text;
}
