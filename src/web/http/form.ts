/** The one form that is sent here: a token, and where to go after it. Refuses more bytes than those take. */
import type { IncomingMessage } from 'node:http';

const MOST_BYTES = 4_096;

/** @returns undefined for what is no such form, or too long */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const type = request.headers['content-type'] ?? '';
  if (!type.toLowerCase().startsWith('application/x-www-form-urlencoded')) return undefined;
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      bytes += part.length;
      if (bytes > MOST_BYTES) return undefined;
      parts.push(part);
    }
  } catch {
    // Who sent half of it has gone.
    return undefined;
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'));
}

/** A path of this page; `/` for anything else, such as another site's address. */
export function ownPath(text: string | null): string {
  return text !== null && /^\/(?![/\\])[\x21-\x7e]*$/.test(text) ? text : '/';
}
