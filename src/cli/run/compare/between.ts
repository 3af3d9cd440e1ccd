/**
 * `echolot compare TARGET --between SPAN SPAN`: two times of one target, out of the store of a monitor. The parser gives the option
 * one word; the second span stands among the subjects, before or behind the target.
 */
import { usage } from '../../../core/errors.ts';
import { checkBetween, readBetween, requireOfBetween } from '../../../monitors.ts';
import { betweenDocument } from '../../../report/document/monitor/between.ts';
import { jsonReport } from '../../../report/json.ts';
import type { CompareArguments } from '../../commands/compare.ts';
import { deliver } from '../../deliver.ts';
import { EXIT } from '../../exit-codes.ts';
import { requireReport } from '../../options/together.ts';
import { type NamedSpan, namedSpan } from '../../options/words/moments.ts';
import { openOutput } from '../../output.ts';
import { prepareJudge } from '../../show/judge.ts';
import { documentPieces } from '../../show/reading.ts';
import { requireTarget, withStore } from '../history/open-store.ts';
import { refuseOthers } from './given-names.ts';

/** @param a the span that the option has */
export async function compareBetween(options: CompareArguments, a: NamedSpan): Promise<number> {
  const { form, depth, failIf } = options;
  requireReport(options);
  refuseOthers(options, 'history');
  requireOfBetween(failIf);
  const { target, b } = subjectsOf(options.subjects);
  refuseFuture(a);
  refuseFuture(b);
  const file = openOutput(options.output);
  const judge = prepareJudge(options);
  const record = await withStore(options.store, async (store) => {
    await requireTarget(store, target);
    return await readBetween(store, { target, a, b });
  });
  const document = betweenDocument(record, depth);
  await deliver(
    file,
    documentPieces(document, file.named && form === 'human'),
    form === 'json' ? jsonReport(record) : undefined,
  );
  // Nothing to compare is no answer, which a script must not take for one.
  if (failIf.length === 0) return record.ratios.some(({ ratio }) => ratio !== null) ? EXIT.done : EXIT.failed;
  const name = `${target}: ${b.label} against ${a.label}`;
  return await judge([{ name, findings: checkBetween(record, failIf) }]);
}

/** @throws EcholotError `usage` where there are not a target and a second span */
function subjectsOf(subjects: readonly string[]): { readonly target: string; readonly b: NamedSpan } {
  const [first = '', second, ...others] = subjects;
  if (second === undefined || others.length > 0)
    throw usage('--between takes two spans, and one target', FORM);
  // What looks like a span is none where nothing else is left for it.
  const [target, text] = second.includes('..') ? [first, second] : [second, first];
  const b = namedSpan(text);
  switch (b) {
    case 'unreadable':
      throw usage(`${JSON.stringify(text)} is no span`, FORM);
    case 'left-out':
      throw usage(
        `${text} has a time that clocks left out here when they were set forward`,
        'give another, or one with a zone',
      );
    case 'reversed':
      throw usage(`${text} ends before it begins`, 'give the earlier moment first, and a day with both');
    default:
      return { target, b };
  }
}

const FORM = "write echolot compare TARGET --between 'yesterday 9:00..10:00' 'today 9:00..10:00'";

function refuseFuture({ label, fromMs }: NamedSpan): void {
  if (fromMs >= Date.now()) throw usage(`${label} has not come yet`, 'give a time of the past');
}
