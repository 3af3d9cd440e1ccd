/** `echolot merge`: reads the results of several runs and reports on all of them together. */
import { mergeResults } from '../analysis/merge.ts';
import { requireSamples } from '../analysis/read.ts';
import { humanReport } from '../report/human.ts';
import { jsonPieces } from '../report/json.ts';
import { deliver } from './deliver.ts';
import { EXIT } from './exit-codes.ts';
import type { MergeArguments } from './options.ts';
import { openOutput } from './output.ts';
import { readResultFiles } from './read-result.ts';

export async function mergeCommand({ files, form, output }: MergeArguments): Promise<number> {
  const merged = mergeResults(await readResultFiles(files), files);
  requireSamples(merged, files.join(' with '));
  const record = form === 'json' ? jsonPieces(merged) : undefined;
  await deliver(openOutput(output), humanReport(merged), record);
  return EXIT.done;
}
