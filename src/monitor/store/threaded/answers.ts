/** The other end of a store: does on its thread what it is asked for, one thing after the other, and answers. */
import { parentPort } from 'node:worker_threads';
import type { EcholotError } from '../../../core/errors.ts';
import type { Answered, Ask, Asked, Dialogue, ErrorWords } from './messages.ts';

export type Answers = {
  readonly [A in Ask]: (argument: Dialogue[A][0]) => Dialogue[A][1] | Promise<Dialogue[A][1]>;
};

/** What is known without the database: whoever asks does not wait for what does not answer. */
const AT_ONCE: ReadonlySet<Ask> = new Set<Ask>(['bytes']);

/** @param toldAs what is said of an error, whatever was thrown */
export function answerAsks(answers: Answers, toldAs: (error: unknown, ask: Ask) => EcholotError): void {
  async function answerTo<A extends Ask>({ id, ask, argument }: Asked<A>): Promise<Answered> {
    try {
      return { id, answer: await answers[ask](argument) };
    } catch (error) {
      return { id, error: wordsOf(toldAs(error, ask)) };
    }
  }

  let last: Promise<void> = Promise.resolve();
  parentPort?.on('message', (asked: Asked) => {
    const answer = async (): Promise<void> => {
      parentPort?.postMessage(await answerTo(asked));
      if (asked.ask === 'close') parentPort?.close();
    };
    if (AT_ONCE.has(asked.ask)) void answer();
    else last = last.then(answer);
  });
}

function wordsOf({ code, message, advice }: EcholotError): ErrorWords {
  return { code, message, advice };
}
