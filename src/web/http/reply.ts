/** An answer before it is sent, and the headers that every answer has. Refuses to be read by other sites, framed, or guessed at. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { harmless } from '../../text/printable.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export const HTML_TYPE = 'text/html; charset=utf-8';
const TEXT_TYPE = 'text/plain; charset=utf-8';

/** Everything from this server and nothing else: no script and no style within a page, no other site. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const COMMON: Readonly<Record<string, string>> = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
};

export function page(body: string, status = 200): Reply {
  return { status, headers: { 'Content-Type': HTML_TYPE }, body };
}

/** @param line a sentence without a full stop */
export function plain(status: number, line: string, headers: Reply['headers'] = {}): Reply {
  return { status, headers: { 'Content-Type': TEXT_TYPE, ...headers }, body: `${harmless(line)}\n` };
}

/** After a form; the browser asks for the other page by itself. */
export function seeOther(path: string, headers: Reply['headers'] = {}): Reply {
  return plain(303, 'go on', { Location: path, ...headers });
}

export function send(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  const { status, headers, body } = reply;
  // What is not sent again has a length all the same, which is not 0.
  const length = status === 304 ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...COMMON, ...headers, ...length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

/** The head of an answer that goes on until somebody has enough. */
export function sendStreamHead(response: ServerResponse, type: string): void {
  // A proxy that buffers would tell nothing until its buffer is full.
  response.writeHead(200, { ...COMMON, 'Content-Type': type, 'X-Accel-Buffering': 'no' });
  response.flushHeaders();
}
