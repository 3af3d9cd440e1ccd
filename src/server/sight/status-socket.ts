/**
 * The state of a server for its owner alone: a Unix socket that nobody else may open, which answers over HTTP in words
 * (`/`) or as JSON (`/json`). It costs nothing while nobody asks.
 */
import { lstatSync, unlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { EcholotError } from '../../core/errors.ts';
import { columns } from '../../text/columns.ts';
import { type Section, type Shown, sectionsOf } from './rows.ts';
import { type SideAnswer, SideService } from './side-server.ts';

const MS_PER_S = 1_000;
/** Neither group nor others. */
const OWNER_ONLY = 0o177;

export interface StatusSocketOptions {
  /** In a folder that nobody else can write to. */
  readonly path: string;
  /** What keeps it from answering, after the start; the server goes on. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface StatusSocket {
  readonly path: string;
  /** From now on it tells of this server; before, that one is starting. */
  show(server: Shown): void;
  close(): void;
}

/** @throws EcholotError `usage` when there can be no such socket */
export async function startStatusSocket(
  { path, onTrouble = () => {} }: StatusSocketOptions,
  { version }: { readonly version: string },
): Promise<StatusSocket> {
  let server: Shown | undefined;
  const answer = (asked: string): SideAnswer => {
    if (server === undefined) return { ...plain, status: 503, body: 'the server is starting\n' };
    const startSeconds = performance.timeOrigin / MS_PER_S;
    switch (asked) {
      case '/':
        return { ...plain, body: sectionsOf(server, startSeconds).map(sectionText).join('\n') };
      case '/json':
        return { ...plain, body: `${JSON.stringify(reportOf(server, startSeconds, version))}\n` };
      default:
        return { ...plain, status: 404, body: 'there are / and /json\n' };
    }
  };
  const service = new SideService({ answer, onTrouble });
  const listener = await listenAlone(service, path);
  return {
    path,
    show: (shown) => {
      server = shown;
    },
    close: () => {
      // Which removes the socket, too.
      listener.close();
      service.dropAll();
    },
  };
}

const plain = { status: 200, headers: { 'Content-Type': 'text/plain; charset=utf-8' } } as const;

function sectionText({ title, rows }: Section): string {
  const heading = title === undefined ? '' : `${title}\n`;
  return heading + columns(rows.map(([what, value]) => [`  ${what}`, String(value)]));
}

function reportOf(server: Shown, startSeconds: number, version: string): object {
  return {
    version,
    startTime: new Date(startSeconds * MS_PER_S).toISOString(),
    endpoints: server.endpoints,
    residentBytes: process.memoryUsage.rss(),
    ...server.status(),
    limits: server.limits,
  };
}

/** A socket that a server left behind, which was killed, is removed; anything else at its place is left alone. */
async function listenAlone(service: SideService, path: string): Promise<Server> {
  try {
    return await listenPrivately(service, path);
  } catch (error) {
    if (!isInUse(error)) throw refusal(path, error);
  }
  if (!isOwnSocket(path)) {
    throw new EcholotError('usage', `the status socket ${path} is something else already`, {
      advice: 'name another path',
    });
  }
  if (await isAnswered(path)) {
    throw new EcholotError('usage', `another server has the status socket ${path}`, {
      advice: 'name another path with --status-socket',
    });
  }
  try {
    unlinkSync(path);
    return await listenPrivately(service, path);
  } catch (error) {
    throw refusal(path, error);
  }
}

/** It is made with its mode, so that there is no moment in which others may open it. */
function listenPrivately(service: SideService, path: string): Promise<Server> {
  const before = process.umask(OWNER_ONLY);
  try {
    return service.listen({ path });
  } finally {
    process.umask(before);
  }
}

function isOwnSocket(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isSocket() === true && stats.uid === process.geteuid?.();
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const settle = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => settle(true));
    // One whose backlog is full (EAGAIN) is somebody's.
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code !== 'ECONNREFUSED'));
  });
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function refusal(path: string, cause: unknown): EcholotError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  // The kernel has 107 bytes for it.
  const advice =
    code === 'EINVAL' || code === 'ENAMETOOLONG'
      ? 'name a shorter path'
      : 'name a path in a folder that this user may write to';
  return new EcholotError('usage', `the status socket ${path} cannot be had (${code})`, { advice, cause });
}
