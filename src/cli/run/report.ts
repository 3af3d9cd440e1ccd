/**
 * `echolot report`: shows records again, judges them, makes pages, pictures and tables of them. Everything is made
 * before anything is written, so that what was there stays as it was when something fails.
 */
import { type EcholotError, usage } from '../../core/errors.ts';
import type { QooProfileRecord, Result } from '../../index.ts';
import { makeFolder } from '../../parts/folders/make-folder.ts';
import type { EcholotRecord } from '../../records.ts';
import {
  checkCapacityThresholds,
  checkLoadChanges,
  checkLoadThresholds,
  checkPacedChanges,
  checkPacedThresholds,
  checkRatios,
  checkThresholds,
  type ThresholdFinding,
  withQoo,
} from '../../records.ts';
import type { ChartOutcome } from '../../report/charts/chart.ts';
import type { Depth, ReportDocument } from '../../report/document/document.ts';
import { documentOf } from '../../report/document/documents.ts';
import type { ReportArguments } from '../commands/report.ts';
import { refuseDepth } from '../options/together.ts';
import { writeFileAtomically } from '../output.ts';
import { capacityPage, loadPage, pacedPage, plainPage, resultsPage } from '../show/html-page.ts';
import { prepareJudge } from '../show/judge.ts';
import { documentPieces } from '../show/reading.ts';
import type { MadeFile } from '../show/report-pictures.ts';
import { outliveReader, print, type Text } from '../streams.ts';
import { readQooProfile } from './load/qoo-profile.ts';
import { readRecordFiles } from './read-records.ts';

/** Measurements side by side, or one record of another kind. */
type Reported = { readonly results: readonly Result[] } | { readonly record: Other };
type Other = Exclude<EcholotRecord, Result>;

export async function reportCommand(options: ReportArguments): Promise<number> {
  const { files, html, svg, png, csv, markdown, qoo, depth } = options;
  if (csv && markdown) {
    throw usage('--csv and --markdown would both go to standard output', 'ask for one of them at a time');
  }
  const instead = insteadOfReport(options);
  if (instead !== undefined) {
    refuseDepth(depth, instead, `leave one of them out; --${depth} goes with --markdown`);
  }
  const judge = prepareJudge(options);
  const profile = qoo === undefined ? undefined : await readQooProfile(qoo);
  const read = reportedOf(await readRecordFiles(files), files);
  const reported = profile === undefined ? read : scored(read, profile, files);
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

/** Of a load alone it is known what an application beside it would have met. */
function scored(reported: Reported, profile: QooProfileRecord, [file = '']: readonly string[]): Reported {
  if ('record' in reported && reported.record.format === 'echolot-load') {
    return { record: withQoo(reported.record, profile) };
  }
  throw usage(`a Quality of Outcome is of loads, and ${file} is none`, 'leave out --qoo');
}

/** One list for each file. */
function findingsOf(reported: Reported, { failIf }: ReportArguments): ThresholdFinding[][] {
  if ('results' in reported) return reported.results.map((result) => checkThresholds(result, failIf));
  const { record } = reported;
  if (record.format === 'echolot-comparison') return [checkRatios(record, failIf)];
  if (record.format === 'echolot-load') return [checkLoadThresholds(record, failIf)];
  if (record.format === 'echolot-paced') return [checkPacedThresholds(record, failIf)];
  if (record.format === 'echolot-capacity') return [checkCapacityThresholds(record, failIf)];
  if (record.format === 'echolot-paced-comparison') return [checkPacedChanges(record, failIf)];
  if (record.format === 'echolot-load-comparison') return [checkLoadChanges(record, failIf)];
  if (failIf.length === 0) return [[]];
  throw usage('conditions are of measurements, comparisons and loads, and this is none', 'leave them out');
}

async function pageOf(reported: Reported): Promise<string> {
  if ('results' in reported) return await resultsPage(reported.results);
  const { record } = reported;
  if (record.format === 'echolot-load') return await loadPage(record);
  if (record.format === 'echolot-paced') return await pacedPage(record);
  if (record.format === 'echolot-capacity') return await capacityPage(record);
  return plainPage(documentOf(record, 'full'));
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
  if (record.format === 'echolot-paced')
    return (await import('../../report/charts/paced/paced-charts.ts')).pacedCharts(record);
  if (record.format === 'echolot-capacity')
    return [(await import('../../report/charts/capacity/by-rate.ts')).capacityByRateChart(record)];
  if (record.format !== 'echolot-load') throw noPictures(record);
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
    return await figuresCsv(reported.record);
  }
  const shown = (asked: Depth): ReportDocument =>
    documentOf('results' in reported ? reported.results : reported.record, asked);
  if (markdown)
    return (await import('../../report/markdown.ts')).markdownText(shown(depth === 'usual' ? 'full' : depth));
  if (insteadOfReport(options) !== undefined) return '';
  return documentPieces(shown(depth));
}

async function figuresCsv(record: Other): Promise<string> {
  if (record.format === 'echolot-paced')
    return (await import('../../report/paced/paced-csv.ts')).pacedFiguresCsv(record);
  if (record.format === 'echolot-capacity')
    return (await import('../../report/capacity/capacity-csv.ts')).capacityTriesCsv(record);
  if (record.format === 'echolot-paced-comparison')
    return (await import('../../report/paced/paced-comparison-csv.ts')).pacedComparisonCsv(record);
  if (record.format === 'echolot-load')
    return (await import('../../report/load/load-csv.ts')).loadFiguresCsv(record);
  throw usage(
    'tables are of measurements, loads, open loops, their comparisons and capacities, and this is none',
    `${SHOWN_INSTEAD}, and what --json wrote has each figure`,
  );
}

function noPictures({ format }: Other): EcholotError {
  const table = format === 'echolot-paced-comparison' ? ', --csv has its figures' : '';
  return usage(
    'pictures are of measurements, loads, open loops and capacities, and this is none',
    `${SHOWN_INSTEAD}${table}`,
  );
}

const SHOWN_INSTEAD = '--html and --markdown show all of it';
