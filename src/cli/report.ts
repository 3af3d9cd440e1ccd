/**
 * `echolot report`: makes pages, pictures and tables of results. Everything is made before anything is written, so
 * that what was there stays as it was when something fails.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EcholotError } from '../core/errors.ts';
import type { Result } from '../index.ts';
import { type Chart, isDrawable } from '../report/charts/chart.ts';
import { EXIT } from './exit-codes.ts';
import { htmlPage } from './html-page.ts';
import type { ReportArguments } from './options.ts';
import { writeFileAtomically } from './output.ts';
import { PROGRAM_NAME } from './program.ts';
import { readResultFiles } from './read-result.ts';
import { complain, outliveReader, print } from './streams.ts';

/** Of a picture in a file of its own. */
const PICTURE_PX = 860;

interface MadeFile {
  readonly path: string;
  readonly data: string | Uint8Array;
}

export async function reportCommand(options: ReportArguments): Promise<number> {
  checkForms(options);
  const { files, html, svg, png, csv, markdown } = options;
  const results = await readResultFiles(files);
  const made = [
    ...(html === undefined ? [] : [{ path: html, data: await htmlPage(results) }]),
    ...(svg === undefined && png === undefined ? [] : await pictures(results, svg, png)),
  ];
  const printed = csv || markdown ? await text(results, csv ? 'csv' : 'markdown') : '';
  for (const directory of [svg, png]) if (directory !== undefined) makeDirectory(directory);
  outliveReader();
  try {
    for (const { path, data } of made) writeFileAtomically(path, data);
  } finally {
    await print(printed);
  }
  return EXIT.done;
}

function checkForms({ html, svg, png, csv, markdown }: ReportArguments): void {
  if (html === undefined && svg === undefined && png === undefined && !csv && !markdown) {
    throw new EcholotError('usage', 'nothing was said of what to make', {
      advice: 'name one or several of --html FILE, --svg DIR, --png DIR, --csv, --markdown',
    });
  }
  if (csv && markdown) {
    throw new EcholotError('usage', '--csv and --markdown would both go to standard output', {
      advice: 'ask for one of them at a time',
    });
  }
}

async function text(results: readonly Result[], form: 'csv' | 'markdown'): Promise<string> {
  if (form === 'csv') return (await import('../report/summary-csv.ts')).summaryCsv(results);
  return (await import('../report/markdown.ts')).markdownReport(results);
}

/** @param svg the directory for drawings; undefined for none @param png the same for images */
async function pictures(
  results: readonly Result[],
  svg: string | undefined,
  png: string | undefined,
): Promise<MadeFile[]> {
  const { loadDrawer, loadPngRenderer } = await import('./pictures.ts');
  const { chartsOf } = await import('../report/charts/charts.ts');
  const { drawSvg } = await import('../report/charts/draw.ts');
  const { inLightColours } = await import('../report/charts/theme.ts');
  const drawer = await loadDrawer();
  const render = png === undefined ? undefined : await loadPngRenderer();
  const outcomes = chartsOf(results);
  for (const outcome of outcomes) {
    if (!isDrawable(outcome)) {
      complain(`${PROGRAM_NAME}: no picture ${outcome.id}: ${outcome.missing}\n`);
    }
  }
  const files = (chart: Chart): MadeFile[] => {
    const drawing = inLightColours(drawSvg(drawer, chart, { widthPx: PICTURE_PX, titled: true }));
    return [
      ...(svg === undefined ? [] : [{ path: join(svg, `${chart.id}.svg`), data: `${drawing}\n` }]),
      ...(png === undefined || render === undefined
        ? []
        : [{ path: join(png, `${chart.id}.png`), data: render(drawing) }]),
    ];
  };
  return outcomes.filter(isDrawable).flatMap(files);
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EcholotError('usage', `cannot make the directory ${path}: ${reason}`, {
      advice: 'choose another directory',
      cause: error,
    });
  }
}
