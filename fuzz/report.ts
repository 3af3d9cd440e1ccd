/** What a run prints. */
import { SERVER_KINDS } from './input.ts';
import type { Counted } from './phases.ts';
import type { ServersState } from './real-servers.ts';

const MIB = 1024 * 1024;
/**
 * What a thread makes once and keeps, when it first wakes up in time for a delay or sends much: a connection with itself
 * and a file in memory. On a busy machine that may come late, so it is no leak; one of each connection would be thousands.
 */
const KEPT_DESCRIPTORS = 3 * SERVER_KINDS.length;

export function countedText(counted: Counted): string {
  const { name, inputs, seconds, processorSeconds, differences, ends, before, after } = counted;
  const rates = `${rateText(inputs, seconds)}, ${rateText(inputs, processorSeconds)} of processor time`;
  const lines = [
    `${name}: ${whole(inputs)} inputs in ${seconds.toFixed(1)} s, ${rates}, ${differences} differences`,
    `  ${listText(ends)}`,
  ];
  if (before !== undefined && after !== undefined) {
    lines.push(`  before: ${stateText(before)}`, `  after:  ${stateText(after)}`);
  }
  return lines.join('\n');
}

/** What servers have after the last connection and had not before the first. */
export function leftBehind({ name, before, after }: Counted): string[] {
  if (before === undefined || after === undefined) return [];
  const most = { descriptors: before.descriptors + KEPT_DESCRIPTORS, connections: 0, reservedBytes: 0 };
  const more = (['descriptors', 'connections', 'reservedBytes'] as const).filter(
    (what) => after[what] > most[what],
  );
  return more.map((what) => `${name}: ${after[what]} ${what} are left behind`);
}

export function classesText(classes: ReadonlyMap<string, number>): string {
  return `${classes.size} classes: ${listText(classes)}`;
}

function rateText(inputs: number, seconds: number): string {
  return `${whole(Math.round(inputs / seconds))}/s`;
}

function stateText({ descriptors, residentBytes, connections, reservedBytes }: ServersState): string {
  const memory = `${(residentBytes / MIB).toFixed(1)} MiB`;
  return `${descriptors} descriptors, ${memory}, ${connections} connections, ${reservedBytes} bytes reserved`;
}

function listText(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${whole(count)}`)
    .join(', ');
}

function whole(count: number): string {
  return count.toLocaleString('en-US');
}
