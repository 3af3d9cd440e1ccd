/**
 * A self-test as a document: down to which round-trip time the instrument can be trusted here, what its clock, its
 * sleeps and the loopback path show, and what speaks against it.
 */
import type {
  Floor,
  FloorFigure,
  SelfTestHealth,
  SelfTestResult,
  StampCounts,
} from '../../result/self-test-result.ts';
import { supportsQuantile } from '../../stats/quantile/quantiles.ts';
import { inUnit, timeText, timeUnit, type Unit } from '../../text/units.ts';
import {
  type Column,
  type Depth,
  type Doubt,
  figures,
  type KeyFigure,
  type Part,
  type ReportDocument,
  type Section,
  table,
  text,
  words,
} from './document.ts';

/** The rule, as in the record. */
export const TRUST_RULE =
  "own part: on loopback there is no path to speak of, so all that is measured there is the instrument's own. It is the largest of three: the median, the spread from median to p99, the step of the clock. A round-trip time of ten times that is told within 10 %, one of a hundred times within 1 %.";

/** Brief: what can be trusted. Usual: what a program sees on loopback. Full: sleeps, every layer, stamps, the machine's state. */
export function selfTestDocument(result: SelfTestResult, depth: Depth): ReportDocument {
  const { tool, system, startedAt } = result;
  const { platform, release, arch, cpus, cpu } = system;
  const processors = `${cpus} ${cpus === 1 ? 'processor' : 'processors'}${cpu === null ? '' : ` (${cpu})`}`;
  return {
    title: `echolot ${tool.version} measures itself`,
    byline: `${platform} ${release}, ${arch}, ${processors}, Node.js ${tool.node}; measured ${startedAt}`,
    sections: [
      answerSection(result),
      ...(depth === 'brief' ? [] : [figuresSection(result, depth), notesSection(result, depth)]),
      doubtsSection(result),
    ].filter(({ parts }) => parts.length > 0),
  };
}

/** What each way to measure is good for, by what a program sees and by the finest figure there is. */
function answerSection({ floors, notNative }: SelfTestResult): Section {
  const trusted = floors.map(({ engine, wait, application, network }): KeyFigure => {
    const finest = network === null ? '' : `; the network's part from ${timeText(network.within10PercentNs)}`;
    return {
      name: `${engine}, ${wait}`,
      value: timeText(application.within10PercentNs),
      detail: `and more are told within 10 %, ${timeText(application.within1PercentNs)} within 1 %${finest}`,
    };
  });
  const parts: Part[] = [];
  if (notNative !== null) parts.push(text(`no native engine: ${notNative}`));
  if (trusted.length > 0) parts.push({ kind: 'key-figures', figures: trusted });
  return { id: 'answer', title: 'What can be trusted', parts };
}

function figuresSection(result: SelfTestResult, depth: Depth): Section {
  const parts =
    depth === 'full'
      ? [...sleepParts(result), floorTable(result, FIGURES), trustTable(result)]
      : [floorTable(result, ['application'])];
  return { id: 'figures', title: 'Figures', parts };
}

function sleepParts({ engines }: SelfTestResult): Part[] {
  const slept = engines.flatMap(({ name, sleeps }) => (sleeps === null ? [] : [{ name, sleeps }]));
  const [first] = slept;
  if (first === undefined) return [];
  const unit = timeUnit(slept.map(({ sleeps }) => Math.abs(sleeps.medianNs)));
  const rows = slept.map(({ name, sleeps: { n, medianNs, p99Ns, maxNs } }) => [
    name,
    String(n),
    signed(medianNs, unit),
    thin(n) + signed(p99Ns, unit),
    signed(maxNs, unit),
  ]);
  const caption = `How late a sleep of ${timeText(first.sleeps.askedNs)} ends, in ${unit.name}`;
  const columns = [words('engine'), ...['n', 'median', 'p99', 'max'].map((name) => figures(name))];
  return [table(caption, columns, rows, thinLegend(rows))];
}

/** Timers may end early. */
function signed(ns: number, unit: Unit): string {
  return ns < 0 ? `-${inUnit(-ns, unit)}` : inUnit(ns, unit);
}

const FIGURES = ['application', 'kernel', 'network'] as const;

/** Those that there are, in the order of their floors. */
function figuresOf(
  floors: readonly Floor[],
  names: readonly (typeof FIGURES)[number][],
): { floor: Floor; name: string; figure: FloorFigure }[] {
  return floors.flatMap((floor) =>
    names.flatMap((name) => {
      const figure = floor[name];
      return figure === null ? [] : [{ floor, name, figure }];
    }),
  );
}

function floorTable({ floors, server }: SelfTestResult, names: readonly (typeof FIGURES)[number][]): Part {
  const unit = timeUnit(floors.map(({ application }) => application.medianNs));
  const rows = figuresOf(floors, names).map(({ floor, name, figure: { n, minNs, medianNs, p99Ns } }) => [
    floor.engine,
    floor.wait,
    name,
    String(n),
    inUnit(minNs, unit),
    inUnit(medianNs, unit),
    thin(n) + inUnit(p99Ns, unit),
  ]);
  const caption = `Round-trip time on loopback in ${unit.name}: ${server.payloadBytes} B, to a server (${server.engine}) on a thread of its own`;
  const columns = [
    ...['engine', 'wait', 'RTT'].map(words),
    figures('n', 1),
    figures('min', 2),
    figures('median'),
    figures('p99'),
  ];
  return table(caption, columns, rows, thinLegend(rows));
}

