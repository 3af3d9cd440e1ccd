/**
 * What the refusals of a phase must say, and that they end the session: told once a phase, of all that were seen, so that
 * one fault of a server is one rule that fails.
 */
import { DIALECTS, type Dialect } from '../../core/wire/dialects.ts';
import { Fault, Untold } from '../fault.ts';
import type { Rule, RulePhase } from '../rule.ts';
import { containsText, type ErrorKind, type Refusal, type Server, sentText } from '../server.ts';

interface PhaseErrors {
  readonly phase: RulePhase;
  readonly kind: ErrorKind;
  readonly source: string;
  readonly needs: readonly string[];
  /** Has the server refuse something, where nothing was refused yet. */
  readonly provoke: (server: Server) => Promise<void>;
}

export function errorRules(errors: PhaseErrors): readonly Rule[] {
  const { phase, kind, source, needs } = errors;
  return [
    {
      name: `${phase}-error-text`,
      phase,
      demand: `what is refused is answered with ${DIALECTS['size-first'].status[kind].trim()}`,
      source,
      needs,
      hold: async (server) => {
        const refusals = await refusalsOf(server, errors);
        const wrong = refusals.find((refusal) => !isRight(refusal, server.dialect));
        if (wrong === undefined) return undefined;
        throw new Fault(
          `${server.errorText(kind)} after ${sentText(wrong.sent)}`,
          wrong.text === '' ? 'the end of the connection without a word' : wrong.text,
        );
      },
    },
    {
      name: `${phase}-error-closes`,
      phase,
      demand: 'the connection ends with such an error',
      source,
      needs,
      hold: async (server) => {
        const refusals = await refusalsOf(server, errors);
        const open = refusals.find(({ ended }) => ended !== 'closed' && ended !== 'reset');
        if (open === undefined) return undefined;
        throw new Fault(
          `the end of the connection after ${sentText(open.sent)}`,
          `${open.text}, and a connection that stays open`,
        );
      },
    },
  ];
}

async function refusalsOf(server: Server, { kind, provoke }: PhaseErrors): Promise<Refusal[]> {
  const seen = (): Refusal[] => server.refusals.filter((refusal) => refusal.kind === kind);
  if (seen().length > 0) return seen();
  try {
    await provoke(server);
  } catch (error) {
    if (error instanceof Fault) throw new Untold('the server refuses nothing in this phase');
    throw error;
  }
  return seen();
}

/** A server that knows several dialects answers what shows none of them in the words of the assignment. */
function isRight({ kind, text, showsDialect }: Refusal, dialect: Dialect): boolean {
  const words = showsDialect ? [dialect] : [dialect, DIALECTS['size-first']];
  return words.some(({ status }) => containsText(text, status[kind].trim()));
}
