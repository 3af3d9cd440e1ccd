/** How a target stands now, and what of that is worth an event. */
import { hostPortText } from '../../text/endpoint.ts';
import type { Target } from '../plan/target.ts';
import type { MonitorEvent } from '../records/event.ts';
import type { Interval } from '../records/interval.ts';
import type { RunFound } from '../runs/run.ts';

/** `waiting`: nothing is known yet; `unsent`: this machine cannot send, so that nothing is known any more. */
export type TargetStatus = 'waiting' | 'up' | 'down' | 'unsent';

export interface TargetState {
  readonly status: TargetStatus;
  /** Since when, Unix ms; null before the first run. */
  readonly sinceMs: number | null;
  /** Where it was reached last; null where it never was. */
  readonly address: string | null;
  /** The last run that came to its end. */
  readonly last: Interval | null;
  /** What was wrong with it, in words that may be those of a peer; null for nothing. */
  readonly trouble: string | null;
}

export const UNKNOWN: TargetState = {
  status: 'waiting',
  sinceMs: null,
  address: null,
  last: null,
  trouble: null,
};

/** @returns how it stands after a run, and what has happened with it */
export function afterRun(
  target: Target,
  before: TargetState,
  interval: Interval,
  found: RunFound,
): { readonly state: TargetState; readonly events: readonly MonitorEvent[] } {
  const { fromMs } = interval;
  const status = statusOf(interval);
  const address = found.address ?? before.address;
  const state: TargetState = {
    status,
    sinceMs: status === before.status ? before.sinceMs : fromMs,
    address,
    last: interval,
    trouble: found.trouble?.text ?? null,
  };
  const event = (kind: MonitorEvent['kind'], text: string, facts: MonitorEvent['facts']): MonitorEvent => ({
    atMs: fromMs,
    kind,
    target: target.name,
    text,
    facts,
  });
  const events: MonitorEvent[] = [];
  if (before.address !== null && address !== null && address !== before.address) {
    const text = `${target.name} is reached at ${address} now, no longer at ${before.address}`;
    events.push(event('address', text, { from: before.address, to: address }));
  }
  if (status === 'down' && before.status !== 'down') {
    const reason = found.trouble?.reason ?? 'timeout';
    const text = `${target.name} does not answer: ${reasonText(target, found)}`;
    events.push(event('down', text, { reason }));
  }
  if (status === 'up' && before.status === 'down') {
    const downMs = fromMs - (before.sinceMs ?? fromMs);
    events.push(event('up', `${target.name} answers again`, { downMs }));
  }
  if (found.untold !== undefined) {
    events.push(
      event('residence', `${target.name} does not tell how long it keeps probes: ${found.untold}`, {}),
    );
  }
  return { state, events };
}

function statusOf({ answeredRuns, unsentRuns }: Interval): TargetStatus {
  if (answeredRuns > 0) return 'up';
  return unsentRuns > 0 ? 'unsent' : 'down';
}

/** Without the name of whom it is about, which stands before it. */
function reasonText({ host, port }: Target, { trouble }: RunFound): string {
  if (trouble === null) return 'no probe was answered';
  const named = hostPortText(host, port);
  if (!trouble.text.startsWith(named)) return trouble.text;
  // Of a name with its address; which one it was is worth telling.
  const [, address, reason] = /^(?: \(([^)]*)\))?: (.*)$/s.exec(trouble.text.slice(named.length)) ?? [];
  if (reason === undefined) return trouble.text;
  return address === undefined ? reason : `${reason} (${address})`;
}
