/**
 * `echolot report`: shows records again, judges them, makes pages, pictures and tables of them. Everything is made
 * before anything is written, so that what was there stays as it was when something fails.
 */
import { type EcholotError, usage } from '../../core/errors.ts';
import type { Result } from '../../index.ts';
import type { EcholotRecord } from '../../records.ts';
import {
  checkLoadChanges,
  checkLoadThresholds,
  checkRatios,
  checkThresholds,
  type ThresholdFinding,
} from '../../records.ts';
import type { ChartOutcome } from '../../report/charts/chart.ts';
import type { Depth, ReportDocument } from '../../report/document/document.ts';
import { documentOf } from '../../report/document/documents.ts';
import type { ReportArguments } from '../commands/report.ts';
import { makeFolder } from '../folders/make-folder.ts';
import { refuseDepth } from '../options/together.ts';
import { writeFileAtomically } from '../output.ts';
import { loadPage, plainPage, resultsPage } from '../show/html-page.ts';
import { prepareJudge } from '../show/judge.ts';
import { documentPieces } from '../show/reading.ts';
import type { MadeFile } from '../show/report-pictures.ts';
import { outliveReader, print, type Text } from '../streams.ts';
import { readRecordFiles } from './read-records.ts';

/** Measurements side by side, or one record of another kind. */
type Reported = { readonly results: readonly Result[] } | { readonly record: Other };
type Other = Exclude<EcholotRecord, Result>;

export async function reportCommand(options: ReportArguments): Promise<number> {
  const { files, html, svg, png, csv, markdown, depth } = options;
  if (csv && markdown) {
    throw usage('--csv and --markdown would both go to standard output', 'ask for one of them at a time');
  }
  const instead = insteadOfReport(options);
  if (instead !== undefined) {
    refuseDepth(depth, instead, `leave one of them out; --${depth} goes with --markdown`);
  }
  const judge = prepareJudge(options);
  const reported = reportedOf(await readRecordFiles(files), files);
  const findings = findingsOf(reported, options);
  const made = [
    ...(html === undefined ? [] : [{ path: html, data: await pageOf(reported) }]),
    ...(svg === undefined && png === undefined ? [] : await picturesOf(reported, options)),
  ];
  const printed = await textOf(reported, options);
  for (const directory of [svg, png]) if (directory !== undefined) makeFolder(directory);
  outliveReader();
  try {
    for (const { path, data } of made) writeFileAtomically(path, data);
  } finally {
    await print(printed);
  }
  return await judge(findings.map((own, i) => ({ name: files[i] ?? '', findings: own })));
}

/** @throws EcholotError `usage` for kinds that do not stand side by side */
function reportedOf(records: readonly EcholotRecord[], files: readonly string[]): Reported {
  const results = records.filter((record) => record.format === 'echolot-result');
  if (results.length === records.length) return { results };
  const at = records.findIndex(({ format }) => format !== 'echolot-result');
  const record = records[at] as Other;
  if (records.length === 1) return { record };
  throw usage(
    `only measurements are shown side by side, and ${files[at]} is none`,
    'report it by itself, or compare measurements with echolot compare',
  );
}

/** One list for each file. */
function findingsOf(reported: Reported, { failIf }: ReportArguments): ThresholdFinding[][] {
  if ('results' in reported) return reported.results.map((result) => checkThresholds(result, failIf));
  const { record } = reported;
  if (record.format === 'echolot-comparison') return [checkRatios(record, failIf)];
  if (record.format === 'echolot-load') return [checkLoadThresholds(record, failIf)];
  if (record.format === 'echolot-load-comparison') return [checkLoadChanges(record, failIf)];
  if (failIf.length === 0) return [[]];
  throw usage('conditions are of measurements, comparisons and loads, and this is none', 'leave them out');
}

async function pageOf(reported: Reported): Promise<string> {
  if ('results' in reported) return await resultsPage(reported.results);
  const { record } = reported;
  return record.format === 'echolot-load' ? await loadPage(record) : plainPage(documentOf(record, 'full'));
}

async function picturesOf(reported: Reported, { svg, png }: ReportArguments): Promise<MadeFile[]> {
  const charts = await chartsOf(reported);
  return await (await import('../show/report-pictures.ts')).pictures(charts, svg, png);
}

async function chartsOf(reported: Reported): Promise<ChartOutcome[]> {
  if ('results' in reported) {
    return (await import('../../report/charts/charts.ts')).chartsOf(reported.results);
  }
  const { record } = reported;
  if (record.format !== 'echolot-load') throw onlyOfMeasurements('pictures');
  return (await import('../../report/charts/load/load-charts.ts')).loadCharts(record);
}

/** What was asked for in place of a report on standard output. */
function insteadOfReport({ csv, markdown, html, svg, png }: ReportArguments): string | undefined {
  if (csv) return '--csv';
  if (markdown) return undefined;
  const files = { '--html': html, '--svg': svg, '--png': png };
  return Object.entries(files).find(([, path]) => path !== undefined)?.[0];
}

/** What goes to standard output: the report for people where nothing else was asked for. */
async function textOf(reported: Reported, options: ReportArguments): Promise<Text> {
  const { csv, markdown, depth } = options;
  if (csv) {
    if ('results' in reported)
      return (await import('../../report/summary-csv.ts')).summaryCsv(reported.results);
    if (reported.record.format !== 'echolot-load') throw onlyOfMeasurements('a table of statistics');
    return (await import('../../report/load/load-csv.ts')).loadFiguresCsv(reported.record);
  }
  const shown = (asked: Depth): ReportDocument =>
    documentOf('results' in reported ? reported.results : reported.record, asked);
  if (markdown)
    return (await import('../../report/markdown.ts')).markdownText(shown(depth === 'usual' ? 'full' : depth));
  if (insteadOfReport(options) !== undefined) return '';
  return documentPieces(shown(depth));
}

function onlyOfMeasurements(what: string): EcholotError {
  return usage(`only measurements and loads have ${what}`, 'ask for --html or --markdown, or for nothing');
}
