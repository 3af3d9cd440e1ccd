/** The tables of paced probes: percentiles of both kinds of time, the course of a step, lateness, each connection. */
import type {
  PacedConnectionRecord,
  PacedPartRecord,
  PacedResult,
} from '../../../result/paced/paced-result.ts';
import {
  PACED_PERCENTILES,
  type PacedEstimate,
  type PacedTimes,
} from '../../../result/paced/paced-statistics.ts';
import { endpointText } from '../../../text/endpoint.ts';
import { figureText, percentText } from '../../../text/numbers.ts';
import { kernelTimeText, timeUnit, type Unit } from '../../../text/units.ts';
import { type Depth, NONE, type Part, type Section, text } from '../document.ts';
import { type Field, fieldTable, figureField, wordField } from '../fields.ts';
import { INTERVAL } from '../intervals.ts';
import { isClosed, isTold, type PacedStep, stepsOf } from './steps.ts';
import { cellOf, intervalCell, latencyText, percentileCell, percentileName, rateName } from './words.ts';

const NS_PER_S = 1_000_000_000;
/** More rows than that are for those who ask for all. */
const MOST_CONNECTIONS = 8;

/** Of several rates only for those who want all: the answer has a row for each of them. */
export function percentilesSection(result: PacedResult, depth: Depth): Section {
  const steps = stepsOf(result);
  const shown = depth === 'full' || steps.length === 1 ? steps : [];
  return {
    id: 'percentiles',
    title: 'Percentiles',
    parts: shown.flatMap((step) => percentileTable(step, isClosed(result), steps.length > 1)),
  };
}

interface PercentileRow {
  readonly name: string;
  /** Undefined where too few probes lie beyond it. */
  readonly response: PacedEstimate | undefined;
  readonly service: PacedEstimate | undefined;
}

function percentileTable(step: PacedStep, closed: boolean, isOneOfSeveral: boolean): Part[] {
  const { response, service, askedPerSecond, missing } = step.statistics;
  if (response === null || service === null) return [];
  const unit = timeUnit([service.p50.value ?? service.max]);
  const rows: PercentileRow[] = [
    { name: 'min', response: plain(response.min), service: plain(service.min) },
    ...PACED_PERCENTILES.map((name) => ({
      name: percentileName(name),
      response: isTold(step, 'response', name) ? response[name] : undefined,
      service: isTold(step, 'service', name) ? service[name] : undefined,
    })),
    { name: 'max', response: plain(response.max), service: plain(service.max) },
  ];
  const fields: Field<PercentileRow>[] = [
    wordField('', ({ name }) => name),
    ...(closed ? [] : timeFields('response', response, unit)),
    ...timeFields(closed ? 'response' : 'service', service, unit),
  ];
  const at = isOneOfSeveral ? ` at ${rateName(askedPerSecond)}` : '';
  const caption = closed
    ? `Response time in ${unit.name}`
    : `Response time (from due) and service time (from sent)${at} in ${unit.name}`;
  const legend = [
    ...(missing > 0
      ? [`of the response time ${missing.toLocaleString('en-US')} lost or never sent are the longest`]
      : []),
    ...(rows.some(({ response: one }) => one?.refused !== null)
      ? [`${NONE} too few probes beyond it, or too short for an interval`]
      : []),
  ];
  return [fieldTable(caption, rows, fields, legend.join('; '))];
}

/** What is exact has no interval. */
function plain(value: number): PacedEstimate {
  return { value, interval: null, refused: null };
}

function timeFields(name: 'response' | 'service', times: PacedTimes, unit: Unit): Field<PercentileRow>[] {
  const estimate = (row: PercentileRow): PacedEstimate | undefined => row[name];
  return [
    figureField(name, (row) => {
      const own = estimate(row);
      return own === undefined ? NONE : percentileCell(own, times.max, unit);
    }),
    figureField(INTERVAL, (row) => {
      const own = estimate(row);
      if (own === undefined) return NONE;
      if (own.interval === null && own.refused === null) return '';
      return intervalCell(own, unit);
    }),
  ];
}

/** What kept probes from leaving in time, of each step. */
export function latenessSection(result: PacedResult): Section {
  const id = 'lateness';
  const title = 'Lateness';
  const steps = stepsOf(result);
  if (isClosed(result) || steps.length === 0) return { id, title, parts: [] };
  const share =
    (by: 'byThread' | 'bySocket' | 'byAnswer') =>
    ({ record: { late, counts } }: PacedStep): string =>
      counts.sent === 0 ? NONE : percentText(late[by] / counts.sent);
  const time =
    (of: 'lateP50' | 'lateP99' | 'lateMax') =>
    ({ statistics }: PacedStep): string => {
      const ns = statistics[of];
      return ns === null ? NONE : latencyText(ns);
    };
  const fields: Field<PacedStep>[] = [
    figureField('asked', ({ statistics }) => rateName(statistics.askedPerSecond)),
    figureField('p50', time('lateP50')),
    figureField('p99', time('lateP99')),
    figureField('max', time('lateMax')),
    figureField('own thread', share('byThread')),
    figureField('full socket', share('bySocket')),
    figureField('in-flight limit', share('byAnswer')),
  ];
  const caption =
    'From when a probe was due to when it left, and what was in the way of those later than 100 µs';
  return { id, title, parts: [fieldTable(caption, steps, fields)] };
}

