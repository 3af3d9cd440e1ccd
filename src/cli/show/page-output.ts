/** A page that a command writes beside its report. */
import { type Output, openOutput } from '../output.ts';

/**
 * Before anything is measured: what draws is not always installed.
 * @param path undefined for none
 * @throws EcholotError `usage` where the file cannot be written, or the library that draws is not installed
 */
export async function openPage(path: string | undefined): Promise<Output | undefined> {
  if (path === undefined) return undefined;
  const page = openOutput(path);
  await (await import('./pictures.ts')).loadDrawer();
  return page;
}

export async function writePage(page: Output | undefined, made: () => Promise<string>): Promise<void> {
  if (page === undefined) return;
  await page.write(await made());
  page.commit();
}
