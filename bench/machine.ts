/**
 * What the numbers were measured on. A benchmark without it cannot be compared with anything, not even with
 * itself a year later.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release, type } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export interface Machine {
  readonly cpuModel: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
  /** What TCP connections of this machine get unless a row says otherwise. */
  readonly congestionControl: string;
  /** Of the programs that are compared, by name; null for one that is not there. */
  readonly versions: Readonly<Record<string, string | null>>;
  /** Client and server each have their own CPU, or undefined with the reason in `notPinned`. */
  readonly pinning: Pinning | undefined;
  readonly notPinned: string | undefined;
}

export interface Pinning {
  readonly client: number;
  readonly server: number;
}

export function describeMachine(tasksetWorks: boolean, cli: string): Machine {
  const allowed = allowedCpus();
  const [client, server] = allowed;
  const pinned = tasksetWorks && client !== undefined && server !== undefined;
  return {
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    kernel: `${type()} ${release()}`,
    node: process.version,
    congestionControl: congestionControl(),
    versions: {
      echolot: versionOf(process.execPath, [cli, '--version']),
      koffi: koffiVersion(cli),
      cc: versionOf('cc', ['--version']),
      sockperf: versionOf('sockperf', ['--version']),
      iperf2: versionOf('iperf', ['-v']),
      qperf: versionOf('qperf', ['--version']),
      iperf3: versionOf('iperf3', ['--version']),
    },
    pinning: pinned ? { client, server } : undefined,
    notPinned: pinned ? undefined : tasksetWorks ? 'fewer than two CPUs' : 'no taskset',
  };
}

/** The system's default, see tcp(7). */
export function congestionControl(): string {
  try {
    return readFileSync('/proc/sys/net/ipv4/tcp_congestion_control', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}

/** Of the copy that the measured build finds, without loading it. */
function koffiVersion(cli: string): string | null {
  try {
    const program = createRequire(resolve(cli)).resolve('koffi');
    const manifest = readFileSync(join(dirname(program), 'package.json'), 'utf8');
    return /"version":\s*"([^"]+)"/.exec(manifest)?.[1] ?? null;
  } catch {
    return null;
  }
}

/** The first line of what it says of itself, wherever it says it; iperf uses standard error. */
function versionOf(command: string, args: readonly string[]): string | null {
  const { error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 5_000 });
  if (error !== undefined) return null;
  return `${stdout}${stderr}`.trim().split('\n')[0] ?? '';
}

/** The CPUs this process may use: in a container these need not start at 0. Empty where /proc does not tell. */
function allowedCpus(): number[] {
  try {
    const list = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return parseCpuList(list ?? '');
  } catch {
    return [];
  }
}

/** "0-1,4" to [0, 1, 4]: the kernel's list format, see cpuset(7). */
function parseCpuList(list: string): number[] {
  const found: number[] = [];
  for (const range of list.split(',').filter((part) => part !== '')) {
    const [first, last] = range.split('-').map(Number);
    if (first === undefined) continue;
    for (let cpu = first; cpu <= (last ?? first); cpu++) found.push(cpu);
  }
  return found;
}

/** Label and text, for a list or a table. */
export function machineFacts(machine: Machine): [string, string][] {
  const { pinning } = machine;
  return [
    ['CPU', `${machine.cpuModel}, ${machine.cores} cores`],
    ['kernel', machine.kernel],
    ['node', machine.node],
    ['congestion', machine.congestionControl],
    [
      'pinning',
      pinning === undefined
        ? `none (${machine.notPinned}): the rows with a client and a server are noisier than they should be`
        : `client on CPU ${pinning.client}, server on CPU ${pinning.server}`,
    ],
    ...Object.entries(machine.versions).map(([name, version]): [string, string] => [
      name,
      version ?? 'not installed',
    ]),
  ];
}

export function machineText(machine: Machine): string {
  return machineFacts(machine)
    .map(([label, text]) => `${label.padEnd(11)} ${text}`)
    .join('\n');
}
