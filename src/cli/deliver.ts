/**
 * A finished report on its way out: what is for a file goes there, and its tables are printed beside it. What becomes of
 * the one is no matter to the other, so that a full disk leaves the tables, and a closed pipe the file.
 */
import type { Output } from './output.ts';
import { outliveReader, print, type Text } from './streams.ts';

/**
 * @param tables what people read; null where there is nothing to show
 * @param record what is wanted instead of the tables; undefined when they are the report
 * @throws EcholotError `limit` that names the file when it could not be written, after all else was
 */
export async function deliver(output: Output, tables: Text | null, record?: Text): Promise<void> {
  outliveReader();
  const report = record ?? tables;
  if (report !== null) await output.write(report);
  let failure: unknown;
  try {
    output.commit();
  } catch (error) {
    failure = error;
  }
  const isWanted = output.named && (record !== undefined || failure !== undefined);
  if (isWanted && tables !== null) await print(tables);
  if (failure !== undefined) throw failure;
}
