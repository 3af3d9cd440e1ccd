/** What a server does for those it has let in, and says to those it has not: a row for each of its modes. */
import type { Timekeeper } from '../../clock/clock.ts';
import { EcholotError } from '../../core/errors.ts';
import type { EndReason } from '../../core/server/server-events.ts';
import { DIALECTS } from '../../core/wire/dialects.ts';
import { asciiBytes } from '../../core/wire/grammar.ts';
import { encodeRefusal, type Refusal } from '../../core/wire/refusals.ts';
import type { Connection } from '../../net/connection.ts';
import { NODE_TOOLS } from '../../net/session/byte-tools.ts';
import type { Terms } from '../access/admission.ts';
import type { Place } from '../access/place.ts';
import type { OnPrincipal, Tokens } from '../access/tokens.ts';
import type { ServerCounters } from '../counters.ts';
import type { LoadGrant } from '../load/load-places.ts';
import type { Loads } from '../load/loads.ts';
import type { LoadSummary } from '../load/shared-load.ts';
import type { ServerPlan } from '../plan.ts';
import { EchoHandler } from './echo-handler.ts';
import { MeasurementHandler } from './measurement-handler.ts';
import type { ServedConnection } from './served-connection.ts';

/** By the client's own doing, and against no rule. */
const LEFT: readonly EndReason[] = ['closed-by-peer', 'connection-lost'];

/** A connection that was let in. */
interface Guest {
  readonly connection: Connection;
  /** Number of its session. */
  readonly session: number;
  readonly place: Place;
  /** Those of the holder of a token, once one was shown. */
  terms: Terms;
  /** Whether a proxy looks whether the server is there. */
  readonly isCheck: boolean;
  readonly onEnded: () => void;
  readonly onClosed: () => void;
  readonly counters: ServerCounters;
  /** Undefined where no load is carried. */
  readonly loads: Loads | undefined;
  /** Undefined where no token is known. */
  readonly tokens: Tokens | undefined;
  /** The client has proved to be the holder of a token. */
  readonly onPrincipal: OnPrincipal;
}

/** Of the plan without its limits: those of a guest are in its terms. */
type Manner = Pick<ServerPlan, 'dialect' | 'delayUnit' | 'onEvent'>;

export interface Service {
  serve(guest: Guest, manner: Manner, timekeeper: Timekeeper): ServedConnection;
  /** What somebody hears who is refused; undefined where there are no words for it. */
  words(refusal: Refusal, manner: Manner): Uint8Array | undefined;
  /** Likewise, whose first bytes are wrong. */
  invalidSetup(manner: Manner): Uint8Array | undefined;
}

