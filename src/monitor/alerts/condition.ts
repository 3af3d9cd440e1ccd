/**
 * Under which conditions an alert holds, as they are written: `rtt.p99 > 2ms for 3 of 5`, `lost > 1% for 2 of 3`,
 * `change > 10 % of p99`, `down for 3 of 3`. The grammar is that of `--fail-if`, with how many of the newest intervals have to be
 * bad. What cannot be asked of a kept interval is refused here, and not found out at night.
 */
import { partsOf } from '../../analysis/load/conditions/load-condition.ts';
import type { Operator } from '../../analysis/threshold.ts';
import { usage } from '../../core/errors.ts';
import { parseShare, parseShortRate, parseTimeNs } from '../../text/quantity.ts';
import type { Layer, LayerSummary } from '../records/interval.ts';

/** A percentile of a layer, as it is kept of every interval; `rtt` is the round trip of whatever is measured: of echoes that of the program, of handshakes the kernel's. */
export interface LayerFigure {
  readonly layer: Layer | 'rtt';
  readonly statistic: Exclude<keyof LayerSummary, 'count'>;
}

export type Figure = LayerFigure | 'lost' | 'up.goodput' | 'down.goodput' | 'increase.p50';

interface Written {
  /** As it was given, with single blanks. */
  readonly text: string;
}

/** It holds when `bad` of the newest `of` intervals are bad. Those of which nothing is known are not among them. */
interface Repeated {
  readonly bad: number;
  readonly of: number;
}

export interface FigureCondition extends Written, Repeated {
  readonly kind: 'figure';
  readonly figure: Figure;
  readonly operator: Operator;
  /** ns, a share of 1, or bits per second. */
  readonly limit: number;
}

export interface DownCondition extends Written, Repeated {
  readonly kind: 'down';
}

export interface ChangeCondition extends Written {
  readonly kind: 'change';
  readonly figure: LayerFigure;
  /** A ratio above 1. */
  readonly limit: number;
}

export type AlertCondition = FigureCondition | DownCondition | ChangeCondition;

/** More than so many intervals nobody waits for. */
export const MOST_INTERVALS = 100;
const LAYERS: Readonly<Record<string, LayerFigure['layer']>> = {
  rtt: 'rtt',
  kernel: 'kernel',
  network: 'network',
  residence: 'residence',
  handshake: 'handshake',
  connect: 'connect',
  tls: 'tls',
};
const STATISTICS: Readonly<Record<string, LayerFigure['statistic']>> = {
  min: 'minNs',
  p5: 'p5Ns',
  p25: 'p25Ns',
  p50: 'p50Ns',
  p75: 'p75Ns',
  p90: 'p90Ns',
  p99: 'p99Ns',
  max: 'maxNs',
};
const OTHERS = ['lost', 'up.goodput', 'down.goodput', 'increase.p50'] as const;
const FORM = 'write it as in rtt.p99 > 2ms for 3 of 5, lost > 1%, change > 10 % of p50 or down for 3 of 3';

/** @throws EcholotError `usage` when it is none, in words that say what there is */
export function parseCondition(given: string): AlertCondition {
  const text = given.trim().replace(/\s+/g, ' ');
  const [, what = '', times] = /^(.+?)(?: for (.*))?$/.exec(text) ?? [];
  if (what === 'down') return { kind: 'down', text, ...repeatedOf(times, text) };
  if (/^change\b/.test(what)) return changeOf(what, times, text);
  const { name, operator, value } = partsOf(what, FORM);
  const figure = figureOf(name, text);
  return {
    kind: 'figure',
    text,
    figure,
    operator,
    limit: limitOf(figure, value, text),
    ...repeatedOf(times, text),
  };
}

function repeatedOf(times: string | undefined, text: string): Repeated {
  if (times === undefined) return { bad: 1, of: 1 };
  const [, bad, of] = /^(\d{1,3}) of (\d{1,3})$/.exec(times)?.map(Number) ?? [];
  if (bad === undefined || of === undefined || bad < 1 || bad > of || of > MOST_INTERVALS) {
    throw usage(
      `"${text}" does not say of how many intervals`,
      `end it as in for 3 of 5, of ${MOST_INTERVALS} at most`,
    );
  }
  return { bad, of };
}

/** `change > 10 %`, of the median of echoes where nothing else is said. */
function changeOf(what: string, times: string | undefined, text: string): ChangeCondition {
  const [, percent, of = 'p50'] = /^change ?> ?(\d{1,4}(?:\.\d+)?) ?%(?: of (\S+))?$/.exec(what) ?? [];
  if (percent === undefined || Number(percent) === 0) {
    throw usage(`"${text}" is no change`, 'write it as in change > 10 % or change > 10 % of p99');
  }
  if (times !== undefined) {
    throw usage(`"${text}" counts intervals`, 'leave out the "for": a change is told when it is sure');
  }
  const figure = figureOf(of.includes('.') ? of : `rtt.${of}`, text);
  if (typeof figure === 'string' || (figure.statistic !== 'p50Ns' && figure.statistic !== 'p99Ns')) {
    throw usage(
      `"${text}" is of ${of}, of which no change is told`,
      'use p50, p99, or those of a layer, such as handshake.p50',
    );
  }
  return { kind: 'change', text, figure, limit: 1 + Number(percent) / 100 };
}

function figureOf(name: string, text: string): Figure {
  const other = OTHERS.find((one) => one === name);
  if (other !== undefined) return other;
  const [layerName = '', statisticName = ''] = name.split('.', 2);
  const layer = Object.hasOwn(LAYERS, layerName) ? LAYERS[layerName] : undefined;
  const known = [...Object.keys(LAYERS).map((one) => `${one}.p50`), ...OTHERS].join(', ');
  if (layer === undefined) throw usage(`"${text}" is of ${name}, which is not kept`, `use one of ${known}`);
  const key = statisticName === 'median' ? 'p50' : statisticName;
  const statistic = Object.hasOwn(STATISTICS, key) ? STATISTICS[key] : undefined;
  if (statistic !== undefined && name === `${layerName}.${statisticName}`) return { layer, statistic };
  throw usage(
    `"${text}" asks for ${name.slice(layerName.length + 1)}, which is not kept of ${layerName}`,
    `use one of ${Object.keys(STATISTICS).join(', ')}`,
  );
}

function limitOf(figure: Figure, value: string, text: string): number {
  if (figure === 'lost') {
    const share = parseShare(value);
    if (share !== undefined && share <= 1) return share;
    throw usage(`"${text}" ends with "${value}"`, 'give a share up to 100%, such as 1%');
  }
  if (figure === 'up.goodput' || figure === 'down.goodput') {
    const rate = /^\d+(?:\.\d+)?$/.test(value) ? undefined : parseShortRate(value);
    if (rate !== undefined) return rate;
    throw usage(`"${text}" ends with "${value}"`, 'use bit/s, kbit/s, Mbit/s or Gbit/s, or k, M or G');
  }
  const timeNs = parseTimeNs(value);
  if (timeNs !== undefined) return timeNs;
  const advice =
    value.endsWith('%') || value.endsWith('x')
      ? 'give a time, or a condition such as change > 10 %'
      : 'use ns, us, ms, s or m';
  throw usage(`"${text}" ends with "${value}"`, advice);
}
