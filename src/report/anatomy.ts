/** The round trip taken apart: a row a size, from the program's send call to its wake-up. */
import type { Result, SessionRecord } from '../result/result.ts';
import { sizeText } from '../result/size-text.ts';
import { supportsQuantile } from '../stats/quantiles.ts';
import { LAYERS } from './layers.ts';
import { renderTable } from './table.ts';
import { inUnit, timeUnit, type Unit } from './units.ts';

const NETWORK = 'networkRttNs';
const TAIL = 0.99;

/** @returns an empty string where there are no stamps */
export function anatomyTable({ sessions }: Result): string {
  if (sessions.every(({ layers }) => layers === null)) return '';
  const medians = sessions.map(({ statistics }) => statistics?.rttNs.median ?? 0);
  const unit = timeUnit(medians);
  const names = LAYERS.flatMap(({ name, key }) => (key === NETWORK ? [name, 'p99'] : [name]));
  const rows = sessions.map((session) => [sizeText(session.payloadBytes), ...cells(session, unit)]);
  const title = `Anatomy of the round trip in ${unit.name}: medians; kernel RTT = network + server`;
  return `${title}\n\n${renderTable(['size', 'application', ...names], rows)}`;
}

function cells({ statistics, layers }: SessionRecord, unit: Unit): string[] {
  const shown = (ns: number | undefined): string => (ns === undefined ? '-' : inUnit(ns, unit));
  const parts = LAYERS.flatMap(({ key }) => {
    const summary = layers?.statistics[key];
    const median = shown(summary?.median);
    if (key !== NETWORK) return [median];
    const thin = summary !== null && summary !== undefined && !supportsQuantile(summary.n, TAIL);
    return [median, `${thin ? '~' : ''}${shown(summary?.p99)}`];
  });
  return [shown(statistics?.rttNs.median), ...parts];
}

/** What the table's figures lack, a line each. */
export function anatomyNotes({ plan, sessions, warnings }: Result): string[] {
  const stamped = sessions.flatMap(({ layers, rttNs, warmupProbes }) =>
    layers === null ? [] : [{ layers, probes: rttNs.length - warmupProbes }],
  );
  if (stamped.length === 0) {
    return plan.stamps && plan.socket.multipath === true
      ? ['no anatomy of the round trip: the kernel gives a multipath socket no stamps']
      : [];
  }
  const notes: string[] = [];
  const sources = new Set(stamped.map(({ layers }) => layers.residenceSource));
  if (sources.has(null)) {
    notes.push('the server does not tell how long it keeps a probe: kernel RTT is network and server in one');
  }
  if (sources.has('application')) {
    notes.push("the server's times are its program's own: the wake-up there counts as network");
  }
  const sum = (count: (session: (typeof stamped)[number]) => number): number =>
    stamped.reduce((total, session) => total + count(session), 0);
  const client = sum(({ layers }) => layers.missing.client);
  const server = sum(({ layers }) => layers.missing.server ?? 0);
  // Where they are many, the warning says it.
  if (client + server > 0 && !warnings.some(({ code }) => code === 'missing-stamps')) {
    const probes = sum((session) => session.probes);
    notes.push(`missing stamps, of ${probes} probes: ${client} of this kernel, ${server} of the server`);
  }
  return notes;
}
