/**
 * Where a storm takes place: on the loopback, whose addresses a server counts as one machine without limits of its own, or
 * between two namespaces, where each of the storm's addresses is a client to it.
 */
import { spawnSync } from 'node:child_process';
import { makePair } from '../namespaces.ts';

/** So many addresses does a storm come from. */
export const SOURCES = 256;

export interface Scene extends Disposable {
  readonly name: 'loopback' | 'namespaces';
  readonly server: { readonly namespace: string | undefined; readonly address: string };
  /** Of the storm and of those beside it. */
  readonly client: { readonly namespace: string | undefined };
  readonly firstSource: string;
  /** Addresses of clients of good faith. */
  readonly good: readonly string[];
}

export function makeLoopback(): Scene {
  return {
    name: 'loopback',
    server: { namespace: undefined, address: '127.0.0.1' },
    client: { namespace: undefined },
    firstSource: '127.0.1.0',
    good: ['127.9.9.9', '127.0.0.1'],
    [Symbol.dispose]: () => {},
  };
}

/** @throws Skipped where this user may not make namespaces */
export function makeNamespaces(): Scene {
  const pair = makePair();
  // Each address of the net is one of the client's; the server sends to all of them by way of it.
  const commands = [
    ['-n', pair.client, 'route', 'add', 'local', '10.77.0.0/16', 'dev', 'lo'],
    ['-n', pair.server, 'route', 'add', '10.77.0.0/16', 'via', '10.0.0.1'],
  ];
  for (const words of commands) {
    const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
    if (status === 0) continue;
    pair[Symbol.dispose]();
    throw new Error(`ip ${words.join(' ')}: ${stderr}`);
  }
  return {
    name: 'namespaces',
    server: { namespace: pair.server, address: pair.serverAddress },
    client: { namespace: pair.client },
    firstSource: '10.77.1.0',
    good: ['10.77.9.9'],
    [Symbol.dispose]: () => pair[Symbol.dispose](),
  };
}
