/**
 * What the kernel says about one process in /proc, see proc(5): memory and CPU time from outside, so that a
 * server is measured without a line of code in it.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Resident set size: what of its memory is in RAM now. */
export function residentBytes(pid: number): number {
  const kib = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kib === undefined) throw new Error(`no VmRSS in /proc/${pid}/status`);
  return Number(kib) * 1024;
}

/** CPU time of all its threads. schedstat counts ns where stat counts ticks of 10 ms: too coarse for half a second. */
export function cpuNs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const times = threads.map((id) =>
    Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]),
  );
  return times.reduce((sum, ns) => sum + ns, 0);
}
