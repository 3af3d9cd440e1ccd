/** A control group of the run's own with a CPU quota, version 2 or 1; only root may make one. */
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { Skipped } from '../row.ts';

const PERIOD_US = 100_000;
/** Version 2, then version 1 by itself and with the accounting. */
const ROOTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/cpu', '/sys/fs/cgroup/cpu,cpuacct'] as const;

export interface ControlGroup extends Disposable {
  /** The words of a command line that runs `words` in the group. */
  within(...words: readonly string[]): { readonly program: string; readonly args: string[] };
}

export function limitedGroup(processors: number): ControlGroup {
  const errors: string[] = [];
  for (const root of ROOTS) {
    const isV2 = existsSync(`${root}/cgroup.controllers`);
    if (!isV2 && !existsSync(`${root}/cpu.cfs_quota_us`)) continue;
    const path = `${root}/echolot-bench-${process.pid}`;
    try {
      mkdirSync(path);
    } catch (error) {
      errors.push(String(error));
      continue;
    }
    const quotaUs = Math.round(processors * PERIOD_US);
    try {
      if (isV2) writeFileSync(`${path}/cpu.max`, `${quotaUs} ${PERIOD_US}`);
      else writeFileSync(`${path}/cpu.cfs_quota_us`, String(quotaUs));
      return groupAt(path);
    } catch (error) {
      rmdirSync(path);
      errors.push(String(error));
    }
  }
  throw new Skipped(`no CPU quota can be set here: ${errors.join('; ') || 'there are no control groups'}`);
}

function groupAt(path: string): ControlGroup {
  return {
    within: (...words) => ({
      program: 'sh',
      args: ['-c', 'echo $$ > "$0/cgroup.procs" && exec "$@"', path, ...words],
    }),
    [Symbol.dispose]: () => rmdirSync(path),
  };
}
