/** Whether the server sent back what it got: a client copes with other echoes, and whoever wrote the server should know. */
import { DIALECT_NAMES, DIALECTS } from '../../core/wire/dialects.ts';
import type { Warning } from '../../result/warnings.ts';
import { allBlocks, type Check, type Subject } from './check.ts';

export const ECHO_FORM: Check = {
  question: 'Did the server send back something else than the message it got?',
  look: echoForm,
};

function echoForm(subject: Subject): Warning[] {
  const { spoken } = subject.recording.dialect;
  const name = DIALECT_NAMES.find((known) => known === spoken);
  const expected = name === undefined ? 'message' : DIALECTS[name].echo;
  const block = allBlocks(subject).find((each) => each.echoForm !== null && each.echoForm !== expected);
  if (block === undefined || block.echoForm === null) return [];
  const number = block.firstEchoNumber ?? null;
  return [
    {
      code: 'echo-form',
      check: 'echo-form',
      message: `the server does not send back what it gets: ${differenceOf(block.echoForm, number)}`,
      advice: 'the figures are those of these echoes; let the server send the whole message back as it came',
      echoForm: block.echoForm,
      firstEchoNumber: number,
    },
  ];
}

function differenceOf(form: string, number: number | null): string {
  switch (form) {
    case 'payload':
      return 'the payload comes alone, without `m`, its number and the newline';
    case 'payload-line':
      return 'the payload comes alone, without `m` and its number';
    case 'message-suffixed':
      return 'the message comes with ` (200 OK)` at its end';
    case 'message-crlf':
      return 'the end of the line comes as CR LF, where it went as LF';
    case 'renumbered':
      return `the message comes with ${number === null ? 'a number of its own' : `another number, ${number} in the first echo`}`;
    default:
      return 'the whole message comes, where this dialect has another echo';
  }
}
