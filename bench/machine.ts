/**
 * What the numbers were measured on. A benchmark without it cannot be compared with anything, not even with
 * itself a year later.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, type } from 'node:os';

export interface Machine {
  readonly cpuModel: string;
  readonly cores: number;
  readonly kernel: string;
  readonly node: string;
  /** Client and server each have their own CPU, or undefined with the reason in `notPinned`. */
  readonly pinning: Pinning | undefined;
  readonly notPinned: string | undefined;
}

export interface Pinning {
  readonly client: number;
  readonly server: number;
}

export function describeMachine(tasksetWorks: boolean): Machine {
  const allowed = allowedCpus();
  const [client, server] = allowed;
  const pinned = tasksetWorks && client !== undefined && server !== undefined;
  return {
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    kernel: `${type()} ${release()}`,
    node: process.version,
    pinning: pinned ? { client, server } : undefined,
    notPinned: pinned ? undefined : tasksetWorks ? 'fewer than two CPUs' : 'no taskset',
  };
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

export function machineText(machine: Machine): string {
  const { pinning } = machine;
  return [
    `CPU     ${machine.cpuModel}, ${machine.cores} cores`,
    `kernel  ${machine.kernel}`,
    `node    ${machine.node}`,
    pinning === undefined
      ? `pinning none (${machine.notPinned}): the client and server rows are noisier than they should be`
      : `pinning client on CPU ${pinning.client}, server on CPU ${pinning.server}`,
  ].join('\n');
}
