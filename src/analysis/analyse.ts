/** Everything that a result says beyond what was recorded. Pure: the same recording gives the same analysis. */
import type { Analysis, Recording } from '../result/result.ts';
import { runChecks } from './checks.ts';
import { fitsOf } from './fits.ts';
import { withHistograms } from './samples/histograms.ts';
import { seriesOf } from './series.ts';

export function analyse(recording: Recording): Analysis {
  const series = seriesOf(recording);
  return { series, fits: fitsOf(recording, series), ...runChecks(recording, series) };
}

/** The same of a recording with histograms in place of its probes, which come with it. */
export function analyseHistograms(recording: Recording): Analysis & Pick<Recording, 'blocks'> {
  const kept = withHistograms(recording);
  return { blocks: kept.blocks, ...analyse(kept) };
}
