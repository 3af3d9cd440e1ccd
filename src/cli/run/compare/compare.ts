/** `echolot compare`: files, one or several a side, or two targets or settings in turns; prints what B is against A, and a verdict. */
import { type EcholotError, usage } from '../../../core/errors.ts';
import { CompareError, CompareLoadsError, ComparePacedError } from '../../../index.ts';
import type { ThresholdFinding } from '../../../records.ts';
import { documentOf } from '../../../report/document/documents.ts';
import { jsonReport } from '../../../report/json.ts';
import type { CompareArguments } from '../../commands/compare.ts';
import { deliver } from '../../deliver.ts';
import { EXIT } from '../../exit-codes.ts';
import { cancelOnInterrupt } from '../../interrupt.ts';
import { requireReport } from '../../options/together.ts';
import { type Output, openOutput } from '../../output.ts';
import { type Judge, prepareJudge } from '../../show/judge.ts';
import { loadTurnsDisplay } from '../../show/progress/load-turns.ts';
import { pacedTurnsDisplay } from '../../show/progress/paced-turns.ts';
import { progressDisplay } from '../../show/progress/progress.ts';
import { ProgressLine } from '../../show/progress/progress-line.ts';
import { documentPieces } from '../../show/reading.ts';
import { reportError } from '../../streams.ts';
import { sidesOf } from './compare-sides.ts';
import type { AnyComparison } from './files.ts';
import { refuseOthers } from './given-names.ts';
import { compareLoaded } from './loaded.ts';
import { compareMeasured } from './measured.ts';
import { comparePacedLive, isPaced } from './paced.ts';
import { isTarget, liveSubjects } from './subjects.ts';

export async function compareCommand(options: CompareArguments): Promise<number> {
  if (options.between !== undefined)
    return await (await import('./between.ts')).compareBetween(options, options.between);
  if (options.store !== undefined)
    throw usage('--store is of --between', 'add --between with two spans, or leave it out');
  const { a, b } = sidesOf(options.subjects);
  const [first = '', second] = [a[0], b[0]];
  const oneEach = a.length === 1 && b.length <= 1;
  if (oneEach && (second === undefined || (isTarget(first) && isTarget(second)))) {
    return await compareLive(options, first, second);
  }
  const named = [...a, ...b];
  const target = named.find(isTarget);
  if (target !== undefined) {
    const file = named.find((other) => !isTarget(other));
    throw mixed(target, file);
  }
  const places = placesOf(options);
  refuseOthers(options, 'files');
  // What targets are measured for needs none of this, and need not wait for it.
  const { compareFiles } = await import('./files.ts');
  return await finish(await compareFiles(a, b), options, places);
}

function mixed(target: string, other: string | undefined): EcholotError {
  if (other === undefined) {
    return usage('only files may be several a side', 'compare two targets, HOST:PORT, each named once');
  }
  return usage(
    `${target} is a target, and ${other} is none`,
    'compare two targets, HOST:PORT, or two files that echolot measure --json wrote',
  );
}

async function compareLive(
  options: CompareArguments,
  first: string,
  second: string | undefined,
): Promise<number> {
  const places = placesOf(options);
  const compared = options.load ? 'loads' : isPaced(options) ? 'paced' : 'measurements';
  refuseOthers(options, compared);
  const subjects = liveSubjects(options, first, second);
  const progress = new ProgressLine(process.stderr);
  if (compared === 'paced') {
    return await follow(comparePacedLive(options, subjects), pacedTurnsDisplay(progress), progress, {
      options,
      places,
    });
  }
  if (compared === 'loads') {
    return await follow(compareLoaded(options, subjects), loadTurnsDisplay(progress), progress, {
      options,
      places,
    });
  }
  return await follow(compareMeasured(options, subjects), progressDisplay(progress, false), progress, {
    options,
    places,
  });
}

/** Of any kind. */
interface LiveRun<E> extends AsyncIterable<E> {
  readonly result: Promise<{ readonly comparison: AnyComparison }>;
  cancel(): void;
}

interface Ending {
  readonly options: CompareArguments;
  readonly places: Places;
}

async function follow<E>(
  run: LiveRun<E>,
  show: (event: E) => void,
  progress: ProgressLine,
  { options, places }: Ending,
): Promise<number> {
  const stopListening = cancelOnInterrupt(() => run.cancel());
  try {
    for await (const event of run) show(event);
    const { comparison } = await run.result;
    progress.end();
    return await finish(comparison, options, places);
  } catch (error) {
    progress.end();
    const isPartial =
      error instanceof CompareError ||
      error instanceof CompareLoadsError ||
      error instanceof ComparePacedError;
    if (isPartial && error.result !== undefined) {
      const { comparison } = error.result;
      // Both are told; the exit code is that of the run.
      await finish(comparison, options, places).catch((lost) => reportError(lost, options.debug));
    }
    throw error;
  } finally {
    progress.end();
    stopListening();
  }
}

/** Where it all goes: found before anything is measured. */
interface Places {
  readonly file: Output;
  readonly judge: Judge;
}

function placesOf(options: CompareArguments): Places {
  requireReport(options);
  return { file: openOutput(options.output), judge: prepareJudge(options) };
}

async function finish(
  comparison: AnyComparison,
  { form, failIf, depth }: CompareArguments,
  { file, judge }: Places,
): Promise<number> {
  const record = form === 'json' ? jsonReport(comparison) : undefined;
  const document = documentOf(comparison, depth);
  await deliver(file, documentPieces(document, file.named && form === 'human'), record);
  const name = `${comparison.a.label} against ${comparison.b.label}`;
  if (failIf.length === 0) return EXIT.done;
  return await judge([{ name, findings: await findingsOf(comparison, failIf) }]);
}

async function findingsOf(
  comparison: AnyComparison,
  failIf: CompareArguments['failIf'],
): Promise<ThresholdFinding[]> {
  const { checkLoadChanges, checkPacedChanges, checkRatios } = await import('../../../records.ts');
  switch (comparison.format) {
    case 'echolot-comparison':
      return checkRatios(comparison, failIf);
    case 'echolot-load-comparison':
      return checkLoadChanges(comparison, failIf);
    case 'echolot-paced-comparison':
      return checkPacedChanges(comparison, failIf);
  }
}
