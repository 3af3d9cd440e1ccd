/** What makes single runs doubtful: one doubt for each kind and rate, with how many runs of each side it is of. */
import type { ComparedPaced, PacedComparison } from '../../../../result/paced/paced-comparison.ts';
import type { PacedDoubt } from '../../../../result/paced/paced-statistics.ts';
import { counted } from '../../../../text/numbers.ts';
import type { Doubt, DoubtCase, Section } from '../../document.ts';
import { DOUBT_ADVICE, doubtText } from '../doubts.ts';
import { rateName } from '../words.ts';

interface Found {
  readonly side: 'A' | 'B';
  readonly compared: ComparedPaced;
  readonly run: number;
  readonly doubt: PacedDoubt;
}

export function doubtsSection({ a, b }: PacedComparison): Section {
  const found = [...foundIn('A', a), ...foundIn('B', b)];
  const kinds = [...Map.groupBy(found, ({ doubt }) => doubt.kind)];
  const doubts = kinds.map(
    ([kind, alike]): Doubt => ({
      cause: kind.replaceAll('-', ' '),
      cases: [...Map.groupBy(alike, rateOf).values()].flatMap(caseOf),
      advice: [DOUBT_ADVICE[kind]],
    }),
  );
  return { id: 'doubts', title: 'Doubts', parts: doubts.length === 0 ? [] : [{ kind: 'doubts', doubts }] };
}

function foundIn(side: 'A' | 'B', compared: ComparedPaced): Found[] {
  return compared.runs.flatMap(({ doubts }, run) => doubts.map((doubt) => ({ side, compared, run, doubt })));
}

/** '' where there is one alone, or none. */
function rateOf({ doubt, compared: { plan } }: Found): string {
  if (!('step' in doubt) || plan.ratesPerSecond.length < 2) return '';
  return rateName(plan.ratesPerSecond[doubt.step - 1] ?? null);
}

/** The words are those of the first run that has it. */
function caseOf(alike: readonly Found[]): DoubtCase[] {
  const [first] = alike;
  if (first === undefined) return [];
  const where = [...Map.groupBy(alike, ({ side }) => side)].map(([side, own]) => {
    const runs = new Set(own.map(({ run }) => run)).size;
    return `${runs} of ${counted(own[0]?.compared.runs.length ?? runs, 'run')} of ${side}`;
  });
  const rate = rateOf(first);
  const at = rate === '' ? '' : ` at ${rate}`;
  const message = `in ${where.join(' and ')}${at}: ${doubtText(first.doubt)}`;
  return [{ code: first.doubt.kind, message, evidence: [], others: '' }];
}
