/** The doubts that a load can carry: when each of them is told, with the thresholds as the code has them. */

import { MIN_STEP_NS } from '../../src/analysis/checks/clocks.ts';
import { BUSY_SHARE, RATE_EXCESS, RATE_TOLERANCE } from '../../src/analysis/load/carried/limits.ts';
import { UNREPORTED_NS } from '../../src/analysis/load/carried/receipts.ts';
import { SDT } from '../../src/analysis/load/carried/settling.ts';
import { BUSY_MOMENTS_SHARE, SHARED_BUSY_SHARE } from '../../src/analysis/load/doubts/machine.ts';
import { BACKLOG_NS, LATE_NS, LATE_SHARE, LOST_SHARE } from '../../src/analysis/load/doubts/probes.ts';
import {
  CLOCK_TOLERANCE,
  LATE_REPORTS_SHARE,
  RESIDENCE_SHARE,
} from '../../src/analysis/load/doubts/reports.ts';
import { SILENT_NS } from '../../src/analysis/load/doubts/silence.ts';
import { RISING_FACTOR, RISING_NS } from '../../src/analysis/load/doubts/steadiness.ts';
import { CAPPED_SHARE, UNFAIR_INDEX } from '../../src/analysis/load/doubts/streams.ts';
import { MIN_BLOCK_NS } from '../../src/analysis/load/window.ts';
import { MAX_END_NS } from '../../src/facts/load.ts';
import type { LoadDoubtCode } from '../../src/result/load/load-statistics.ts';
import { MIN_BLOCKS } from '../../src/stats/quantile/interval.ts';
import { percentText } from '../../src/text/numbers.ts';
import { delayText } from '../../src/text/units.ts';
import { code, table } from './markdown.ts';

interface DoubtDoc {
  readonly meaning: string;
  /** What the value is. */
  readonly value: string;
}

const DOUBTS: Readonly<Record<LoadDoubtCode, DoubtDoc>> = {
  'reports-impossible': {
    meaning: `What the server told cannot be: it has received more than was sent, or says to have sent less than came; its counts or its clock go backwards; or its clock runs faster or slower than the client's by more than ${percentText(CLOCK_TOLERANCE)} and the longest round trip.`,
    value: 'bytes too many or too few, or the share by which its clock is wrong',
  },
  'residence-impossible': {
    meaning: `The server told of more than ${percentText(RESIDENCE_SHARE)} of the answered probes that it had kept them for longer than their round trips took, or had let them wait for longer than it kept them. They are in no part of a round trip.`,
    value: 'how many probes',
  },
  'nothing-carried': {
    meaning:
      'Not one byte of the data of a direction arrived in the time that the figures of a phase are of: where probes beside it were answered, packets of full size may be lost on the way. `echolot load` ends with exit code 1.',
    value: 'how many probes were answered',
  },
  'reports-missing': {
    meaning: `For more than ${delayText(UNREPORTED_NS)} the server did not report what it had received on a stream.`,
    value: 'the longest such time, ns',
  },
  'reports-late': {
    meaning: `More than ${percentText(LATE_REPORTS_SHARE)} of the reports on a stream told less than the server had read: data before a marker that it had answered was not counted. Those reports are left out.`,
    value: 'their share',
  },
  'rate-exceeded': {
    meaning: `Goodput was more than ${RATE_EXCESS} times the rate that was asked for or granted.`,
    value: 'its mean, bit/s',
  },
  'stream-lost': {
    meaning: 'A connection that carried data ended before it was told to.',
    value: 'how many of them',
  },
  suspended: {
    meaning:
      'The program was stopped (SIGSTOP, Ctrl-Z) and went on; what was carried and sent meanwhile, and in the second after, is left out.',
    value: 'how much is left out, ns',
  },
  'path-silent': {
    meaning: `No probe beside the load was answered for ${delayText(SILENT_NS)} and the interval of probes, or longer: the path was cut, or one of its ends stood still.`,
    value: 'for how long, ns',
  },
  'end-missing': {
    meaning: `The server did not end its data, or the load, within ${delayText(MAX_END_NS)} after it was asked to; or an echo had not come back by then.`,
    value: 'the time spent waiting, ns',
  },
  'not-settled': {
    meaning: `Goodput never settled, so that the figures of the phase are of its second half: the moving averages kept differing by more than ${percentText(SDT)}. Or it had, and the median round trip of the last third was still more than ${RISING_FACTOR} times that of the first, and more than ${delayText(RISING_NS)} longer.`,
    value: 'null, or how many times as long round trips were at the end',
  },
  'too-short': {
    meaning: `Goodput or round trips have no interval: there are fewer than ${MIN_BLOCKS} parts of ${delayText(MIN_BLOCK_NS)}, or too few probes.`,
    value: 'the time that counts, ns',
  },
  'sender-busy': {
    meaning: `The thread that sends used ${percentText(BUSY_SHARE)} of a processor or more in more than ${percentText(BUSY_MOMENTS_SHARE)} of the time.`,
    value: 'share of the time',
  },
  'receiver-busy': { meaning: 'The same of the thread that receives.', value: 'share of the time' },
  'processors-shared': {
    meaning: `Client and server ran on one machine, and a thread of theirs had no more to give, or its processors were busy in more than ${percentText(SHARED_BUSY_SHARE)} of the run.`,
    value: 'share of the processors that was busy; null where it is not known',
  },
  'server-capped': {
    meaning: `The server granted fewer seconds or streams than were asked for; or a rate, and goodput stayed within ${percentText(RATE_TOLERANCE)} of it in more than ${percentText(CAPPED_SHARE)} of the time.`,
    value: 'what it granted: ns, streams or bit/s',
  },
  'sender-backlog': {
    meaning: `Data waited for more than ${delayText(BACKLOG_NS)} in the client's own kernel; where the engine cannot tell, probes within it took longer than those beside it by so much.`,
    value: 'for how long, ns',
  },
  'probes-lost': {
    meaning: `More than ${percentText(LOST_SHARE)} of the probes beside the load were never answered.`,
    value: 'share of the probes',
  },
  'probes-late': {
    meaning: `One in a hundred of them was sent late by more than ${delayText(LATE_NS)} and ${percentText(LATE_SHARE)} of the median round trip.`,
    value: 'by how much, ns',
  },
  'streams-unfair': {
    meaning: `Several streams of one direction shared so unevenly that Jain's index is below ${UNFAIR_INDEX}.`,
    value: 'the index',
  },
  'bbr-on-loopback': {
    meaning:
      'Streams on loopback had the congestion control bbr, which carries about half of what others do there.',
    value: 'how many streams',
  },
  'clock-stepped': {
    meaning: `The wall clock, by which the kernel stamps, was set by ${delayText(MIN_STEP_NS)} or more.`,
    value: 'by how much, ns',
  },
  'engine-fell-back': {
    meaning: 'Another engine carried the load than would have been the best.',
    value: 'null',
  },
};

export function loadDoubtTable(): string {
  const rows = Object.entries(DOUBTS).map(([name, { meaning, value }]) => [code(name), meaning, value]);
  return table(['code', 'meaning', 'value'], rows);
}