/** Each figure has a unit of its own: on a busy machine they are far apart. */
function trustTable({ floors }: SelfTestResult): Part {
  const rows = figuresOf(floors, FIGURES).map(({ floor, name, figure }) => [
    floor.engine,
    floor.wait,
    name,
    timeText(figure.ownNs),
    figure.boundBy,
    timeText(figure.within10PercentNs),
    timeText(figure.within1PercentNs),
  ]);
  const columns: Column[] = [
    ...['engine', 'wait', 'RTT'].map(words),
    figures('own part', 2),
    { name: 'by its', kind: 'words', spare: 1 },
    figures('10 % from'),
    figures('1 % from', 3),
  ];
  return table(
    'What can be trusted: from which round-trip time on within 10 %, and within 1 %',
    columns,
    rows,
  );
}

function notesSection(result: SelfTestResult, depth: Depth): Section {
  const items = [
    TRUST_RULE,
    ...(depth === 'full' ? machineLines(result) : []),
    ...wallClockLines(result.health),
  ];
  return { id: 'notes', title: 'Notes', parts: [{ kind: 'list', items }] };
}

/** Of the clock, the stamps, and who else wants the processors. */
function machineLines({ clock, engines, floors, stamps, health }: SelfTestResult): string[] {
  const echoes = engines.flatMap(({ name, ownEcho }) =>
    ownEcho === null ? [] : [`${name} ${timeText(ownEcho.medianRttNs)}`],
  );
  const controls = new Set(floors.flatMap(({ congestionControl }) => congestionControl ?? []));
  return [
    `clock ${clock.name}: steps of ${clock.resolutionNs} ns, ${clock.readCostNs} ns a reading`,
    stampsText(stamps, floors),
    ...(echoes.length === 0
      ? []
      : [`for comparison, an echo with both ends on one thread: ${echoes.join(', ')}`]),
    ...(controls.size === 0 ? [] : [`congestion control ${[...controls].join(', ')}`]),
    ...healthLines(health, floors),
  ];
}

function stampsText(
  { probes, kernelProbes, serverProbes, reason }: StampCounts,
  floors: readonly Floor[],
): string {
  if (reason !== null) return `no kernel stamps: ${reason}`;
  const source = floors.find(({ residenceSource }) => residenceSource !== null)?.residenceSource;
  const server =
    source === 'kernel'
      ? "the server's kernel"
      : source === 'application'
        ? "the server's program"
        : 'the server';
  return `kernel stamps (SCHED, SND, RX): of ${numberText(kernelProbes)} of ${numberText(probes)} probes; of ${server}: of ${numberText(serverProbes)}`;
}

function healthLines({ eventLoopDelay, processors }: SelfTestHealth, floors: readonly Floor[]): string[] {
  const waits = floors.map(({ processorWaitShare }) => processorWaitShare).filter((share) => share !== null);
  const shares = [
    ...(processors === null
      ? []
      : [
          `processors ${percent(processors.busyShare)} busy, ${percent(processors.stealShare)} given to other machines`,
        ]),
    ...(waits.length === 0
      ? []
      : [`measuring thread without one for up to ${percent(Math.max(...waits))} of its time`]),
  ];
  return [
    ...(shares.length === 0 ? [] : [shares.join('; ')]),
    ...(eventLoopDelay === null
      ? []
      : [
          `event loop late by ${timeText(eventLoopDelay.p99Ns)} (p99), ${timeText(eventLoopDelay.maxNs)} at most`,
        ]),
  ];
}

function wallClockLines({ wallClockStepNs }: SelfTestHealth): string[] {
  return wallClockStepNs === 0
    ? []
    : [`the wall clock moved by ${timeText(wallClockStepNs)} against the monotonic one meanwhile`];
}

function doubtsSection({ doubts }: SelfTestResult): Section {
  const told = doubts.map(
    ({ code, message, advice }): Doubt => ({
      cause: code.replaceAll('-', ' '),
      cases: [{ code, message, evidence: [], others: '' }],
      advice: [advice],
    }),
  );
  const parts: Part[] = told.length === 0 ? [text('no doubts found')] : [{ kind: 'doubts', doubts: told }];
  return { id: 'doubts', title: 'Doubts', parts };
}

function thin(n: number): '~' | '' {
  return supportsQuantile(n, 0.99) ? '' : '~';
}

function thinLegend(rows: readonly (readonly string[])[]): string {
  const any = rows.flat().some((cell) => cell.startsWith('~'));
  return any ? '~ too few samples for this percentile: it is little more than the largest' : '';
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function numberText(n: number): string {
  return n.toLocaleString('en-US');
}
