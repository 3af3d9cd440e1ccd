/** Which address leads to which view, and what it is kept under. Refuses what is no view, in words. */
import { EcholotError } from '../core/errors.ts';
import { printable } from '../text/printable.ts';
import { type Frame, layout } from './html/layout.ts';
import { troubleMain } from './html/login.ts';
import { page, plain, type Reply } from './http/reply.ts';
import { type Format, readFormat } from './views/downloads.ts';
import { targetIn } from './views/paths.ts';
import type { Asked } from './views/shelf.ts';
import { askedSpan, otherSpan } from './views/span.ts';
import type { Views } from './views/views.ts';

/** The end of a span that goes with the clock is the same for all who ask within it. */
const QUANTUM_MS = 1_000;
const API = '/api';

export interface RouteOptions {
  readonly views: Views;
  /** Rises when something has changed, of a target or of all. */
  readonly versionOf: (target: string | undefined) => number;
  readonly nowMs: () => number;
  readonly frame: Frame;
}

/**
 * @returns undefined for an address of no view
 * @throws EcholotError `usage` for one that asks for what there is not
 */
export function route(url: URL, { views, versionOf, nowMs, frame }: RouteOptions): Asked | undefined {
  const { searchParams: query } = url;
  const isApi = url.pathname.startsWith(`${API}/`);
  const path = isApi ? url.pathname.slice(API.length) : url.pathname;
  const format: Format = isApi ? 'json' : readFormat(query);
  if (path === (isApi ? '/targets' : '/')) {
    return { key: `/ ${format}`, version: versionOf(undefined), make: () => views.targets(format) };
  }
  if (path === '/events') {
    const target = query.get('target') ?? undefined;
    const key = JSON.stringify([path, target, format]);
    return { key, version: versionOf(target), make: () => views.events(target, format) };
  }
  const name = targetIn(path, query);
  if (name === undefined) return undefined;
  const span = askedSpan(query, Math.floor(nowMs() / QUANTUM_MS) * QUANTUM_MS);
  const other = otherSpan(query);
  const chart = query.get('chart') ?? undefined;
  return {
    key: JSON.stringify([name, span.zoom ?? [span.fromMs, span.toMs], other, format, chart]),
    version: versionOf(name),
    make: async () =>
      (await views.target(name, { span, other, format, chart })) ??
      trouble(404, 'Nothing was measured under this name', '', frame),
  };
}

/** What went wrong, as a page for browsers. @param advice '' where nothing helps */
export function trouble(status: number, message: string, advice: string, frame: Frame): Reply {
  return page(layout(frame, { name: printable(message, 80), main: troubleMain(message, advice) }), status);
}

/** @returns undefined for a fault that is not told to those outside */
export function refusal(error: unknown, wantsPage: boolean, frame: Frame): Reply | undefined {
  if (!(error instanceof EcholotError)) return undefined;
  const status = error.code === 'usage' ? 400 : error.code === 'limit' ? 503 : undefined;
  if (status === undefined) return undefined;
  const advice = error.advice ?? '';
  if (wantsPage) return trouble(status, error.message, advice, frame);
  return plain(status, advice === '' ? error.message : `${error.message}: ${advice}`);
}
