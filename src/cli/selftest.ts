/** `echolot selftest`: the instrument measures itself on this machine, and says what can be trusted. */
import { selfTest } from '../index.ts';
import { jsonReport } from '../report/json.ts';
import { selfTestReport } from '../report/self-test.ts';
import { deliver } from './deliver.ts';
import { EXIT } from './exit-codes.ts';
import { cancelOnInterrupt } from './measure.ts';
import type { SelfTestArguments } from './options.ts';
import { openOutput } from './output.ts';

export async function selfTestCommand({ durationMs, form, output }: SelfTestArguments): Promise<number> {
  const file = openOutput(output);
  const abort = new AbortController();
  const stopListening = cancelOnInterrupt(() => abort.abort());
  try {
    const result = await selfTest({ durationMs, signal: abort.signal });
    await deliver(file, selfTestReport(result), form === 'json' ? jsonReport(result) : undefined);
    return EXIT.done;
  } finally {
    stopListening();
  }
}
