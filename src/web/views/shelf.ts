/**
 * What was made for one viewer, for all others: a view is made once for all who ask while nothing has changed, and
 * one view at a time, so that many who ask for many delay nothing else for long. Bounded in bytes and in number.
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { EcholotError } from '../../core/errors.ts';
import type { Reply } from '../http/reply.ts';

/** Ages in words, such as "up for 8 s", may be so old. */
const FRESH_MS = 10_000;
/** However much has changed, no view is made more often. */
const LEAST_AGE_MS = 1_000;
const MOST_VIEWS = 200;
const MOST_BYTES = 64 * 1_048_576;
/** Views that wait to be made. */
const MOST_WAITING = 100;
const LEAST_ZIPPED_BYTES = 1_024;

/** A finished answer, also packed. */
export interface Kept {
  readonly reply: Reply;
  /** Null where packing would not make it smaller. */
  readonly gzip: Uint8Array | null;
  readonly etag: string;
}

interface View {
  readonly version: number;
  readonly madeMs: number;
  readonly kept: Promise<Kept>;
  bytes: number;
}

export interface Asked {
  /** The same for all who see the same. */
  readonly key: string;
  /** Another one when something has changed. */
  readonly version: number;
  readonly make: () => Promise<Reply>;
}

/** @param nowMs ms, of any clock */
export function createShelf(nowMs: () => number): { get(asked: Asked): Promise<Kept> } {
  const views = new Map<string, View>();
  let bytes = 0;
  let waiting = 0;
  let before: Promise<unknown> = Promise.resolve();

  function forget(key: string): void {
    bytes -= views.get(key)?.bytes ?? 0;
    views.delete(key);
  }

  /** One after the other. */
  function inTurn(make: () => Promise<Reply>): Promise<Kept> {
    if (waiting >= MOST_WAITING) {
      return Promise.reject(
        new EcholotError('limit', 'too many views are being made', { advice: 'try again' }),
      );
    }
    waiting++;
    const kept = before.then(make).then(keep);
    before = kept
      .catch(() => {})
      .finally(() => {
        waiting--;
      });
    return kept;
  }

  return {
    get: ({ key, version, make }) => {
      const now = nowMs();
      const there = views.get(key);
      if (there !== undefined) {
        const ageMs = now - there.madeMs;
        if (ageMs < LEAST_AGE_MS || (there.version === version && ageMs < FRESH_MS)) return there.kept;
        forget(key);
      }
      const kept = inTurn(make);
      const view: View = { version, madeMs: now, kept, bytes: 0 };
      views.set(key, view);
      kept.then(
        ({ reply, gzip }) => {
          if (views.get(key) !== view) return;
          view.bytes = Buffer.byteLength(reply.body) + (gzip?.length ?? 0);
          bytes += view.bytes;
          for (const oldest of views.keys()) {
            if (views.size <= MOST_VIEWS && bytes <= MOST_BYTES) break;
            forget(oldest);
          }
        },
        () => {
          if (views.get(key) === view) forget(key);
        },
      );
      return kept;
    },
  };
}

function keep(reply: Reply): Kept {
  const { body } = reply;
  const isText = !(reply.headers['Content-Type'] ?? '').startsWith('image/png');
  const gzip = isText && body.length >= LEAST_ZIPPED_BYTES ? gzipSync(body, { level: 4 }) : null;
  return { reply, gzip, etag: `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}
