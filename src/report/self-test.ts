/**
 * A self-test for people: what the clock, the sleeps and the loopback path show, down to which round-trip time that
 * can be trusted, and what speaks against it.
 */
import type {
  Floor,
  FloorFigure,
  SelfTestHealth,
  SelfTestResult,
  StampCounts,
} from '../result/self-test-result.ts';
import { supportsQuantile } from '../stats/quantiles.ts';
import { renderTable } from './table.ts';
import { inUnit, timeText, timeUnit, type Unit } from './units.ts';

/** The rule, as in the record. */
export const TRUST_RULE: readonly string[] = [
  "own part: on loopback there is no path to speak of, so all that is measured there is the instrument's own. It is",
  'the largest of three: the median, the spread from median to p99, the step of the clock. A round-trip time of ten',
  'times that is told within 10 %, one of a hundred times within 1 %.',
];

export function selfTestReport(result: SelfTestResult): string {
  const parts = [headline(result), sleepTable(result), floorTable(result), trustTable(result), notes(result)];
  return `${parts.filter((part) => part !== '').join('\n')}\n${doubtsText(result)}`;
}

function headline({ tool, system, clock, notNative }: SelfTestResult): string {
  const { platform, release, arch, cpus, cpu } = system;
  const processors = `${cpus} ${cpus === 1 ? 'processor' : 'processors'}${cpu === null ? '' : ` (${cpu})`}`;
  return [
    `echolot ${tool.version} measures itself: ${platform} ${release}, ${arch}, ${processors}, Node.js ${tool.node}\n`,
    ...(notNative === null ? [] : [`(no native engine: ${notNative})\n`]),
    `clock ${clock.name}: steps of ${clock.resolutionNs} ns, ${clock.readCostNs} ns a reading\n`,
  ].join('');
}

function sleepTable({ engines }: SelfTestResult): string {
  const slept = engines.flatMap(({ name, sleeps }) => (sleeps === null ? [] : [{ name, sleeps }]));
  const [first] = slept;
  if (first === undefined) return '';
  const unit = timeUnit(slept.map(({ sleeps }) => Math.abs(sleeps.medianNs)));
  const rows = slept.map(({ name, sleeps: { n, medianNs, p99Ns, maxNs } }) => [
    name,
    String(n),
    signed(medianNs, unit),
    thin(n) + signed(p99Ns, unit),
    signed(maxNs, unit),
  ]);
  const title = `How late a sleep of ${timeText(first.sleeps.askedNs)} ends, in ${unit.name}`;
  return `${title}\n\n${renderTable(['engine', 'n', 'median', 'p99', 'max'], rows)}`;
}

/** Timers may end early. */
function signed(ns: number, unit: Unit): string {
  return ns < 0 ? `-${inUnit(-ns, unit)}` : inUnit(ns, unit);
}

/** Every figure there is, in the order of its floors. */
function figuresOf(floors: readonly Floor[]): { floor: Floor; name: string; figure: FloorFigure }[] {
  return floors.flatMap((floor) =>
    (['application', 'kernel', 'network'] as const).flatMap((name) => {
      const figure = floor[name];
      return figure === null ? [] : [{ floor, name, figure }];
    }),
  );
}

function floorTable({ floors, server }: SelfTestResult): string {
  const figures = figuresOf(floors);
  const unit = timeUnit(floors.map(({ application }) => application.medianNs));
  const rows = figures.map(({ floor, name, figure: { n, minNs, medianNs, p99Ns } }) => [
    floor.engine,
    floor.wait,
    name,
    String(n),
    inUnit(minNs, unit),
    inUnit(medianNs, unit),
    thin(n) + inUnit(p99Ns, unit),
  ]);
  const title = `Round-trip time on loopback in ${unit.name}: ${server.payloadBytes} B, to a server (${server.engine}) on a thread of its own`;
  return `${title}\n\n${renderTable(['engine', 'wait', 'RTT', 'n', 'min', 'median', 'p99'], rows)}`;
}

/** Each figure has a unit of its own: on a busy machine they are far apart. */
function trustTable({ floors }: SelfTestResult): string {
  const rows = figuresOf(floors).map(({ floor, name, figure }) => [
    floor.engine,
    floor.wait,
    name,
    timeText(figure.ownNs),
    figure.boundBy,
    timeText(figure.within10PercentNs),
    timeText(figure.within1PercentNs),
  ]);
  const header = ['engine', 'wait', 'RTT', 'own part', 'by its', 'within 10 % from', 'within 1 % from'];
  return `What can be trusted\n\n${renderTable(header, rows)}`;
}

function notes(result: SelfTestResult): string {
  const { engines, floors, stamps, health } = result;
  const echoes = engines.flatMap(({ name, ownEcho }) =>
    ownEcho === null ? [] : [`${name} ${timeText(ownEcho.medianRttNs)}`],
  );
  const controls = new Set(floors.flatMap(({ congestionControl }) => congestionControl ?? []));
  const counts = [
    ...figuresOf(floors).map(({ figure }) => figure.n),
    ...engines.flatMap(({ sleeps }) => sleeps?.n ?? []),
  ];
  const anyThin = counts.some((n) => thin(n) !== '');
  return [
    ...TRUST_RULE,
    stampsText(stamps, floors),
    ...(echoes.length === 0
      ? []
      : [`for comparison, an echo with both ends on one thread: ${echoes.join(', ')}`]),
    ...(controls.size === 0 ? [] : [`congestion control ${[...controls].join(', ')}`]),
    ...healthLines(health, floors),
    ...(anyThin ? ['~ too few samples for this percentile: it is little more than the largest'] : []),
  ]
    .map((line) => `${line}\n`)
    .join('');
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

function healthLines(
  { eventLoopDelay, processors, wallClockStepNs }: SelfTestHealth,
  floors: readonly Floor[],
): string[] {
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
    ...(wallClockStepNs === 0
      ? []
      : [`the wall clock moved by ${timeText(wallClockStepNs)} against the monotonic one meanwhile`]),
  ];
}

function doubtsText({ doubts }: SelfTestResult): string {
  if (doubts.length === 0) return 'no doubts found\n';
  return doubts.map(({ message, advice }) => `doubt: ${message}; ${advice}\n`).join('');
}

function thin(n: number): '~' | '' {
  return supportsQuantile(n, 0.99) ? '' : '~';
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function numberText(n: number): string {
  return n.toLocaleString('en-US');
}
