/** Statistics, as runs are given them: they load while nothing is measured, so that a first probe need not wait for them. */
import type { CapacityDeps } from './measure/capacity/capacity-run.ts';
import type { CompareRecordings } from './measure/comparison/comparison.ts';
import type { CompareLoadsDeps } from './measure/comparison/load-comparison.ts';
import type { ComparePacedDeps } from './measure/comparison/paced-comparison.ts';
import type { Analyse } from './measure/exchange/run.ts';
import type { LoadDeps } from './measure/load/load-run.ts';
import type { PacedDeps } from './measure/paced/paced-run.ts';

export const analyse: Analyse = async (recording, histograms) => {
  const analysis = await import('./analysis/analyse.ts');
  return (histograms ? analysis.analyseHistograms : analysis.analyse)(recording);
};

export const analyseLoad: LoadDeps['analyse'] = async (recording) =>
  (await import('./analysis/load/analyse-load.ts')).analyseLoad(recording);

export const analysePaced: PacedDeps['analyse'] = async (recording) =>
  (await import('./analysis/paced/analyse-paced.ts')).analysePaced(recording);

export const capacityMethod: CapacityDeps['method'] = async () => {
  const { nextRate } = await import('./analysis/capacity/search.ts');
  const { judgeTry } = await import('./analysis/capacity/judge-try.ts');
  const { analyseCapacity } = await import('./analysis/capacity/analyse-capacity.ts');
  return { nextRate, judgeTry, analyseCapacity };
};

export const recorder: PacedDeps['recorder'] = async (spec) =>
  new (await import('./measure/paced/step-recorder.ts')).StepRecorder(spec);

export const compareRecordings: CompareRecordings = async (a, b, context) =>
  (await import('./analysis/compare.ts')).compareRecordings(a, b, context);

export const compareLoadResults: CompareLoadsDeps['compare'] = async (a, b, context) =>
  (await import('./analysis/load/compared/compare-loads.ts')).compareLoadResults(a, b, context);

export const comparePacedResults: ComparePacedDeps['compare'] = async (a, b, context) =>
  (await import('./analysis/paced/compared/compare-paced.ts')).comparePacedResults(a, b, context);
