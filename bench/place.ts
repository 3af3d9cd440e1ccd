/**
 * Where rows that carry much run: a namespace with a loss-based congestion control where the run may make one, since a
 * pacing one halves a loopback and hides what the programs cost; else the machine's own loopback as it is.
 */
import { congestionControl } from './machine.ts';
import { makeNamespace, type Namespace, setCongestionControl } from './namespaces.ts';
import type { StartOptions } from './processes.ts';
import { type BenchContext, Skipped } from './row.ts';

export interface Place extends Disposable {
  readonly namespace: string | undefined;
  readonly congestionControl: string;
}

/** A namespace may only choose what every user may; that is always true of reno, which on a loopback does as well. */
const LOSS_BASED = ['cubic', 'reno'];

/** @param what runs there, for whoever reads why its congestion control could not be chosen */
export function makePlace(context: BenchContext, suffix: string, what: string): Place {
  const namespace = ownNamespace(context, suffix, what);
  const chosen = namespace && LOSS_BASED.find((candidate) => setCongestionControl(namespace.name, candidate));
  return {
    namespace: namespace?.name,
    congestionControl: chosen ?? congestionControl(),
    [Symbol.dispose]: () => namespace?.[Symbol.dispose](),
  };
}

export function placed({ namespace }: Place, side: 'client' | 'server'): StartOptions {
  return { side, namespace };
}

function ownNamespace(context: BenchContext, suffix: string, what: string): Namespace | undefined {
  try {
    return makeNamespace(suffix);
  } catch (error) {
    if (!(error instanceof Skipped)) throw error;
    context.skip(`the choice of a congestion control for ${what}: ${error.message}`);
    return undefined;
  }
}
