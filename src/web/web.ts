/**
 * The page of a monitor: a server for browsers and programs that reads what the store has and never measures. It refuses
 * to be seen from elsewhere without a token and TLS, to be asked under another name, and to change anything.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Endpoint } from '../facts/connection.ts';
import { ASSET_TAG, asset } from './assets/assets.ts';
import { type Frame, layout } from './html/layout.ts';
import { loginMain } from './html/login.ts';
import { type AccessOptions, createAccess, refuseOpenPage } from './http/access.ts';
import { ownPath, readForm } from './http/form.ts';
import { isLoopback, isNamed } from './http/host.ts';
import { listen } from './http/listen.ts';
import { page, plain, type Reply, seeOther, send, sendStreamHead } from './http/reply.ts';
import { type After, createHub, GREETING } from './live/hub.ts';
import type { LiveSource } from './live/live.ts';
import { refusal, route, trouble } from './routes.ts';
import type { Pictures } from './views/drawings.ts';
import type { Reading } from './views/read.ts';
import { createShelf, type Kept } from './views/shelf.ts';
import { type CompareRanges, createViews } from './views/views.ts';

/** Browsers that hear at once what has changed. */
export const MAX_WATCHERS = 600;

export interface WebOptions extends Omit<AccessOptions, 'host'> {
  /** Default `localhost`: this machine only. */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Other names that it may be asked under, such as that of a proxy. */
  readonly names?: readonly string[];
  readonly store: Reading;
  readonly live: LiveSource;
  readonly pictures: Pictures;
  readonly title: string;
  readonly version: string;
  /** Undefined where ranges are laid over each other and not judged. */
  readonly compareRanges?: CompareRanges;
  /** For `/metrics`; undefined where there are none. @param accept what the scraper takes */
  readonly metrics?: (
    accept: string,
  ) => Promise<{ readonly type: string; readonly body: string | Uint8Array }>;
  /** For `/healthz`: null, or why it is not well, in a line. */
  readonly health?: () => string | null;
  /** Unix time, ms. */
  readonly nowMs?: () => number;
  readonly after?: After;
  /** What went wrong after the start; who asked was told no more than that something did. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface Web {
  readonly endpoints: readonly Endpoint[];
  readonly watchers: number;
  close(): Promise<void>;
}

/** @throws EcholotError `usage` for a page that anybody could see, `network` when the address cannot be had */
export async function startWeb(options: WebOptions): Promise<Web> {
  const { host = 'localhost', port, tls, store, pictures, title, version, live } = options;
  const { nowMs = Date.now, after = nodeAfter, onTrouble = () => {}, compareRanges } = options;
  const { names = [], health = () => null, metrics } = options;
  refuseOpenPage({ ...options, host });
  const frame: Frame = { title, version, hasMetrics: metrics !== undefined, assetTag: ASSET_TAG };
  const hub = createHub({ live, after, maxWatchers: MAX_WATCHERS });
  const shelf = createShelf(nowMs);
  const views = createViews({ store, pictures, frame, compareRanges, nowMs });
  const access = createAccess(options as AccessOptions, nowMs);
  const isNameChecked = isLoopback(host) || names.length > 0;

  /** @returns undefined for an answer that goes on by itself */
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<Reply | undefined> {
    const { method, headers } = request;
    if (isNameChecked && !isNamed(headers.host, [host, ...names])) {
      return plain(421, `this page is not called ${headers.host ?? 'nothing'}`);
    }
    const url = urlOf(request.url ?? '');
    if (url === null) return plain(400, 'this is no address');
    if (url.pathname === '/login' && method === 'POST') return logIn(request);
    if (method !== 'GET' && method !== 'HEAD') return plain(405, 'GET or HEAD only', { Allow: 'GET, HEAD' });
    const open = openReply(url);
    if (open !== undefined) return open;
    const admission = access.admits(request);
    if (admission !== 'yes') return turnedAway(request, url, admission === 'busy');
    if (url.pathname === '/live') return watch(request, response);
    if (url.pathname === '/metrics' && metrics !== undefined) {
      const { type, body } = await metrics(headers.accept ?? '');
      return { status: 200, headers: { 'Content-Type': type }, body };
    }
    const asked = route(url, { views, versionOf: hub.versionOf, nowMs, frame });
    if (asked === undefined) return trouble(404, 'There is no such page', '', frame);
    return packed(request, await shelf.get(asked));
  }

  /** What anybody may have: nothing of it is of a target. */
  function openReply(url: URL): Reply | undefined {
    if (url.pathname === '/healthz') {
      const why = health();
      return why === null ? plain(200, 'ok') : plain(503, why);
    }
    if (url.pathname === '/login' && access.hasToken)
      return loginPage(ownPath(url.searchParams.get('next')), '');
    return asset(url.pathname);
  }

  function loginPage(next: string, why: string, status = 200): Reply {
    return page(layout(frame, { name: 'Page token', main: loginMain(next, why) }), status);
  }

  async function logIn(request: IncomingMessage): Promise<Reply> {
    const form = await readForm(request);
    if (form === undefined) return plain(400, 'this is no form of this page', { Connection: 'close' });
    const next = ownPath(form.get('next'));
    const outcome = access.logIn(form.get('token') ?? '', request);
    if (outcome === 'busy') return loginPage(next, 'Too many wrong tokens, try again in a minute', 429);
    if (typeof outcome === 'string') return loginPage(next, 'This is not the token', 401);
    return seeOther(next, { 'Set-Cookie': outcome.cookie });
  }

  function turnedAway({ headers }: IncomingMessage, url: URL, isBusy: boolean): Reply {
    if (isBusy) return plain(429, 'too many wrong tokens, try again in a minute', { 'Retry-After': '60' });
    if (!wantsPage(headers.accept)) {
      return plain(401, 'this page needs its token', { 'WWW-Authenticate': 'Bearer' });
    }
    return seeOther(`/login?next=${encodeURIComponent(url.pathname + url.search)}`);
  }

  function watch({ method }: IncomingMessage, response: ServerResponse): Reply | undefined {
    if (method === 'HEAD') return plain(200, 'a stream of events');
    const leave = hub.join({
      write: (text) => response.write(text),
      waitingBytes: () => response.writableLength,
      drop: () => response.destroy(),
    });
    if (leave === undefined) return plain(503, 'too many watch already', { 'Retry-After': '30' });
    sendStreamHead(response, 'text/event-stream; charset=utf-8');
    response.write(GREETING);
    response.on('close', leave);
    return undefined;
  }

  const { endpoints, close } = await listen({
    ...{ host, port, tls, onTrouble },
    answer: (request, response) => {
      // Who has gone needs no answer.
      response.on('error', () => {});
      answer(request, response)
        .catch((error: unknown) => {
          const told = refusal(error, wantsPage(request.headers.accept), frame);
          if (told === undefined) onTrouble(error);
          return told ?? plain(500, 'something went wrong here');
        })
        .then((reply) => {
          if (reply !== undefined && !response.destroyed) send(request, response, reply);
        })
        .catch(onTrouble);
    },
  }).catch((error: unknown) => {
    hub.close();
    throw error;
  });
  return {
    endpoints,
    get watchers() {
      return hub.watchers;
    },
    close: () => {
      hub.close();
      return close();
    },
  };
}

/** What is there already, or packed where that is taken. */
function packed({ headers }: IncomingMessage, { reply, gzip, etag }: Kept): Reply {
  const kept = {
    ...reply.headers,
    ETag: etag,
    'Cache-Control': 'private, no-cache',
    Vary: 'Accept-Encoding',
  };
  if (reply.status === 200 && headers['if-none-match'] === etag)
    return { status: 304, headers: kept, body: '' };
  const takesGzip = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
  if (gzip === null || !takesGzip) return { ...reply, headers: kept };
  return { ...reply, headers: { ...kept, 'Content-Encoding': 'gzip' }, body: gzip };
}

/** Null for what is no path of this server; two slashes at its head are no other host. */
function urlOf(path: string): URL | null {
  return path.startsWith('/') ? URL.parse(`http://page${path}`) : null;
}

function wantsPage(accept: string | undefined): boolean {
  return accept?.includes('text/html') ?? false;
}

const nodeAfter: After = (ms, callback) => {
  const timer = setTimeout(callback, ms).unref();
  return () => clearTimeout(timer);
};
