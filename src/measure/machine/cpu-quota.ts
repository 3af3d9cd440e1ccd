/**
 * Whether a CPU quota of a control group stopped this process: `docker --cpus`, a CPU limit of Kubernetes, `CPUQuota=`
 * of systemd. It stops all threads for the rest of a period, which looks like a busy machine and is none. Reads what the
 * kernel counts, for the group of this process and those it lies in (Documentation/admin-guide/cgroup-v2.rst, and
 * Documentation/scheduler/sched-bwc.rst for both versions); it judges nothing.
 */
import type { QuotaRecord } from '../../facts/machine.ts';
import type { ReadText } from '../../net/kernel-text.ts';

const NS_PER_US = 1_000;
const OWN_GROUPS = '/proc/self/cgroup';
/** Where the controller is mounted: version 2, version 1 by itself, and version 1 with the accounting. */
const MOUNTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct'] as const;
/** Groups lie within each other; nobody nests them deeper. */
const MAX_DEPTH = 32;

/** Of one group with a quota, since it was made. */
interface QuotaCount {
  readonly group: string;
  readonly processors: number;
  readonly periods: number;
  readonly throttledPeriods: number;
  readonly throttledNs: number;
}

/** Counts from now on. @returns what tells the counts until then of the group that was stopped most; null for none */
export function watchQuota(read: ReadText): () => QuotaRecord | null {
  const before = quotaCounts(read);
  return () => {
    const since = quotaCounts(read).flatMap((after): QuotaRecord[] => {
      const first = before.find(({ group }) => group === after.group);
      if (first === undefined) return [];
      return [
        {
          processors: after.processors,
          periods: after.periods - first.periods,
          throttledPeriods: after.throttledPeriods - first.throttledPeriods,
          throttledNs: after.throttledNs - first.throttledNs,
        },
      ];
    });
    return since.toSorted((a, b) => b.throttledPeriods - a.throttledPeriods)[0] ?? null;
  };
}

/** How many processors all of them together leave to this process; null for any number. */
export function leastQuota(read: ReadText): number | null {
  const quotas = ownGroups(read, 'cpu').flatMap((path) =>
    MOUNTS.flatMap((mount) => processorsOf(read, `${mount}${path}`) ?? []),
  );
  return quotas.length === 0 ? null : Math.min(...quotas);
}

function quotaCounts(read: ReadText): QuotaCount[] {
  return ownGroups(read, 'cpu').flatMap((path) =>
    MOUNTS.flatMap((mount): QuotaCount[] => {
      const group = `${mount}${path}`;
      const processors = processorsOf(read, group);
      const stat = processors === null ? undefined : read(`${group}/cpu.stat`);
      if (processors === null || stat === undefined) return [];
      const periods = numberOf(stat, 'nr_periods');
      const throttledPeriods = numberOf(stat, 'nr_throttled');
      const throttledUs = numberOf(stat, 'throttled_usec');
      const throttledNs = throttledUs === null ? numberOf(stat, 'throttled_time') : throttledUs * NS_PER_US;
      if (periods === null || throttledPeriods === null || throttledNs === null) return [];
      return [{ group, processors, periods, throttledPeriods, throttledNs }];
    }),
  );
}

/**
 * The groups of this process for a controller, and all that they lie in: '' is the root. A container often sees its
 * own group as the root, though it is called by the name that it has outside.
 */
export function ownGroups(read: ReadText, controller: 'cpu' | 'pids'): string[] {
  const paths = new Set(['']);
  const own = read(OWN_GROUPS) ?? '';
  for (const [, controllers = '', path = ''] of own.matchAll(/^\d+:([^:\n]*):(\/[^\n]*)$/gm)) {
    if (controllers !== '' && !controllers.split(',').includes(controller)) continue;
    const parts = path.split('/').filter((part) => part !== '');
    // A group outside of what is mounted here, as the kernel writes it.
    if (parts.includes('..')) continue;
    for (let depth = Math.min(parts.length, MAX_DEPTH); depth > 0; depth--) {
      paths.add(`/${parts.slice(0, depth).join('/')}`);
    }
  }
  return [...paths];
}

/** Null without a quota: `max` in version 2, -1 in version 1. */
function processorsOf(read: ReadText, group: string): number | null {
  const [, quota, period] = /^(\d+) (\d+)$/m.exec(read(`${group}/cpu.max`) ?? '') ?? [];
  const quotaUs = Number(quota ?? read(`${group}/cpu.cfs_quota_us`) ?? Number.NaN);
  const periodUs = Number(period ?? read(`${group}/cpu.cfs_period_us`) ?? Number.NaN);
  return quotaUs > 0 && periodUs > 0 ? quotaUs / periodUs : null;
}

function numberOf(stat: string, name: string): number | null {
  const [, number] = new RegExp(`^${name} (\\d+)$`, 'm').exec(stat) ?? [];
  return number === undefined ? null : Number(number);
}
