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

/** Two namespaces with a router between them, in which packets wait as they do on the way. */
export interface Routed extends Pair {
  readonly router: string;
  /** The router's interfaces, to the side that each is named after; an end's own is `veth0`. */
  readonly towards: { readonly client: string; readonly server: string };
}

/** @param congestionControl of both ends, also one that only root may choose */
export function makeRouted(congestionControl: string): Routed {
  const { ways, ...fork } = makeFork(congestionControl, 1);
  return { ...fork, ...(ways[0] as Way) };
}

/** What lies between a client and one of its servers. */
export type Way = Pick<Routed, 'router' | 'towards' | 'server' | 'serverAddress'>;

/** A client with a way to each of several servers, which have nothing else in common. */
export interface Fork extends Disposable {
  readonly client: string;
  readonly ways: readonly Way[];
}

/** @param name parts the namespaces of one fork from those of others that are there at the same time */
export function makeFork(congestionControl: string, count: number, name = ''): Fork {
  using stack = new DisposableStack();
  const client = stack.use(makeNamespace(`client${name}`)).name;
  const ways = Array.from({ length: count }, (_, i): Way => {
    const server = stack.use(makeNamespace(`server${name}-${i}`)).name;
    const router = stack.use(makeNamespace(`router${name}-${i}`)).name;
    const nets = { client: `10.0.${2 * i}`, server: `10.0.${2 * i + 1}` };
    const towards = { client: 'client0', server: 'server0' };
    for (const [end, device, own, net, host, far] of [
      [client, towards.client, `veth${i}`, nets.client, 1, `${nets.server}.0/24`],
      [server, towards.server, 'veth0', nets.server, 2, 'default'],
    ] as const) {
      ip('-n', end, 'link', 'add', own, 'type', 'veth', 'peer', 'name', device, 'netns', router);
      ip('-n', end, 'address', 'add', `${net}.${host}/24`, 'dev', own);
      ip('-n', router, 'address', 'add', `${net}.254/24`, 'dev', device);
      ip('-n', end, 'link', 'set', own, 'up');
      ip('-n', router, 'link', 'set', device, 'up');
      ip('-n', end, 'route', 'add', far, 'via', `${net}.254`, 'congctl', congestionControl);
    }
    write(router, '/proc/sys/net/ipv4/ip_forward', '1');
    return { server, router, towards, serverAddress: `${nets.server}.2` };
  });
  const owned = stack.move();
  return { client, ways, [Symbol.dispose]: () => owned.dispose() };
}

/** How packets leave an interface: no faster than so, as many waiting as that. */
export interface Bottleneck {
  /** Of packets with their Ethernet header. */
  readonly bitsPerSecond: number;
  readonly queueBytes: number;
}

/** The bucket holds a packet at least, and what a rate lets through while a timer of the kernel is late. */
const MIN_BURST_BYTES = 2_000;
const BURST_S = 320e-6;
const BITS_PER_BYTE = 8;

/** A token bucket on a device of a namespace, in the place of what was there. */
export function narrow(namespace: string, device: string, { bitsPerSecond, queueBytes }: Bottleneck): void {
  const burst = Math.max(MIN_BURST_BYTES, Math.round((bitsPerSecond * BURST_S) / BITS_PER_BYTE));
  const shape = ['tbf', 'rate', `${bitsPerSecond}bit`, 'burst', `${burst}`, 'limit', `${queueBytes}`];
  run('tc', '-n', namespace, 'qdisc', 'replace', 'dev', device, 'root', ...shape);
}

/** What waits on a device of a namespace now. */
export function backlogBytes(namespace: string, device: string): number {
  const said = run('tc', '-n', namespace, '-s', '-json', 'qdisc', 'show', 'dev', device);
  const [root] = JSON.parse(said) as { readonly backlog?: number }[];
  return root?.backlog ?? 0;
}

/** The congestion control that sockets of this namespace get; false where the kernel has none of that name. */
export function setCongestionControl(namespace: string, name: string): boolean {
  return write(namespace, '/proc/sys/net/ipv4/tcp_congestion_control', name);
}

/** @returns false where the kernel refuses the value */
function write(namespace: string, path: string, value: string): boolean {
  const line = `echo ${value} > ${path}`;
  const result = spawnSync('ip', ['netns', 'exec', namespace, 'sh', '-c', line], { timeout: TIMEOUT_MS });
  return result.status === 0;
}

function ip(...args: string[]): void {
  run('ip', ...args);
}

function run(program: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    throw new Skipped(`${program} is not installed`);
  }
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}
