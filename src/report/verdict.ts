/** What speaks against the figures: every doubt with its advice, and what was looked for in vain. */
import type { CheckRecord } from '../result/checks.ts';
import type { Result } from '../result/result.ts';
import { sizeText } from '../result/size-text.ts';
import type { Warning } from '../result/warnings.ts';
import { counted, percentText, wrapped } from './text.ts';

export function verdict(result: Result): string {
  const { checks, warnings } = result;
  const doubts = [...Map.groupBy(warnings, ({ code }) => code).values()].map(doubtText);
  const clear = checks.filter(({ finding }) => finding === 'clear').map(nameOf);
  const head = doubts.length > 0 ? counted(doubts.length, 'doubt') : 'no doubts found';
  const looked =
    clear.length === 0 ? '' : ` (checked${doubts.length > 0 ? ' and clear' : ''}: ${clear.join(', ')})`;
  return [stopText(result), wrapped(`Verdict: ${head}${looked}`, '  '), ...doubts, unknownText(checks)].join(
    '',
  );
}

/** One doubt of several sizes is told once, with the first as an example. */
function doubtText(alike: readonly Warning[]): string {
  const [first, ...others] = alike as [Warning, ...Warning[]];
  const more = others.length === 0 ? '' : `; ${others.length} more like it (${seriesText(others)})`;
  return wrapped(`doubt: ${first.message}${more}; ${first.advice}`, '  ');
}

function seriesText(warnings: readonly Warning[]): string {
  const series = warnings.flatMap((warning) => ('measurement' in warning ? [warning] : []));
  return [...Map.groupBy(series, ({ measurement }) => measurement)]
    .map(([measurement, those]) => {
      const sizes = those.map(({ payloadBytes }) => sizeText(payloadBytes)).join(', ');
      return `${measurement === 'rtt' ? 'RTT' : measurement} of ${sizes}`;
    })
    .join('; ');
}

/** What ended the run, where it was not the number of blocks that was asked for. */
function stopText({ stop, plan }: Result): string {
  const { reason, rounds, achievedPrecision } = stop;
  const asked = plan.precision === null ? '' : `, asked ${percentText(plan.precision)}`;
  const achieved =
    achievedPrecision === null ? '' : `: medians known to within ${percentText(achievedPrecision)}${asked}`;
  const after = `after ${counted(rounds, 'round')}`;
  switch (reason) {
    case 'precision':
      return wrapped(`Precision reached ${after}${achieved}`, '  ');
    case 'max-time':
      return wrapped(`Stopped by the time limit ${after}${achieved}`, '  ');
    case 'max-samples':
      return wrapped(`Stopped ${after}, since a run can hold no more samples${achieved}`, '  ');
    default:
      return '';
  }
}

/** One line for each reason. */
function unknownText(checks: readonly CheckRecord[]): string {
  const unknown = checks.filter(({ finding }) => finding === 'unknown');
  const byReason = Map.groupBy(unknown, ({ reason }) => reason ?? 'no reason is known');
  return [...byReason]
    .map(([reason, those]) => wrapped(`not checked: ${those.map(nameOf).join(', ')} (${reason})`, '  '))
    .join('');
}

function nameOf({ name }: CheckRecord): string {
  return name.replaceAll('-', ' ');
}