export const SERVICES: Readonly<Record<ServerPlan['mode'], Service>> = {
  measurement: {
    serve(guest, manner, timekeeper) {
      const { connection, session, place, terms, onClosed, loads, tokens, onPrincipal } = guest;
      const { remote } = place;
      const { dialect, delayUnit, onEvent } = manner;
      let hasBegun = false;
      const onEnd = ending(guest, manner, timekeeper, () => hasBegun);
      const desk = loads?.deskFor(
        { session, remote },
        {
          limits: () => guest.terms.limits,
          take: (nowNs) => guest.terms.allowance?.takeLoad(nowNs),
          giveBack: (nowNs) => guest.terms.allowance?.returnLoad(nowNs),
        },
      );
      const mayCarry = (bytes: number, nowNs: bigint): boolean =>
        guest.terms.allowance?.useOfDay(bytes, nowNs) ?? true;
      const tokenDesk = tokens?.deskFor(onPrincipal);
      return new MeasurementHandler(
        connection,
        { dialect, delayUnit, ...terms, tools: NODE_TOOLS, desk, tokenDesk },
        {
          timekeeper,
          allowance: () => guest.terms.allowance,
          onSessionEvent: (event) => {
            if (event.kind === 'setup') {
              hasBegun = true;
              onEvent?.({ kind: 'setup', session, readings: event.readings });
            } else if (event.kind === 'dialect')
              onEvent?.({ kind: 'dialect', session, reading: event.reading });
            else {
              if (event.refusal !== undefined) guest.counters.add(`refused ${event.refusal}`, 1);
              onEnd(event.reason, event.detail, event.probesEchoed);
            }
          },
          onLoad: (handTo) => {
            // A load is bounded by its own rules, and worth nothing in halves: no place is taken from it.
            guest.onEnded();
            const { grant, turn } = desk ?? {};
            const onLoadEnd = (summary: LoadSummary): void => onEvent?.({ kind: 'load-end', ...summary });
            const take = (granted: LoadGrant): void => {
              const { role, terms } = granted;
              if (role === 'owner') onEvent?.({ kind: 'load', session, remote, granted: terms });
              if (loads !== undefined)
                handTo(loads.take(connection, granted, { onEnd, onLoadEnd, onClosed, mayCarry }));
            };
            if (grant !== undefined) take(grant);
            else if (loads !== undefined && turn !== undefined) {
              const { afterMs, before } = turn.told(timekeeper.nowNs());
              onEvent?.({ kind: 'load-turn', session, remote, afterMs, before });
              const onLeft: typeof onEnd = (...how) => {
                guest.terms.allowance?.returnLoad(timekeeper.nowNs());
                onEnd(...how);
              };
              handTo(loads.wait(connection, turn, { onGranted: take, onEnd: onLeft, onClosed }));
            } else throw new EcholotError('internal', 'no load was granted');
          },
          onClosed,
        },
      );
    },
    words(refusal, { dialect }) {
      // Whoever speaks one dialect alone has clients that expect its words.
      const isOurs = dialect === 'auto' || dialect === 'size-first';
      return isOurs ? encodeRefusal(refusal) : setupErrorOf(dialect);
    },
    invalidSetup: ({ dialect }) => setupErrorOf(dialect),
  },
  echo: {
    serve(guest, manner, timekeeper) {
      const { connection, session, place, terms, onClosed } = guest;
      const { remote } = place;
      const { onEvent } = manner;
      return new EchoHandler(connection, {
        timekeeper,
        idleNs: terms.limits.idleNs,
        allowance: terms.allowance,
        onEcho: onEvent && ((bytes) => onEvent({ kind: 'echo', session, remote, bytes })),
        onEnd: ending(guest, manner, timekeeper, (echoed) => echoed > 0),
        onClosed,
      });
    },
    words: () => undefined,
    invalidSetup: () => undefined,
  },
};

function setupErrorOf(dialect: Manner['dialect']): Uint8Array {
  return asciiBytes(DIALECTS[dialect === 'auto' ? 'size-first' : dialect].status.setupError);
}

/**
 * What is to be done when a session that begins now has ended.
 * @param hasBegun whether its client has done more than connect, once it is over
 */
function ending(
  guest: Guest,
  { onEvent }: Manner,
  timekeeper: Timekeeper,
  hasBegun: (echoed: number) => boolean,
): (reason: EndReason, detail: string | undefined, echoed: number) => void {
  const { session, place, isCheck, counters } = guest;
  const startNs = timekeeper.nowNs();
  return (reason, detail, echoed) => {
    // Its place is for somebody who waits for it, and its connection does not linger.
    if (reason === 'displaced') place.leave();
    else place.retire();
    guest.onEnded();
    const isHealthCheck = (isCheck || LEFT.includes(reason)) && !hasBegun(echoed);
    counters.add(`ended ${isHealthCheck ? 'health-check' : reason}`, 1);
    counters.add('echoed', echoed);
    const durationNs = Number(timekeeper.nowNs() - startNs);
    if (isHealthCheck) guest.terms.allowance?.returnSession(timekeeper.nowNs());
    onEvent?.({
      kind: 'end',
      session,
      remote: place.remote,
      ...classOf(place),
      reason,
      detail,
      ...(isHealthCheck ? { isHealthCheck } : {}),
      echoed,
      durationNs,
    });
  };
}

/** As it stands in events: nothing where there are no classes. */
export function classOf({ class: name }: Place): { readonly class?: string } {
  return name === undefined ? {} : { class: name };
}
