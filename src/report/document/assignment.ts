/**
 * The assignment as a document: the plots, what they show, of each server delay a table for round-trip time and one for
 * throughput, and every doubt.
 */

import type { Result } from '../../result/result.ts';
import type { SampleStatistics, SeriesRecord } from '../../result/series-record.ts';
import type { WorkloadKind } from '../../result/workload.ts';
import { sizeText } from '../../text/sizes.ts';
import { delayText, inUnit, rateUnit, timeUnit } from '../../text/units.ts';
import { addressLines } from './addresses.ts';
import { discussion } from './discussion.ts';
import {
  type Doubt,
  figures,
  NONE,
  type Part,
  type ReportDocument,
  type Section,
  table,
  text,
} from './document.ts';
import { estimateOf, INTERVAL, rangeText } from './intervals.ts';
import { engineText } from './labels.ts';
import { weigh } from './weigh.ts';

/** @param results one for each delay, in the order in which they are to be shown; at least one */
export function assignmentDocument(results: readonly Result[]): ReportDocument {
  const [first] = results;
  const sections: Section[] = [
    { id: 'outcome', title: 'Outcome', parts: results.flatMap(outcomeParts) },
    plotsSection(results),
    {
      id: 'tables',
      title: 'Tables',
      parts: [
        text(DEFINITIONS),
        ...results.flatMap((result) => [...tableParts(result, 'rtt'), ...tableParts(result, 'throughput')]),
      ],
    },
    notesSection(results),
    doubtsSection(results),
  ];
  return {
    title: `RTT and throughput of TCP echo against message size: ${first?.plan.host ?? ''} port ${first?.plan.port ?? ''}`,
    byline: first === undefined ? '' : `${delaysOf(results)}; ${bylineOf(first)}`,
    sections: sections.filter(({ parts }) => parts.length > 0),
  };
}

/** All there are to see, in the order of the report. */
function delaysOf(results: readonly Result[]): string {
  const delays = results.map(({ plan }) =>
    plan.serverDelayNs === 0 ? 'none' : delayText(plan.serverDelayNs),
  );
  return `server delay ${delays.join(', ')}`;
}

function bylineOf({ tool, dialect, engine, runs }: Result): string {
  const spoken = dialect.spoken ?? dialect.requested;
  const started = runs[0]?.startedAt ?? 'at an unknown time';
  return `dialect ${spoken}, engine ${engineText(engine)}; measured ${started} with echolot ${tool.version}`;
}

const DEFINITIONS =
  'Round-trip time: from before sending to the last byte of the echo. Throughput: payload bits / round-trip time of each probe';

function tableParts(result: Result, kind: WorkloadKind): Part[] {
  const own = result.series.filter((one) => one.workload.kind === kind);
  if (own.length === 0) return [];
  const statistics = own.map(statisticsOf);
  const medians = statistics.map((one) => one?.median ?? 0);
  const unit = kind === 'rtt' ? timeUnit(medians) : rateUnit(medians);
  const intervals = statistics.map((one) => estimateOf(one, 0.5)?.interval ?? null);
  const withIntervals = intervals.some((interval) => interval !== null);
  const rows = statistics.map((one, i) => {
    const size = sizeText(own[i]?.workload.payloadBytes ?? 0);
    const interval = intervals[i] ?? null;
    const range = interval === null ? NONE : rangeText(interval, unit);
    const cells =
      one === null
        ? [size, '0', NONE, NONE]
        : [size, one.n.toLocaleString('en-US'), inUnit(one.mean, unit), inUnit(one.median, unit)];
    return withIntervals ? [...cells, range] : cells;
  });
  const columns = ['size', 'n', 'mean', 'median', ...(withIntervals ? [INTERVAL] : [])];
  const what = kind === 'rtt' ? 'round-trip time' : 'throughput';
  const caption = `${titleOf(result)}: ${what} in ${unit.name}`;
  return [
    table(
      caption,
      columns.map((name) => figures(name)),
      rows,
    ),
  ];
}

function titleOf({ plan }: Result): string {
  return plan.serverDelayNs === 0 ? 'No server delay' : `Server delay ${delayText(plan.serverDelayNs)}`;
}

function statisticsOf({ workload: { kind }, statistics }: SeriesRecord): SampleStatistics | null {
  if (statistics === null) return null;
  return kind === 'rtt' ? statistics.rttNs : statistics.goodputBitsPerSecond;
}

function plotsSection(results: readonly Result[]): Section {
  const items = discussion(results);
  const said: Part[] =
    items.length === 0
      ? []
      : [
          { kind: 'heading', text: 'What this shows' },
          { kind: 'list', items },
        ];
  return { id: 'plots', title: 'Plots and what they show', parts: [{ kind: 'pictures' }, ...said] };
}

/**
 * A doubt that several delays share is told once, with the first as an example.
 */
function doubtsSection(results: readonly Result[]): Section {
  const raised = results.flatMap((result) => {
    return weigh(withoutTails(result)).doubts.map((doubt) => ({ doubt, title: titleOf(result) }));
  });
  const doubts = [...Map.groupBy(raised, ({ doubt }) => doubt.cause).values()].map((alike): Doubt => {
    const [first, ...others] = alike as [(typeof alike)[number], ...typeof alike];
    const also = others.map(({ title }) => title.toLowerCase()).join(', ');
    const cases = first.doubt.cases.map((one) => ({
      ...one,
      message: `${first.title.toLowerCase()}${also === '' ? '' : ` (and ${also})`}: ${one.message}`,
    }));
    return { ...first.doubt, cases };
  });
  return {
    id: 'doubts',
    title: 'Doubts',
    parts: [doubts.length === 0 ? text('No doubts found') : { kind: 'doubts', doubts }],
  };
}

/** What is told of several runs in the same words is told once: they go to one address, and had one plan. */
function notesSection(results: readonly Result[]): Section {
  const lines = results.flatMap(({ plan, runs }) =>
    runs.flatMap(({ addresses }) => addressLines(plan, addresses)),
  );
  const notes = results.flatMap((result) => weigh(withoutTails(result)).notes);
  const items = [...new Set([...lines, ...notes])];
  return { id: 'notes', title: 'Notes', parts: items.length === 0 ? [] : [{ kind: 'list', items }] };
}

/** Here is no percentile far out, so it does not matter that one would be thin. */
function withoutTails(result: Result): Result {
  return { ...result, warnings: result.warnings.filter(({ code }) => code !== 'thin-tail') };
}

/** A report that is read later must say that it is not the whole experiment. */
function outcomeParts(result: Result): Part[] {
  const { outcome, plan, blocks } = result;
  if (outcome.status === 'complete') return [];
  const how = outcome.status === 'cancelled' ? 'was cancelled' : `failed: ${outcome.error?.message ?? ''}`;
  const begun = blocks.filter(({ kind }) => kind === 'measured').length;
  const planned = plan.blocks === null ? '' : ` of ${plan.blocks * plan.workloads.length}`;
  const title = titleOf(result).toLowerCase();
  return [text(`Incomplete: ${title}: the run ${how}; this is what ${begun}${planned} blocks measured`)];
}