/** How each step went. */
export function courseSection(result: PacedResult): Section {
  const steps = stepsOf(result);
  const parts = steps.flatMap((step) => partsTable(step, isClosed(result), steps.length > 1));
  return { id: 'course', title: 'Over time', parts };
}

function partsTable({ record, statistics }: PacedStep, closed: boolean, isOneOfSeveral: boolean): Part[] {
  const { parts } = record;
  if (parts.length === 0) return [];
  const unit = timeUnit(parts.flatMap(({ service }) => service?.p50 ?? []));
  const count = (name: 'due' | 'sent' | 'answered' | 'backlog', spare?: number): Field<PacedPartRecord> =>
    figureField(name, (part) => part[name].toLocaleString('en-US'), spare);
  const time = (
    kind: 'response' | 'service',
    percentile: 'p50' | 'p90' | 'p99' | 'max',
    spare?: number,
  ): Field<PacedPartRecord> => {
    const name = closed || kind === 'response' ? percentile : `service ${percentile}`;
    return figureField(
      name,
      (part) => {
        const quantiles = part[kind];
        return quantiles === null ? NONE : cellOf(quantiles[percentile], unit);
      },
      spare,
    );
  };
  const fields: Field<PacedPartRecord>[] = [
    figureField('from, s', ({ fromAtNs }) => (fromAtNs / NS_PER_S).toFixed(3)),
    ...(closed ? [] : [count('due', 2)]),
    count('sent', 3),
    count('answered'),
    ...(closed ? [] : [count('backlog')]),
    time('response', 'p50'),
    time('response', 'p90', 4),
    time('response', 'p99'),
    time('response', 'max', 5),
    ...(closed ? [] : [time('service', 'p50', 1), time('service', 'p99', 1)]),
  ];
  const at = isOneOfSeveral ? ` at ${rateName(statistics.askedPerSecond)}` : '';
  return [fieldTable(`Parts${at}, response time in ${unit.name}`, parts, fields)];
}

interface ConnectionRow {
  readonly record: PacedConnectionRecord;
  readonly sent: number;
  readonly answered: number;
  /** Of the only step; null where there are several. */
  readonly serviceP50Ns: number | null;
}

/** Each connection; where there are many, only for those who want all. */
export function connectionsSection(result: PacedResult, depth: Depth): Section {
  const { connections } = result;
  const id = 'connections';
  const title = 'Connections';
  if (connections.length === 0) return { id, title, parts: [] };
  if (depth !== 'full' && connections.length > MOST_CONNECTIONS) {
    return { id, title, parts: [text(`${connections.length} connections: --full lists them`)] };
  }
  const rows = connections.map((record) => rowOf(record, result));
  const fields: Field<ConnectionRow>[] = [
    figureField('connection', ({ record }) => String(record.number)),
    figureField('port', ({ record }) => String(record.local.port), 2),
    wordField('to', ({ record }) => endpointText(record.remote), 1),
    figureField('handshake', ({ record: { handshakeRttNs } }) =>
      handshakeRttNs === null ? NONE : kernelTimeText(handshakeRttNs),
    ),
    wordField('congestion control', ({ record }) => record.socket?.congestionControl ?? NONE, 0),
    figureField('sent', ({ sent }) => sent.toLocaleString('en-US')),
    figureField('answered', ({ answered }) => answered.toLocaleString('en-US')),
    figureField('service p50', ({ serviceP50Ns }) =>
      serviceP50Ns === null ? NONE : latencyText(serviceP50Ns),
    ),
    wordField('lost', ({ record: { lostAtNs, error } }) =>
      lostAtNs === null
        ? ''
        : `at ${figureText(lostAtNs / NS_PER_S, 3)} s${error === null ? '' : `: ${error.message}`}`,
    ),
  ];
  return { id, title, parts: [fieldTable('Connections, and what each carried', rows, fields)] };
}

function rowOf(record: PacedConnectionRecord, { steps }: PacedResult): ConnectionRow {
  const own = steps.flatMap(({ byConnection }) => byConnection[record.number - 1] ?? []);
  const sum = (of: 'sent' | 'answered'): number => own.reduce((all, share) => all + share[of], 0);
  return {
    record,
    sent: sum('sent'),
    answered: sum('answered'),
    serviceP50Ns: own.length === 1 ? (own[0]?.serviceP50Ns ?? null) : null,
  };
}
