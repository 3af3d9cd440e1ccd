/** The core's own session with all of an input in one piece: what every server must answer, however it is cut. */
import { DEFAULT_SESSION_LIMITS } from '../src/core/limits.ts';
import { ServerSession } from '../src/core/server/server-session.ts';
import type { DialectName } from '../src/core/wire/dialects.ts';
import { type FuzzInput, LIMITS, latin1, wholeOf } from './input.ts';
import type { Outcome } from './outcome.ts';

/** More messages than an input has. */
const MOST_WAKE_UPS = 100_000;

/** @param dialect which one the session is told to speak */
export function playPure(input: FuzzInput, dialect: DialectName | 'auto'): Outcome {
  let heldBytes = 0;
  const budget = {
    reserve: (bytes: number): boolean => {
      heldBytes += bytes;
      return true;
    },
    release: (bytes: number): void => {
      heldBytes -= bytes;
    },
  };
  const session = new ServerSession(
    { dialect, delayUnit: undefined, limits: { ...DEFAULT_SESSION_LIMITS, ...LIMITS }, budget },
    0n,
  );
  let nowNs = 0n;
  let answer = '';
  let fault: string | undefined;
  const drain = (): void => {
    for (let bytes = session.pollTransmit(); bytes !== undefined; bytes = session.pollTransmit()) {
      answer += latin1(bytes);
      if (session.polledEcho) session.residences?.record(1_000, 100, 200);
    }
  };
  const wakeWhile = (condition: () => boolean): void => {
    for (let wakeUps = 0; !session.isClosed && condition(); wakeUps++) {
      if (wakeUps > MOST_WAKE_UPS) throw new Error('it is held for ever');
      nowNs = session.deadlineNs() ?? nowNs;
      session.handleDeadline(nowNs);
      drain();
    }
  };
  try {
    const whole = wholeOf(input);
    if (whole.length > 0) session.handleBytes(whole, nowNs);
    drain();
    wakeWhile(() => session.isHolding);
    if (input.leaving === 'end') session.handleEnd(nowNs);
    else if (input.leaving === 'reset') session.handleLost('connection reset by the peer');
    else wakeWhile(() => true);
    drain();
    if (input.leaving === 'end') wakeWhile(() => session.isHolding);
    if (!session.isClosed) fault = 'the session outlives its connection';
    const { reason, detail } = endOf(session);
    session.handleLost('gone');
    if (heldBytes !== 0) fault ??= `${heldBytes} bytes are still reserved`;
    return { answer, reason, detail, fault };
  } catch (error) {
    return { answer, reason: undefined, detail: undefined, fault: `threw ${String(error)}` };
  }
}

function endOf(session: ServerSession): Pick<Outcome, 'reason' | 'detail'> {
  for (let event = session.pollEvent(); event !== undefined; event = session.pollEvent()) {
    if (event.kind === 'end') return event;
  }
  return { reason: undefined, detail: undefined };
}
