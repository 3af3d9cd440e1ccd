/** What a check does where nobody says otherwise. Apart, so that help need not load the rules. */

/** A server of the assignment answers at once, and each rule that fails may cost as much. */
export const DEFAULT_CHECK_TIMEOUT_MS = 2_000;
/** Patience of a student's client, and of whoever waits for the end of one that has none. */
export const DEFAULT_CLIENT_TIMEOUT_MS = 10_000;
