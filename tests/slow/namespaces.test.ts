/**
 * The path taken apart where it is known what it does: two network namespaces joined by a pair of interfaces,
 * with a bottleneck of known rate behind one of them. Needs root and iproute2; makes and removes all it needs.
 */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { rawOf } from '../analysis/recordings.ts';
import { Program, programCommand } from '../e2e/program.ts';
import { tell } from './server-child.ts';

const CLIENT = `echolot-client-${process.pid}`;
const SERVER = `echolot-server-${process.pid}`;
const CLIENT_ADDRESS = '10.211.0.1';
const SERVER_ADDRESS = '10.211.0.2';
const US = 1_000;
const RATE_BITS_PER_SECOND = 50_000_000;
/** Of each packet that the bottleneck counts, with its Ethernet, IP and TCP headers. */
const PAYLOAD_SHARE = 1_448 / 1_514;
/** Room for all that is sent at once: nothing is lost. */
const QUEUE_BYTES = 1_000_000;
const TIMEOUT_MS = 60_000;

function run(command: string): void {
  const [program = '', ...args] = command.split(' ');
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}

/** @returns why there can be no namespaces; undefined when there can */
function missing(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  const probe = `echolot-probe-${process.pid}`;
  try {
    run(`ip netns add ${probe}`);
    try {
      run(`ip -n ${probe} link add one type veth peer name two`);
      run(`ip netns exec ${probe} sysctl -qw net.ipv4.tcp_congestion_control=reno`);
      run(`tc -n ${probe} qdisc add dev one root tbf rate 50mbit burst 2kb limit 100kb`);
    } finally {
      run(`ip netns delete ${probe}`);
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.trim() : String(error);
  }
}

/** The built program in a namespace. */
function startIn(namespace: string, ...args: readonly (string | number)[]): Program {
  return new Program('ip', ['netns', 'exec', namespace, ...programCommand(...args)], TIMEOUT_MS);
}

async function measureIn(
  namespace: string,
  port: number,
  ...args: readonly (string | number)[]
): Promise<Result> {
  await using client = startIn(
    namespace,
    ...['measure', SERVER_ADDRESS, port, '--engine', 'native', '--json', '--type', 'rtt', ...args],
  );
  const { code, stdout, stderr } = await client.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

const reason = nativeUnavailable() ?? missing();

describe.skipIf(reason !== undefined)(`between two network namespaces ${reason ?? ''}`, () => {
  let server: Program;
  let port = 0;

  beforeAll(async () => {
    for (const namespace of [CLIENT, SERVER]) run(`ip netns add ${namespace}`);
    run(`ip -n ${CLIENT} link add path type veth peer name path netns ${SERVER}`);
    run(`ip -n ${CLIENT} address add ${CLIENT_ADDRESS}/24 dev path`);
    run(`ip -n ${SERVER} address add ${SERVER_ADDRESS}/24 dev path`);
    for (const namespace of [CLIENT, SERVER]) {
      for (const device of ['lo', 'path']) run(`ip -n ${namespace} link set ${device} up`);
    }
    // It paces nothing: what waits, waits in a queue.
    for (const namespace of [CLIENT, SERVER]) {
      run(`ip netns exec ${namespace} sysctl -qw net.ipv4.tcp_congestion_control=reno`);
    }
    server = startIn(SERVER, 'serve', '--engine', 'native', '--host', SERVER_ADDRESS, '--port', 0, '--quiet');
    port = await server.port();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    for (const namespace of [CLIENT, SERVER]) run(`ip netns delete ${namespace}`);
  });
  beforeEach(() => {
    for (const namespace of [CLIENT, SERVER]) run(`tc -n ${namespace} qdisc replace dev path root pfifo`);
  });

  const narrow = (namespace: string, queueBytes: number): void => {
    const qdisc = `tbf rate ${RATE_BITS_PER_SECOND / 1e6}mbit burst 2000 limit ${queueBytes}`;
    run(`tc -n ${namespace} qdisc replace dev path root ${qdisc}`);
  };

  test('the network takes a few microseconds of the round trip', async () => {
    const { series } = await measureIn(CLIENT, port, '--sizes', 100, '--probes', 2_000);
    const layers = series[0]?.layers?.statistics;
    const networkNs = layers?.networkRttNs?.median ?? Number.NaN;
    tell(`network ${networkNs} ns of ${series[0]?.statistics?.rttNs.median} ns`);
    expect(networkNs).toBeGreaterThan(0);
    expect(networkNs).toBeLessThan(20 * US);
  });

  test('a bottleneck far away shows in the kernel’s round trip, byte by byte', async () => {
    // The server’s own queue is the last one before the client: as far away as it can be here.
    narrow(SERVER, QUEUE_BYTES);
    const sizes = [14_480, 28_960, 43_440, 57_920] as const;
    const { series } = await measureIn(CLIENT, port, '--sizes', sizes.join(','), '--probes', 100);
    const medians = series.map(({ layers }) => layers?.statistics.kernelRttNs?.median ?? Number.NaN);
    const bits = 8 * (sizes[3] - sizes[0]);
    const bitsPerSecond = bits / (((medians[3] ?? 0) - (medians[0] ?? 0)) / 1e9);
    tell(`${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s of payload`);
    const ratio = bitsPerSecond / (RATE_BITS_PER_SECOND * PAYLOAD_SHARE);
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  test('the own queue is told apart from the network while another flow fills it', async () => {
    narrow(CLIENT, QUEUE_BYTES);
    await using bulk = startIn(
      CLIENT,
      ...['measure', SERVER_ADDRESS, port, '--engine', 'native', '--type', 'throughput'],
      ...['--sndbuf', '64K', '--sizes', '4M', '--probes', 1_000, '--json'],
    );
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const { blocks } = await measureIn(CLIENT, port, '--sizes', 100, '--probes', 1_000, '--blocks', 1);
    expect(bulk.running).toBe(true);
    const { rttNs, layers } = rawOf(blocks[0]);
    // Most probes fall between two messages of the other flow, most of the time does not.
    const shareOf = (ns: number): number => ns / sum(rttNs);
    const queue = shareOf(sum(layers?.localQueueNs));
    const network = shareOf(sum(layers?.kernelRttNs) - sum(layers?.residenceNs));
    tell(`of the time ${percent(queue)} in the own queue, ${percent(network)} in the network`);
    expect(queue).toBeGreaterThan(0.7);
    expect(network).toBeGreaterThan(0);
    expect(network).toBeLessThan(0.05);
  });
});

function sum(values: readonly (number | null)[] = []): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
