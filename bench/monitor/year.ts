/**
 * A file as it is after more than a year of ten targets at 10 s with the default retention. Rows are written as the upkeep would have
 * left them: of each step a few hundred different ones for each target, one after the other, as a year of samples would take hours.
 */
import type { Interval } from '../../src/monitor/records/interval.ts';
import { type Row, rowOfInterval } from '../../src/monitor/store/packed/row.ts';
import { DEFAULT_RETENTION } from '../../src/monitor/store/retention.ts';
import { sumOf } from '../../src/monitor/store/roll-up.ts';
import { openForWriting } from '../../src/monitor/store/sqlite/database.ts';
import { inTransaction } from '../../src/monitor/store/sqlite/schema.ts';
import { insertInterval } from '../../src/monitor/store/sqlite/writing.ts';
import { STEPS_MS, type StepMs } from '../../src/monitor/store/store.ts';
import { valuesOf } from '../../src/monitor/store/tables/columns.ts';
import { measureOnce, measureRuns, type Path } from './path.ts';

const RUN_MS = 10_000;
/** Different rows of each step and target. */
const DIFFERENT: Readonly<Record<StepMs, number>> = { 0: 1_000, 60000: 400, 900000: 96, 21600000: 8 };

export interface WrittenYear {
  /** Where each step of the file begins, and how large its rows are on average. */
  readonly rows: Readonly<Record<StepMs, number>>;
  readonly bytesPerRow: Readonly<Record<StepMs, number>>;
}

export function writeYear(file: string, paths: readonly Path[], nowMs: number): WrittenYear {
  const { db, close } = openForWriting(file);
  const addSeries = db.prepare("INSERT INTO series VALUES (?, ?, 'measure', ?, ?, ?, ?, ?, '{}')");
  const addRow = db.prepare(insertInterval('IGNORE'));
  const rows = { 0: 0, 60000: 0, 900000: 0, 21600000: 0 };
  const bytes = { 0: 0, 60000: 0, 900000: 0, 21600000: 0 };
  const firstMs = nowMs - DEFAULT_RETENTION[21_600_000];
  for (const [i, path] of paths.entries()) {
    const { target, address, port, workload } = path.series;
    addSeries.run(i + 1, target, address, port, workload, firstMs, nowMs);
    for (const stepMs of STEPS_MS) {
      const different = differentRows(path, stepMs);
      const everyMs = stepMs === 0 ? RUN_MS : stepMs;
      const beginMs = Math.ceil((nowMs - DEFAULT_RETENTION[stepMs]) / everyMs) * everyMs;
      inTransaction(db, () => {
        for (let fromMs = beginMs; fromMs < nowMs; fromMs += everyMs) {
          const row = {
            ...(different[rows[stepMs]++ % different.length] as Row),
            fromMs,
            toMs: fromMs + everyMs,
          };
          bytes[stepMs] += sizeOf(row);
          addRow.run(...valuesOf(i + 1, stepMs, stepMs === 0 ? 0xdeadbeef : 0, row));
        }
      });
    }
  }
  close();
  const perRow = (stepMs: StepMs): number => bytes[stepMs] / rows[stepMs];
  return {
    rows,
    bytesPerRow: {
      0: perRow(0),
      60000: perRow(60_000),
      900000: perRow(900_000),
      21600000: perRow(21_600_000),
    },
  };
}

function differentRows(path: Path, stepMs: StepMs): Row[] {
  const of = (i: number): Interval => {
    if (stepMs === 0) return measureOnce(path, i * RUN_MS);
    if (stepMs < 21_600_000) return measureRuns(path, i * stepMs, stepMs / RUN_MS, stepMs);
    const quarters = Array.from({ length: 24 }, (_, quarter) =>
      measureRuns(path, i * stepMs + quarter * 900_000, 90, 900_000),
    );
    return sumOf(quarters, { fromMs: i * stepMs, toMs: (i + 1) * stepMs });
  };
  return Array.from({ length: DIFFERENT[stepMs] }, (_, i) => rowOfInterval(of(i), stepMs));
}

function sizeOf({ layers, summaries }: Row): number {
  return [...Object.values(layers), ...Object.values(summaries)].reduce((sum, { length }) => sum + length, 0);
}
