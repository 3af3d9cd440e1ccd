/** How much memory this program takes, and may take, by its system. */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { FILE_BYTES } from './formula.ts';

/**
 * Resident, bytes: what is the program's own alone, and what its files take, whether the system has them in memory now or
 * not. Where that cannot be told, all that is resident.
 */
export function usedBytes(): number {
  const residentBytes = process.memoryUsage.rss();
  const [, resident, shared] = (statm() ?? '').split(' ').map(Number);
  if (resident === undefined || shared === undefined || !(resident > 0)) return residentBytes;
  return Math.round((residentBytes * (resident - shared)) / resident) + FILE_BYTES;
}

/** What the group of processes may take that this one runs in; undefined where nothing bounds it below the machine. */
export function groupBytes(): number | undefined {
  const bytes = process.constrainedMemory();
  return bytes > 0 && bytes < totalmem() ? bytes : undefined;
}

/** What this program may take, bounded or not. */
export function mostMemoryBytes(): number {
  return groupBytes() ?? totalmem();
}

function statm(): string | undefined {
  try {
    return readFileSync('/proc/self/statm', 'latin1');
  } catch {
    return undefined;
  }
}
