/** All that makes the figures of a load doubtful. Each code is one question, and silent where its answer is no. */
import { LOAD_PHASES } from '../../../result/load/load-result.ts';
import type { LoadDoubt } from '../../../result/load/load-statistics.ts';
import { endMissing } from './ends.ts';
import { clockStepped, engineFellBack, processorsBusy, processorsShared, suspended } from './machine.ts';
import { probesLate, probesLost, senderBacklog } from './probes.ts';
import { reportsImpossible, reportsLate, reportsMissing, residenceImpossible } from './reports.ts';
import { nothingCarried, pathSilent } from './silence.ts';
import { notSettled, tooShort } from './steadiness.ts';
import { bbrOnLoopback, rateExceeded, serverCapped, streamLost, streamsUnfair } from './streams.ts';
import type { DoubtFinder, LoadSubject } from './subject.ts';

/** What spoils most comes first. */
const FINDERS: readonly DoubtFinder[] = [
  reportsImpossible,
  residenceImpossible,
  nothingCarried,
  reportsMissing,
  reportsLate,
  rateExceeded,
  streamLost,
  suspended,
  pathSilent,
  endMissing,
  notSettled,
  tooShort,
  processorsBusy,
  processorsShared,
  serverCapped,
  senderBacklog,
  probesLost,
  probesLate,
  streamsUnfair,
  bbrOnLoopback,
  clockStepped,
  engineFellBack,
];

/** Those of one code in the order of phases; more streams of one phase are told once. */
export function loadDoubts(subject: LoadSubject): LoadDoubt[] {
  return FINDERS.flatMap((find) => find(subject).toSorted((a, b) => placeOf(a) - placeOf(b)));
}

function placeOf({ phase }: LoadDoubt): number {
  return phase === null ? -1 : LOAD_PHASES.indexOf(phase);
}
