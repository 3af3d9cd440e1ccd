/** Looks at the machine, in files of the kernel: clocks, processors, memory, limits. It judges nothing. */
import type { ReadText } from '../../../net/kernel-text.ts';
import { leastQuota, ownGroups } from '../../machine/cpu-quota.ts';
import type { MachineFacts } from '../facts.ts';
import { type Hide, look } from './look.ts';
import { countOf, numberIn, wordsOf } from './texts.ts';

const CLOCK_SOURCE = '/sys/devices/system/clocksource/clocksource0';
const PROCESSORS = '/sys/devices/system/cpu';
const GROUPS = '/sys/fs/cgroup';
/** Of these the governor is asked for; more are seldom set otherwise. */
const MOST_PROCESSORS = 512;

/** What is not found in files. */
export interface MachineSources {
  readonly read: ReadText;
  readonly runtime: MachineFacts['runtime'];
  /** How many processors this process may run on. */
  readonly usable: () => number;
  readonly isSynchronised: () => boolean | undefined;
  readonly memoryBytes: () => number;
}

export function lookAtMachine(
  { read, runtime, usable, isSynchronised, memoryBytes }: MachineSources,
  hide: Hide,
): MachineFacts {
  return {
    runtime,
    clockSource: look(hide, () => {
      const current = read(`${CLOCK_SOURCE}/current_clocksource`)?.trim();
      if (current === undefined || current === '') return undefined;
      return { current, available: wordsOf(read(`${CLOCK_SOURCE}/available_clocksource`) ?? '') };
    }),
    isSynchronised: look(hide, isSynchronised),
    hypervisor: look(hide, () => hypervisorOf(read)),
    processors: look(hide, () => {
      const own = usable();
      const present = countOf(read(`${PROCESSORS}/online`) ?? '') ?? own;
      return { usable: own, present: Math.max(own, present) };
    }),
    quota: look(hide, () => (read('/proc/self/cgroup') === undefined ? undefined : leastQuota(read))),
    memoryBytes: look(hide, memoryBytes),
    openFiles: look(hide, () => limitOf(read, 'Max open files')),
    threads: look(hide, () => threadLimit(read)),
    governors: look(hide, () => (read('/proc/stat') === undefined ? undefined : governorsOf(read))),
  };
}

/** The flag of x86, what Xen says of itself, and the maker of the machine for a name (proc_cpuinfo(5), sysfs). */
function hypervisorOf(read: ReadText): string | null | undefined {
  const processors = read('/proc/cpuinfo');
  if (processors === undefined) return undefined;
  const own = read('/sys/hypervisor/type')?.trim();
  const isFlagged = /^flags\s*:.*\bhypervisor\b/m.test(processors);
  if (!isFlagged && !own) return /^flags\s*:/m.test(processors) ? null : undefined;
  return own || (read('/sys/class/dmi/id/sys_vendor')?.trim() ?? '');
}

/** The soft limit of one line (proc_pid_limits(5)). @returns null for unlimited; undefined where it is not told */
function limitOf(read: ReadText, name: string): number | null | undefined {
  const [, soft] = new RegExp(`^${name} +(\\d+|unlimited) `, 'm').exec(read('/proc/self/limits') ?? '') ?? [];
  if (soft === undefined) return undefined;
  return soft === 'unlimited' ? null : Number(soft);
}

/** Of the user, of the machine, and of each control group what is left of it. */
function threadLimit(read: ReadText): number | null | undefined {
  const ofUser = limitOf(read, 'Max processes');
  if (ofUser === undefined) return undefined;
  const ofGroups = ownGroups(read, 'pids').flatMap((path) => {
    const most = numberIn(read(`${GROUPS}${path}/pids.max`));
    const taken = numberIn(read(`${GROUPS}${path}/pids.current`)) ?? 0;
    return most === undefined ? [] : [Math.max(0, most - taken)];
  });
  const all = [ofUser, numberIn(read('/proc/sys/kernel/threads-max')), ...ofGroups].filter(
    (limit) => limit !== null && limit !== undefined,
  );
  return all.length === 0 ? null : Math.min(...all);
}

function governorsOf(read: ReadText): string[] {
  const count = Math.min(MOST_PROCESSORS, countOf(read(`${PROCESSORS}/online`) ?? '') ?? 0);
  const names = new Set<string>();
  for (let i = 0; i < count; i++) {
    const governor = read(`${PROCESSORS}/cpu${i}/cpufreq/scaling_governor`)?.trim();
    if (governor) names.add(governor);
  }
  return [...names];
}
