/**
 * The line that says how a measurement stands to what a monitor keeps of its path. It stands below the report, and on standard error
 * where standard output is for programs: a record is of one measurement, and says nothing of others.
 */
import type { PacedResult, Result } from '../../../index.ts';
import { readStanding, type StandingQuery } from '../../../monitors.ts';
import { standingLines } from '../../../report/document/monitor/standing.ts';
import { wrapped } from '../../../text/lines.ts';
import type { MeasureArguments } from '../../commands/measure.ts';
import { PROGRAM_NAME } from '../../program.ts';
import { complain, print } from '../../streams.ts';
import { withStore } from './open-store.ts';

type Medians = StandingQuery['medians'];

/** Before anything is measured. @throws EcholotError where there is no store */
export async function requireStore({ store }: MeasureArguments): Promise<void> {
  if (store !== undefined) await withStore(store, async () => undefined);
}

/** Nothing where no store was named, or nothing was measured. @throws EcholotError where it cannot be read any more */
export async function tellStanding(
  result: Result | PacedResult,
  { store: file, form, output }: MeasureArguments,
): Promise<void> {
  const probes = result.format === 'echolot-result' ? 'waiting' : 'spread';
  const medians = result.format === 'echolot-result' ? mediansOf(result) : pacedMediansOf(result);
  if (file === undefined || medians.length === 0) return;
  const { host, port } = result.plan;
  const nowMs = Date.now();
  const known = await withStore(file, (store) =>
    readStanding(store, { hosts: [host, ...remotesOf(result)], port, medians, nowMs }),
  );
  for (const line of standingLines(known, probes, nowMs)) {
    if (form === 'human' && output === undefined) await print(`${wrapped(line, '  ')}`);
    else complain(`${PROGRAM_NAME}: ${line}\n`);
  }
}

function mediansOf({ series }: Result): Medians {
  return series.flatMap(({ workload: { kind, payloadBytes }, statistics }) =>
    kind === 'rtt' && statistics !== null ? [{ payloadBytes, valueNs: statistics.rttNs.median }] : [],
  );
}

/** Of one rate: of several nobody could say which is meant. */
function pacedMediansOf({ plan: { payloadBytes }, statistics: { steps } }: PacedResult): Medians {
  const [only, second] = steps;
  const valueNs = second === undefined ? only?.response?.p50.value : null;
  return valueNs === null || valueNs === undefined ? [] : [{ payloadBytes, valueNs }];
}

function remotesOf(result: Result | PacedResult): string[] {
  const ends =
    result.format === 'echolot-result'
      ? result.blocks.map(({ remote }) => remote)
      : result.connections.map(({ remote }) => remote);
  return [...new Set(ends.map(({ address }) => address))];
}
