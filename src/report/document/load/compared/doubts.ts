/** What makes single loads doubtful: one doubt for each kind, with how many loads of each side it is of. */
import type { ComparedLoads, LoadComparison } from '../../../../result/load/load-comparison.ts';
import type { LoadDoubt } from '../../../../result/load/load-statistics.ts';
import { counted } from '../../../../text/numbers.ts';
import type { Doubt, Section } from '../../document.ts';

export function doubtsSection({ a, b }: LoadComparison): Section {
  const codes = new Set([a, b].flatMap(({ loads }) => loads.flatMap(({ doubts }) => doubts.map(codeOf))));
  const doubts = [...codes].flatMap((code): Doubt[] => {
    const cases = [
      { side: 'A', loads: a },
      { side: 'B', loads: b },
    ].flatMap(({ side, loads }) => caseOf(code, side, loads));
    const [first] = cases;
    if (first === undefined) return [];
    const message = `in ${cases.map(({ where }) => where).join(' and ')}: ${first.doubt.message}`;
    return [
      {
        cause: code.replaceAll('-', ' '),
        cases: [{ code, message, evidence: [], others: '' }],
        advice: [first.doubt.advice],
      },
    ];
  });
  return { id: 'doubts', title: 'Doubts', parts: doubts.length === 0 ? [] : [{ kind: 'doubts', doubts }] };
}

/** @returns [] where no load of the side has it */
function caseOf(
  code: LoadDoubt['code'],
  side: string,
  { loads }: ComparedLoads,
): { readonly where: string; readonly doubt: LoadDoubt }[] {
  const own = loads.flatMap(({ doubts }) => doubts.find((doubt) => doubt.code === code) ?? []);
  const [doubt] = own;
  return doubt === undefined
    ? []
    : [{ where: `${own.length} of ${counted(loads.length, 'load')} of ${side}`, doubt }];
}

function codeOf({ code }: LoadDoubt): LoadDoubt['code'] {
  return code;
}
