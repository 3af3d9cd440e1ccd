/** A result for people: a table for each measurement, what they mean, and every doubt. */
import type { Result } from '../result/result.ts';
import { anatomyTables } from './anatomy.ts';
import { notes } from './notes.ts';
import { measurementTables } from './tables.ts';
import { WIDTH, wrapped } from './text.ts';
import { verdict } from './verdict.ts';

export function humanReport(result: Result): string {
  const parts = [
    headline(result),
    measurementTables(result, 'rtt'),
    measurementTables(result, 'throughput'),
    anatomyTables(result),
    notes(result),
    verdict(result),
    outcomeText(result),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function headline({ tool, plan, dialect, engine, blocks, runs }: Result): string {
  const remotes = [...new Set(blocks.map(({ remote }) => remote.address))].join(', ');
  const address = remotes === '' || remotes === plan.host ? '' : ` (${remotes})`;
  const spoken = dialect.spoken ?? dialect.requested;
  const protocol = spoken === 'plain' ? 'plain echo' : `dialect ${spoken}`;
  const merged = runs.length > 1 ? `, ${runs.length} runs` : '';
  const target = `echolot ${tool.version}: ${plan.host} port ${plan.port}${address},`;
  const how = `${protocol}, engine ${engine.name}${merged}`;
  const fits = target.length + 1 + how.length <= WIDTH;
  const fallback = engine.fallback === null ? '' : wrapped(`not the native engine: ${engine.fallback}`, '  ');
  return `${target}${fits ? ' ' : '\n  '}${how}\n${fallback}`;
}

/** A report that is read later must say that it is not the whole run. */
function outcomeText({ outcome, plan, blocks }: Result): string {
  if (outcome.status === 'complete') return '';
  const how = outcome.status === 'cancelled' ? 'was cancelled' : `failed: ${outcome.error?.message ?? ''}`;
  const begun = blocks.filter(({ kind }) => kind === 'measured').length;
  const planned = plan.blocks === null ? '' : ` of ${plan.blocks * plan.measurements.length}`;
  return wrapped(`incomplete: the run ${how}; ${begun}${planned} blocks were begun`, '  ');
}
