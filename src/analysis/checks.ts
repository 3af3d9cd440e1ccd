/**
 * The verdict on a result: everything that is looked for, in one table. A doubt is raised with its evidence only;
 * what a recording does not tell is unknown, which is no doubt and no clearance.
 */
import { CHECK_NAMES, type CheckName, type CheckRecord } from '../result/checks.ts';
import type { Analysis, Recording } from '../result/result.ts';
import type { SeriesRecord } from '../result/series-record.ts';
import type { Warning } from '../result/warnings.ts';
import { ADDRESS } from './checks/address.ts';
import { SOMETHING_BETWEEN } from './checks/between.ts';
import { type Check, type Found, isUnknown, subjectOf } from './checks/check.ts';
import { ENGINE, PROCESSOR, STALLS, SUSPENSION } from './checks/client.ts';
import { CLOCK, STAMPS, WALL_CLOCK } from './checks/clocks.ts';
import { COLD_START } from './checks/cold-start.ts';
import { DELAYED_ACK } from './checks/delayed-ack.ts';
import { ECHO_FORM } from './checks/echo-form.ts';
import { LONE_DELAYS } from './checks/lone-delays.ts';
import { RETRANSMISSIONS, WINDOW } from './checks/path.ts';
import { PRECISION, SAMPLES } from './checks/samples.ts';
import { CLOSED_EARLY, PIECES, SERVER_DELAY, SERVER_STALLS } from './checks/server.ts';
import { SERVER_BUSY } from './checks/server-busy.ts';
import { DRIFT, OUTLIERS } from './checks/steadiness.ts';

const CHECKS: Readonly<Record<CheckName, Check>> = {
  samples: SAMPLES,
  address: ADDRESS,
  drift: DRIFT,
  outliers: OUTLIERS,
  'lone-delays': LONE_DELAYS,
  'cold-start': COLD_START,
  processor: PROCESSOR,
  stalls: STALLS,
  clock: CLOCK,
  'wall-clock': WALL_CLOCK,
  suspension: SUSPENSION,
  'something-between': SOMETHING_BETWEEN,
  'delayed-ack': DELAYED_ACK,
  pieces: PIECES,
  'echo-form': ECHO_FORM,
  'server-delay': SERVER_DELAY,
  'server-stalls': SERVER_STALLS,
  'server-busy': SERVER_BUSY,
  window: WINDOW,
  retransmissions: RETRANSMISSIONS,
  'closed-early': CLOSED_EARLY,
  stamps: STAMPS,
  engine: ENGINE,
  precision: PRECISION,
};

/** These tell of a run of which not one sample counts; of all others there is nothing to tell then. */
const WITHOUT_SAMPLES: readonly CheckName[] = ['suspension', 'closed-early'];
const NOTHING_MEASURED: Found = { unknown: 'nothing was measured' };

/** One record for each check, in the order of {@link CHECK_NAMES}, and the doubts in the same order. */
export function runChecks(
  recording: Recording,
  series: readonly SeriesRecord[],
): Pick<Analysis, 'checks' | 'warnings'> {
  const subject = subjectOf(recording, series);
  const checks: CheckRecord[] = [];
  const warnings: Warning[] = [];
  for (const name of CHECK_NAMES) {
    const { question, look } = CHECKS[name];
    const found =
      subject.series.length > 0 || WITHOUT_SAMPLES.includes(name) ? look(subject) : NOTHING_MEASURED;
    if (isUnknown(found)) {
      checks.push({ name, question, finding: 'unknown', reason: found.unknown });
    } else {
      checks.push({ name, question, finding: found.length === 0 ? 'clear' : 'doubt', reason: null });
      warnings.push(...found.map(inWholeTimes));
    }
  }
  return { checks, warnings };
}

/** Times in a record are whole nanoseconds; those of a warning are often quantiles. */
function inWholeTimes(warning: Warning): Warning {
  const rounded = Object.entries(warning).map(([name, value]) => [
    name,
    name.endsWith('Ns') && typeof value === 'number' ? Math.round(value) : value,
  ]);
  // The same fields, with values of the same kinds.
  return Object.fromEntries(rounded) as unknown as Warning;
}
