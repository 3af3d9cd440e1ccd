/** Several rates beside each other: where the answer takes longer, and where it is no more. */
import type { PacedPercentile } from '../../../result/paced/paced-statistics.ts';
import { percentText } from '../../../text/numbers.ts';
import { perSecondText } from '../../../text/units.ts';
import { NONE, type Part } from '../document.ts';
import { type Field, fieldTable, figureField, wordField } from '../fields.ts';
import { isTold, type PacedStep } from './steps.ts';
import { percentileText, rateName } from './words.ts';

/** Of the response time. */
const SHOWN = ['p50', 'p99', 'p99_9'] as const;

export function sweepTable(steps: readonly PacedStep[]): Part {
  const fields: Field<PacedStep>[] = [
    figureField('asked', ({ statistics }) => rateName(statistics.askedPerSecond)),
    figureField('sent', ({ statistics }) => perSecondText(statistics.sentPerSecond), 5),
    figureField('answered', ({ statistics }) => perSecondText(statistics.answeredPerSecond.value ?? 0)),
    timeField('p50', 'response', 'p50'),
    timeField('p99', 'response', 'p99'),
    timeField('p99.9', 'response', 'p99_9', 4),
    timeField('service p50', 'service', 'p50', 3),
    timeField('service p99', 'service', 'p99', 1),
    figureField(
      'late',
      ({ record, statistics }) => (record.counts.sent === 0 ? NONE : percentText(statistics.lateShare)),
      2,
    ),
    figureField('backlog', ({ statistics }) => statistics.backlog.toLocaleString('en-US'), 6),
    wordField('', ({ statistics }) => (statistics.isSaturated ? 'saturated' : '')),
  ];
  const isMissing = steps.some((step) =>
    SHOWN.some((name) => isTold(step, 'response', name) && step.statistics.response?.[name].value === null),
  );
  const isThin = steps.some((step) => SHOWN.some((name) => !isTold(step, 'response', name)));
  const legend = [
    ...(isMissing ? ['> longer than all that were answered: among those lost or never sent'] : []),
    ...(isThin ? [`${NONE} too few probes beyond it`] : []),
  ].join('; ');
  return fieldTable(
    'Response time from due, and service time from sent, a row for each rate',
    steps,
    fields,
    legend,
  );
}

function timeField(
  name: string,
  kind: 'response' | 'service',
  percentile: PacedPercentile,
  spare?: number,
): Field<PacedStep> {
  const cell = (step: PacedStep): string => {
    const times = step.statistics[kind];
    return times === null || !isTold(step, kind, percentile)
      ? NONE
      : percentileText(times[percentile], times.max);
  };
  return figureField(name, cell, spare);
}
