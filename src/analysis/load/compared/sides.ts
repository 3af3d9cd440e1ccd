/** What loads from files must be to stand on one side of a comparison, or on both. */
import { usage } from '../../../core/errors.ts';
import type { SocketRecord } from '../../../facts/socket.ts';
import type { LoadResult } from '../../../result/load/load-result.ts';
import type { LabelledLoads } from './compare-loads.ts';

/** What must be the same in all loads of a side, in the order in which it is looked at. */
const FEATURES: readonly (readonly [name: string, of: (load: LoadResult) => string])[] = [
  ['host', ({ plan }) => plan.host],
  ['port', ({ plan }) => String(plan.port)],
  ['kind of server', ({ plan }) => plan.protocol],
  ['engine', ({ engine }) => engine.name],
  ['number of streams', ({ plan }) => String(plan.streams ?? 'auto')],
  ['rate', ({ plan }) => (plan.bitsPerSecond === null ? 'none' : `${plan.bitsPerSecond} bit/s`)],
  [
    'plan of phases',
    ({ plan }) => plan.phases.map(({ name, durationNs }) => `${name} ${durationNs / 1e9} s`).join(', '),
  ],
];

/**
 * Loads of one side are of one kind, and none of them stands twice: the same load twice would make intervals narrower
 * than they are, and two sides more alike.
 * @throws EcholotError `usage`
 */
export function requireSides(...sides: readonly LabelledLoads[]): void {
  for (const side of sides) requireOneKind(side);
  const all = sides.flatMap((side) => side.loads.map((load, i) => ({ load, name: nameOf(side, i) })));
  const seen = new Map<string, string>();
  for (const { load, name } of all) {
    // Two loads may start in the same millisecond; that they also last as long to the nanosecond is no chance.
    const identity = `${load.startedAt} ${load.durationNs}`;
    const other = seen.get(identity);
    if (other !== undefined) {
      throw usage(`${other} and ${name} hold the same load, of ${load.startedAt}`, 'name each load once');
    }
    seen.set(identity, name);
  }
}

function requireOneKind(side: LabelledLoads): void {
  const [first, ...others] = side.loads;
  if (first === undefined) throw usage(`${side.label} has no load`, 'give one or several a side');
  for (const [i, other] of others.entries()) {
    const difference = differenceOf(first, other);
    if (difference === undefined) continue;
    throw usage(
      `${nameOf(side, 0)} and ${nameOf(side, i + 1)} cannot be of one side: ${difference}`,
      'put loads of one kind before --, and those of the other after it',
    );
  }
}

function differenceOf(a: LoadResult, b: LoadResult): string | undefined {
  const told = (feature: string, ofA: string, ofB: string): string =>
    `the ${feature} of one is ${ofA}, that of the other ${ofB}`;
  for (const [feature, of] of FEATURES) if (of(a) !== of(b)) return told(feature, of(a), of(b));
  for (const name of Object.keys(a.plan.socket) as (keyof SocketRecord)[]) {
    const [ofA, ofB] = [a.plan.socket[name] ?? 'not set', b.plan.socket[name] ?? 'not set'];
    if (ofA !== ofB) return told(`socket option ${name}`, String(ofA), String(ofB));
  }
  return undefined;
}

function nameOf({ label, files }: LabelledLoads, i: number): string {
  return files?.[i] ?? `load ${i + 1} of ${label}`;
}
