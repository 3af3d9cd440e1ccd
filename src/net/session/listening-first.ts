/** How long a client listens to a new connection before it says anything, see `listensFirst` of a session's plan. */

/** A server has to notice the connection before it can refuse it. */
const MIN_LISTEN_NS = 50_000_000;
/** The refusal needs one round trip from the moment at which the connection stands; lost ones take longer. */
const ROUND_TRIPS = 3;

/** @param roundTripNs about the time of one, such as that of the handshake; 0 where it is not known */
export function listenNs(roundTripNs: number): number {
  return Math.max(MIN_LISTEN_NS, ROUND_TRIPS * roundTripNs);
}
