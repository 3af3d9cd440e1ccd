/** The two files that every page needs, under addresses that change with what is in them. */
import { createHash } from 'node:crypto';
import type { Reply } from '../http/reply.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

const FILES: Readonly<Record<string, readonly [type: string, text: string]>> = {
  '/assets/page.css': ['text/css; charset=utf-8', STYLE],
  '/assets/page.js': ['text/javascript; charset=utf-8', SCRIPT],
};

export const ASSET_TAG: string = createHash('sha256')
  .update(STYLE)
  .update(SCRIPT)
  .digest('base64url')
  .slice(0, 10);

/** @returns undefined where there is none of this path */
export function asset(path: string): Reply | undefined {
  const file = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
  if (file === undefined) return undefined;
  const [type, body] = file;
  return {
    status: 200,
    headers: { 'Content-Type': type, 'Cache-Control': 'private, max-age=31536000, immutable' },
    body,
  };
}
