/** `echolot merge`: reads the results of several runs and reports on all of them together. */
import { mergeResults, requireSamples } from '../../records.ts';
import { reportPieces } from '../../report/human.ts';
import { jsonPieces } from '../../report/json.ts';
import type { MergeArguments } from '../commands/merge.ts';
import { deliver } from '../deliver.ts';
import { EXIT } from '../exit-codes.ts';
import { requireReport } from '../options/together.ts';
import { openOutput } from '../output.ts';
import { readingOf } from '../show/reading.ts';
import { readResultFiles } from './read-records.ts';

export async function mergeCommand(options: MergeArguments): Promise<number> {
  const { files, form, output, depth } = options;
  requireReport(options);
  const merged = mergeResults(await readResultFiles(files), files);
  requireSamples(merged, files.join(' with '));
  const record = form === 'json' ? jsonPieces(merged) : undefined;
  const file = openOutput(output);
  const reading = readingOf(depth, file.named && form === 'human');
  await deliver(file, reportPieces([merged], reading), record);
  return EXIT.done;
}
