/** What a server does for those it has let in, and says to those it has not: a row for each of its modes. */
import type { Timekeeper } from '../clock/clock.ts';
import { EcholotError } from '../core/errors.ts';
import type { EndReason } from '../core/server/server-events.ts';
import { DIALECTS } from '../core/wire/dialects.ts';
import { asciiBytes } from '../core/wire/grammar.ts';
import type { Connection } from '../net/connection.ts';
import { NODE_TOOLS } from '../net/session/byte-tools.ts';
import type { Place, Terms } from './admission.ts';
import { EchoHandler } from './echo-handler.ts';
import type { Loads } from './load/loads.ts';
import type { LoadSummary } from './load/shared-load.ts';
import { MeasurementHandler, type ServedConnection } from './measurement-handler.ts';
import type { ServerPlan } from './plan.ts';

/** A connection that was let in. */
interface Guest {
  readonly connection: Connection;
  /** Number of its session. */
  readonly session: number;
  readonly place: Place;
  readonly terms: Terms;
  readonly onClosed: () => void;
  /** Undefined where no load is carried. */
  readonly loads: Loads | undefined;
}

/** Of the plan without its limits: those of a guest are in its terms. */
type Manner = Pick<ServerPlan, 'dialect' | 'delayUnit' | 'onEvent'>;

export interface Service {
  serve(guest: Guest, manner: Manner, timekeeper: Timekeeper): ServedConnection;
  /** What somebody hears who is refused; undefined where there are no words for it. */
  refusal(manner: Manner): Uint8Array | undefined;
}

export const SERVICES: Readonly<Record<ServerPlan['mode'], Service>> = {
  measurement: {
    serve(guest, manner, timekeeper) {
      const { connection, session, place, terms, onClosed, loads } = guest;
      const { remote } = place;
      const { dialect, delayUnit, onEvent } = manner;
      const onEnd = ending(guest, manner, timekeeper);
      const desk = loads?.deskFor({ session, remote });
      return new MeasurementHandler(
        connection,
        { dialect, delayUnit, ...terms, tools: NODE_TOOLS, desk },
        {
          timekeeper,
          onSessionEvent: (event) => {
            if (event.kind === 'setup') onEvent?.({ kind: 'setup', session, readings: event.readings });
            else if (event.kind === 'dialect')
              onEvent?.({ kind: 'dialect', session, reading: event.reading });
            else onEnd(event.reason, event.detail, event.probesEchoed);
          },
          onLoad: () => {
            if (loads === undefined || desk?.grant === undefined)
              throw new EcholotError('internal', 'no load was granted');
            const { grant } = desk;
            if (grant.role === 'owner') onEvent?.({ kind: 'load', session, remote, granted: grant.terms });
            const onLoadEnd = (summary: LoadSummary): void => onEvent?.({ kind: 'load-end', ...summary });
            return loads.take(connection, grant, { onEnd, onLoadEnd, onClosed });
          },
          onClosed,
        },
      );
    },
    refusal({ dialect }) {
      return asciiBytes(DIALECTS[dialect === 'auto' ? 'size-first' : dialect].status.setupError);
    },
  },
  echo: {
    serve(guest, manner, timekeeper) {
      const { connection, session, place, terms, onClosed } = guest;
      const { remote } = place;
      const { onEvent } = manner;
      return new EchoHandler(connection, {
        timekeeper,
        idleNs: terms.limits.idleNs,
        onEcho: onEvent && ((bytes) => onEvent({ kind: 'echo', session, remote, bytes })),
        onEnd: ending(guest, manner, timekeeper),
        onClosed,
      });
    },
    refusal: () => undefined,
  },
};

/** What is to be done when a session that begins now has ended. */
function ending(
  { session, place }: Guest,
  { onEvent }: Manner,
  timekeeper: Timekeeper,
): (reason: EndReason, detail: string | undefined, echoed: number) => void {
  const startNs = timekeeper.nowNs();
  return (reason, detail, echoed) => {
    place.retire();
    const durationNs = Number(timekeeper.nowNs() - startNs);
    onEvent?.({ kind: 'end', session, remote: place.remote, reason, detail, echoed, durationNs });
  };
}
