/**
 * How much of the machine others used while a group of rows ran. A ratio beside a busy neighbour can be off by a
 * factor of two and look like any other, so the run says when it was not alone. From /proc (proc(5)), nothing
 * elsewhere.
 */
import { readFileSync } from 'node:fs';

/** In clock ticks since the boot, over all CPUs. */
interface CpuTimes {
  readonly all: number;
  /** In user mode, whoever it was. */
  readonly user: number;
  /** Kept by the host for other guests. */
  readonly steal: number;
  /** In user mode, this process and the children that it has seen end. */
  readonly ownUser: number;
}

/** Above this share a row deserves a second run. */
const NOISY_SHARE = 0.03;

/**
 * Starts to watch; the function it returns gives the share (0 to 1) of all CPU time since then that went to other
 * programs or to the host. Only user mode is counted: kernels differ in whom they charge for the work of a
 * loopback, and a neighbour that computes shows there anyway. Call it when no child is left running.
 */
export function watchOthers(): () => number | undefined {
  const before = readTimes();
  return () => {
    const after = readTimes();
    if (before === undefined || after === undefined || after.all === before.all) return undefined;
    const user = after.user - before.user - (after.ownUser - before.ownUser);
    const share = (Math.max(0, user) + after.steal - before.steal) / (after.all - before.all);
    return Math.round(share * 1_000) / 1_000;
  };
}

export function noiseText(othersCpuShare: Readonly<Record<string, number>>): string | undefined {
  const shares = Object.entries(othersCpuShare);
  if (shares.length === 0) return undefined;
  const list = shares.map(([letter, share]) => `${letter} ${(100 * share).toFixed(0)} %`).join(', ');
  const noisy = shares.filter(([, share]) => share > NOISY_SHARE).map(([letter]) => letter);
  const advice = noisy.length === 0 ? '' : `; run ${noisy.join(', ')} again on a quiet machine`;
  return `CPU time that others used meanwhile: ${list}${advice}`;
}

function readTimes(): CpuTimes | undefined {
  try {
    const cpu = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/).slice(1).map(Number);
    // The first eight are user, nice, system, idle, iowait, irq, softirq and steal; those after are part of user.
    const [user = 0, nice = 0, , , , , , steal = 0] = cpu;
    const all = cpu.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0);
    // The second field, the name, may hold blanks; after it come state (3) ... utime (14), cutime (16).
    const own = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    return { all, user: user + nice, steal, ownUser: (own[11] ?? 0) + (own[13] ?? 0) };
  } catch {
    return undefined;
  }
}
