/**
 * Network namespaces of the run's own: made for a row, named after this process, and removed when the row is over,
 * also when the run is interrupted. Only root may make them; anybody else skips the rows that need one.
 */
import { spawnSync } from 'node:child_process';
import { Skipped } from './row.ts';

const TIMEOUT_MS = 5_000;

export interface Namespace extends Disposable {
  readonly name: string;
}

export interface Pair extends Disposable {
  readonly client: string;
  readonly server: string;
  readonly serverAddress: string;
}

/** A namespace with nothing but a loopback, whose settings are its own. */
export function makeNamespace(suffix: string): Namespace {
  if (process.getuid?.() !== 0) throw new Skipped('only root may make network namespaces');
  const name = `echolot-bench-${process.pid}-${suffix}`;
  try {
    ip('netns', 'add', name);
  } catch (error) {
    throw new Skipped(
      `no network namespaces here: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const namespace = { name, [Symbol.dispose]: () => void spawnSync('ip', ['netns', 'del', name]) };
  try {
    ip('-n', name, 'link', 'set', 'lo', 'up');
    return namespace;
  } catch (error) {
    namespace[Symbol.dispose]();
    throw error;
  }
}

/** Two namespaces joined by a veth pair, which goes with the first of them. */
export function makePair(): Pair {
  using stack = new DisposableStack();
  const client = stack.use(makeNamespace('client')).name;
  const server = stack.use(makeNamespace('server')).name;
  const serverAddress = '10.0.0.2';
  ip('-n', client, 'link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth0', 'netns', server);
  for (const [name, address] of [
    [client, '10.0.0.1'],
    [server, serverAddress],
  ] as const) {
    ip('-n', name, 'address', 'add', `${address}/24`, 'dev', 'veth0');
    ip('-n', name, 'link', 'set', 'veth0', 'up');
  }
  const owned = stack.move();
  return { client, server, serverAddress, [Symbol.dispose]: () => owned.dispose() };
}

/** The congestion control that sockets of this namespace get; false where the kernel has none of that name. */
export function setCongestionControl(namespace: string, name: string): boolean {
  const write = `echo ${name} > /proc/sys/net/ipv4/tcp_congestion_control`;
  const result = spawnSync('ip', ['netns', 'exec', namespace, 'sh', '-c', write], { timeout: TIMEOUT_MS });
  return result.status === 0;
}

function ip(...args: string[]): void {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8', timeout: TIMEOUT_MS });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}
