/**
 * How a client leaves that wants to harm nobody: it says the termination, takes the answer, and reads to the end. A server
 * for one client at a time is free for the next one then, and one that logs what clients do has nothing to complain of.
 */
import type { Dialect } from '../core/wire/dialects.ts';
import { asciiBytes } from '../core/wire/grammar.ts';
import type { Answers } from './answers.ts';
import type { Talk } from './talk.ts';

/** For the end of a connection on which nothing more is due. */
const END_NS = 200_000_000;

/** Where a session stands: `open` before its setup is accepted, `over` when it was refused or terminated. */
export type Standing = 'open' | 'accepted' | 'over';

export class Farewell {
  private readonly dialect: Dialect;
  private readonly answers: Answers;
  /** A server that has once left such a wait to its time-out does so each time. */
  private isAnswered = true;
  private isEnded = true;

  constructor(dialect: Dialect, answers: Answers) {
    this.dialect = dialect;
    this.answers = answers;
  }

  /** @throws EcholotError `cancelled` */
  async leave(talk: Talk, standing: Standing): Promise<void> {
    if (talk.isOver) return;
    const { message, connection } = this.dialect.bye;
    const isIdle = standing === 'accepted' && talk.isIdle;
    if (standing !== 'over' && connection === 'same') {
      talk.send(asciiBytes(message));
      if (isIdle && this.isAnswered) this.isAnswered = (await this.answers.status(talk)).ended !== 'late';
    }
    talk.finish();
    if (this.isEnded) this.isEnded = (await talk.ends(END_NS)) !== 'late';
  }
}
