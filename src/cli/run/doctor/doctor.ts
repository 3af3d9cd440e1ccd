/** `echolot doctor`: what works on this machine and what does not. */
import { examine } from '../../../index.ts';
import { doctorDocument } from '../../../report/document/doctor.ts';
import { jsonReport } from '../../../report/json.ts';
import type { DoctorArguments } from '../../commands/instrument/doctor.ts';
import { deliver } from '../../deliver.ts';
import { EXIT } from '../../exit-codes.ts';
import { cancelOnInterrupt } from '../../interrupt.ts';
import { openOutput } from '../../output.ts';
import { documentPieces } from '../../show/reading.ts';
import { lookAtProgram } from './program.ts';

export async function doctorCommand({ form, output, withNames }: DoctorArguments): Promise<number> {
  const file = openOutput(output);
  const abort = new AbortController();
  const stopListening = cancelOnInterrupt(() => abort.abort());
  try {
    const result = await examine({ withNames, program: lookAtProgram, signal: abort.signal });
    const lines = documentPieces(doctorDocument(result, 'usual'), file.named && form === 'human');
    await deliver(file, lines, form === 'json' ? jsonReport(result) : undefined);
    return result.works ? EXIT.done : EXIT.failed;
  } finally {
    stopListening();
  }
}
