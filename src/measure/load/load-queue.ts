/**
 * How a load comes to its turn where a server carries others: it waits in the server's queue, if it is to and the server
 * has one, or asks again now and then. Refuses to know what the load is.
 */
import { EcholotError } from '../../core/errors.ts';
import type { LoadAnswer, LoadQuestion } from '../../core/load/load-messages.ts';
import type { Flow } from '../../net/flow/flow.ts';
import { turnText } from '../../text/turn.ts';
import type { Activity } from '../activity.ts';
import type { LoadEvent } from './load-events.ts';
import type { LoadPlan } from './load-plan.ts';
import { askedTerms } from './load-terms.ts';

const NS_PER_MS = 1_000_000;
/** How long to ask again and again, all in all, where nothing else is said, ns. */
const MAX_WAIT_NS = 120_000_000_000;
/** Whoever is told to wait for less asks no sooner, ms. */
const MIN_WAIT_MS = 1_000;
/** How long until asking again, at most, ms: a server tells what it has granted, and most loads end before that. */
const MAX_ASK_MS = 5_000;

type Wait = Extract<LoadAnswer, { kind: 'wait' }>;
type Granted = Extract<LoadAnswer, { kind: 'granted' }>;

/** Opens the owner's connection once there is a load for it. @throws EcholotError `limit` when none comes in time */
export async function openInTurn(
  plan: LoadPlan,
  { clock, tell, sleepUntil }: Pick<Activity<LoadEvent>, 'clock' | 'tell' | 'sleepUntil'>,
  open: (question: LoadQuestion) => Promise<Flow>,
): Promise<{ readonly flow: Flow; readonly answer: Granted }> {
  const { waitTurnNs } = plan;
  const terms = askedTerms(plan);
  const giveUpNs = clock.nowNs() + BigInt(waitTurnNs ?? MAX_WAIT_NS);
  let hasTurns = true;
  for (;;) {
    const leftMs = Math.max(0, Math.floor(Number(giveUpNs - clock.nowNs()) / NS_PER_MS));
    const patienceMs = waitTurnNs === undefined ? 0 : leftMs;
    const flow = await open(hasTurns ? { kind: 'turn', patienceMs, ...terms } : { kind: 'new', ...terms });
    const { answer } = flow;
    if (answer?.kind === 'granted') return { flow, answer };
    await flow.close();
    if (answer?.kind === 'no-turns') hasTurns = false;
    if (answer?.kind !== 'wait') continue;
    const { afterMs, before } = answer;
    const forMs = Math.min(Math.max(MIN_WAIT_MS, afterMs), MAX_ASK_MS);
    const againNs = clock.nowNs() + BigInt(Math.ceil(forMs * NS_PER_MS));
    if (clock.nowNs() + BigInt(afterMs) * BigInt(NS_PER_MS) > giveUpNs || againNs > giveUpNs) {
      throw busy(answer, waitTurnNs !== undefined);
    }
    tell({ kind: 'waiting', forMs, ...(before === undefined ? {} : { afterMs, before }) });
    await sleepUntil(againNs);
  }
}

function busy({ afterMs, before }: Wait, hasWaited: boolean): EcholotError {
  if (before === undefined) {
    const what = `the server is busy with another load for ${afterMs} ms`;
    return new EcholotError('limit', what, { advice: 'try again later' });
  }
  const longer = hasWaited ? 'a longer --wait-turn' : '--wait-turn 5m, which keeps a place in its queue';
  return new EcholotError('limit', `the server is busy with other loads: ${turnText(afterMs, before)}`, {
    advice: `try again later, or with ${longer}`,
  });
}
