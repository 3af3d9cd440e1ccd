/** What runs from files must be to stand on one side of a comparison, or on both. */
import { usage } from '../../core/errors.ts';
import type { SocketRecord } from '../../facts/socket.ts';

export interface RunOfSide {
  readonly startedAt: string;
  readonly durationNs: number;
  readonly plan: { readonly socket: SocketRecord };
}

export interface SideOfRuns<R extends RunOfSide> {
  readonly label: string;
  readonly files?: readonly string[] | undefined;
  readonly runs: readonly R[];
}

/** What the runs are, in words, and what must be the same in all of a side, in the order in which it is looked at. */
export interface KindOfRuns<R extends RunOfSide> {
  readonly noun: string;
  readonly features: readonly (readonly [name: string, of: (run: R) => string])[];
}

/**
 * Runs of one side are of one kind, and none of them stands twice: the same run twice would make intervals narrower
 * than they are, and two sides more alike.
 * @throws EcholotError `usage`
 */
export function requireSidesOf<R extends RunOfSide>(
  kind: KindOfRuns<R>,
  sides: readonly SideOfRuns<R>[],
): void {
  for (const side of sides) requireOneKind(kind, side);
  const all = sides.flatMap((side) => side.runs.map((run, i) => ({ run, name: nameOf(kind, side, i) })));
  const seen = new Map<string, string>();
  for (const { run, name } of all) {
    // Two runs may start in the same millisecond; that they also last as long to the nanosecond is no chance.
    const identity = `${run.startedAt} ${run.durationNs}`;
    const other = seen.get(identity);
    if (other !== undefined) {
      throw usage(
        `${other} and ${name} hold the same ${kind.noun}, of ${run.startedAt}`,
        `name each ${kind.noun} once`,
      );
    }
    seen.set(identity, name);
  }
}

function requireOneKind<R extends RunOfSide>(kind: KindOfRuns<R>, side: SideOfRuns<R>): void {
  const [first, ...others] = side.runs;
  if (first === undefined) throw usage(`${side.label} has no ${kind.noun}`, 'give one or several a side');
  for (const [i, other] of others.entries()) {
    const difference = differenceOf(kind, first, other);
    if (difference === undefined) continue;
    throw usage(
      `${nameOf(kind, side, 0)} and ${nameOf(kind, side, i + 1)} cannot be of one side: ${difference}`,
      `put ${kind.noun}s of one kind before --, and those of the other after it`,
    );
  }
}

function differenceOf<R extends RunOfSide>({ features }: KindOfRuns<R>, a: R, b: R): string | undefined {
  const told = (feature: string, ofA: string, ofB: string): string =>
    `the ${feature} of one is ${ofA}, that of the other ${ofB}`;
  for (const [feature, of] of features) if (of(a) !== of(b)) return told(feature, of(a), of(b));
  for (const name of Object.keys(a.plan.socket) as (keyof SocketRecord)[]) {
    const [ofA, ofB] = [a.plan.socket[name] ?? 'not set', b.plan.socket[name] ?? 'not set'];
    if (ofA !== ofB) return told(`socket option ${name}`, String(ofA), String(ofB));
  }
  return undefined;
}

function nameOf<R extends RunOfSide>(
  { noun }: KindOfRuns<R>,
  { label, files }: SideOfRuns<R>,
  i: number,
): string {
  return files?.[i] ?? `${noun} ${i + 1} of ${label}`;
}
