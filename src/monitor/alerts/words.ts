/** What an alert has to say, in a sentence that tells what it stands on. */
import { inUnit, timeText, timeUnit } from '../../text/units.ts';
import type { Notice } from './alert.ts';
import type { AlertCondition, Figure } from './condition.ts';
import type { Judgement } from './judge.ts';

/** More figures are no evidence any more but a table. */
const MOST_FIGURES = 5;
const MBIT = 1e6;

/** @param name of the alert, told where it says more than its condition */
export function noticeText(target: string, name: string, condition: AlertCondition, notice: Notice): string {
  const text = conditionText(target, condition, notice);
  return name === condition.text || name === condition.kind ? text : `${text} [${name}]`;
}

function conditionText(target: string, condition: AlertCondition, notice: Notice): string {
  const { kind, evidence } = notice;
  if (kind === 'flapping')
    return `${target}: ${condition.text} comes and goes; nothing more is told until it settles`;
  if (condition.kind === 'change') return changeText(target, condition.figure, notice);
  const { intervals } = evidence;
  const bad = intervals.filter(({ isBad }) => isBad);
  if (kind === 'resolved')
    return `${target}: ${condition.text} is over${figuresText(condition, intervals.slice(-1))}`;
  const share = `${bad.length} of the last ${intervals.length === 1 ? 'interval' : `${intervals.length} intervals`}`;
  return `${target}: ${condition.text}: ${share}${figuresText(condition, bad)}`;
}

function changeText(target: string, figure: Figure, { kind, evidence: { change } }: Notice): string {
  const what = figureName(figure);
  if (kind === 'resolved' || change === null)
    return `${target}: the change of ${what} is over, or no news any more`;
  const { before, now, ratio, interval, sinceMs } = change;
  const range =
    interval === null ? '' : `, 95 % interval ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}`;
  const since = sinceMs === null ? '' : `, since ${new Date(sinceMs).toISOString().slice(11, 19)} UTC`;
  const from = before === null || now === null ? '' : ` from ${timeText(before)} to ${timeText(now)}`;
  return `${target}: ${what} changed${from} (x${(ratio ?? Number.NaN).toFixed(2)}${range}${since})`;
}

function figuresText(condition: AlertCondition, judged: readonly Judgement[]): string {
  const values = judged.flatMap(({ value }) => (value === null ? [] : [value])).slice(-MOST_FIGURES);
  if (values.length === 0 || condition.kind !== 'figure') return '';
  return ` (${valuesText(condition.figure, values)})`;
}

function valuesText(figure: Figure, values: readonly number[]): string {
  if (figure === 'lost') return values.map((share) => `${(share * 100).toPrecision(3)} %`).join(', ');
  if (figure === 'up.goodput' || figure === 'down.goodput')
    return values.map((rate) => `${(rate / MBIT).toPrecision(4)} Mbit/s`).join(', ');
  const unit = timeUnit(values);
  return `${values.map((ns) => inUnit(ns, unit, 3)).join(', ')} ${unit.name}`;
}

function figureName(figure: Figure): string {
  if (typeof figure === 'string') return figure;
  const statistic = figure.statistic === 'p50Ns' ? 'the median' : `the ${figure.statistic.replace('Ns', '')}`;
  return figure.layer === 'rtt' ? statistic : `${statistic} of ${figure.layer}`;
}
