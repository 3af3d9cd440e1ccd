/** `echolot selftest`: the instrument measures itself on this machine, and says what can be trusted. */
import { selfTest } from '../../index.ts';
import { selfTestDocument } from '../../report/document/self-test.ts';
import { jsonReport } from '../../report/json.ts';
import type { SelfTestArguments } from '../commands/instrument/selftest.ts';
import { deliver } from '../deliver.ts';
import { EXIT } from '../exit-codes.ts';
import { cancelOnInterrupt } from '../interrupt.ts';
import { requireReport } from '../options/together.ts';
import { openOutput } from '../output.ts';
import { documentPieces } from '../show/reading.ts';

export async function selfTestCommand(options: SelfTestArguments): Promise<number> {
  const { durationMs, form, output, depth } = options;
  requireReport(options);
  const file = openOutput(output);
  const abort = new AbortController();
  const stopListening = cancelOnInterrupt(() => abort.abort());
  try {
    const result = await selfTest({ durationMs, signal: abort.signal });
    const tables = documentPieces(selfTestDocument(result, depth), file.named && form === 'human');
    await deliver(file, tables, form === 'json' ? jsonReport(result) : undefined);
    return EXIT.done;
  } finally {
    stopListening();
  }
}
