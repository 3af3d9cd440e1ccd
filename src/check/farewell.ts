/**
 * How a client leaves that wants to harm nobody: it says the termination, takes the answer, and reads to the end. A server
 * for one client at a time is free for the next one then, and one that logs what clients do has nothing to complain of.
 */
import type { Dialect } from '../core/wire/dialects.ts';
import { asciiBytes, LF } from '../core/wire/grammar.ts';
import { MAX_STATUS_BYTES, quietNs } from '../core/wire/status.ts';
import type { Talk } from './talk.ts';

/** For the end of a connection on which nothing more is due. */
const END_NS = 200_000_000;

/** Where a session stands: `open` before its setup is accepted, `over` when it was refused or terminated. */
export type Standing = 'open' | 'accepted' | 'over';

export class Farewell {
  private readonly dialect: Dialect;
  private readonly timeoutNs: number;
  /** A server that has once left such a wait to its time-out does so each time. */
  private answers = true;
  private ends = true;

  constructor(dialect: Dialect, timeoutNs: number) {
    this.dialect = dialect;
    this.timeoutNs = timeoutNs;
  }

  /** @throws EcholotError `cancelled` */
  async leave(talk: Talk, standing: Standing): Promise<void> {
    if (talk.isOver) return;
    const { message, connection } = this.dialect.bye;
    const isIdle = standing === 'accepted' && talk.isIdle;
    if (standing !== 'over' && connection === 'same') {
      talk.send(asciiBytes(message));
      if (isIdle && this.answers) this.answers = await this.isAnswered(talk);
    }
    talk.finish();
    if (this.ends) this.ends = (await talk.ends(END_NS)) !== 'late';
  }

  private async isAnswered(talk: Talk): Promise<boolean> {
    const { ended } = await talk.hear((bytes) => bytes.includes(LF), {
      timeoutNs: this.timeoutNs,
      quietNs,
      mostBytes: MAX_STATUS_BYTES,
    });
    return ended !== 'late';
  }
}
