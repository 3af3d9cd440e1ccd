/** `echolot merge`: reads the results of several runs and reports on all of them together. */
import { mergeResults } from '../analysis/merge.ts';
import { requireSamples } from '../analysis/read.ts';
import { humanReport } from '../report/human.ts';
import { jsonReport } from '../report/json.ts';
import { EXIT } from './exit-codes.ts';
import type { MergeArguments } from './options.ts';
import { openOutput } from './output.ts';
import { readResultFile } from './read-result.ts';

export function mergeCommand({ files, form, output }: MergeArguments): number {
  const merged = mergeResults(files.map(readResultFile), files);
  requireSamples(merged, files.join(' with '));
  const write = openOutput(output);
  write(form === 'json' ? jsonReport(merged) : humanReport(merged));
  write.commit();
  if (form === 'json' && output !== undefined) process.stdout.write(humanReport(merged));
  return EXIT.done;
}
