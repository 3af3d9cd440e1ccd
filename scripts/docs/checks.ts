/** What each check raises a doubt for: its words stand here, its numbers in the check. */
import * as between from '../../src/analysis/checks/between.ts';
import * as client from '../../src/analysis/checks/client.ts';
import * as clocks from '../../src/analysis/checks/clocks.ts';
import * as coldStart from '../../src/analysis/checks/cold-start.ts';
import * as delayedAck from '../../src/analysis/checks/delayed-ack.ts';
import * as loneDelays from '../../src/analysis/checks/lone-delays.ts';
import * as path from '../../src/analysis/checks/path.ts';
import * as samples from '../../src/analysis/checks/samples.ts';
import * as server from '../../src/analysis/checks/server.ts';
import * as serverBusy from '../../src/analysis/checks/server-busy.ts';
import * as steadiness from '../../src/analysis/checks/steadiness.ts';
import { CHECK_NAMES, type CheckName } from '../../src/result/checks.ts';
import { MIN_DRIFT_VALUES } from '../../src/stats/fit/trend.ts';
import { MAX_SCORE } from '../../src/stats/outliers.ts';
import { MIN_BLOCKS } from '../../src/stats/quantile/interval.ts';
import { code, table } from './markdown.ts';
import { figure, ms, percent } from './numbers.ts';

interface CheckDoc {
  readonly doubt: string;
  readonly unknown?: string;
}

const { RESIDENCE_TOLERANCE, OTHER_UNIT } = server;

const DOCS: Readonly<Record<CheckName, CheckDoc>> = {
  samples: {
    doubt: `\`few-probes\`: fewer than ${samples.MIN_PROBES} samples of a size. \`thin-tail\`: fewer than ${samples.TAIL_PROBES}, so that fewer than ${figure(samples.TAIL_PROBES * (1 - samples.TAIL))} are expected beyond the 99th percentile. \`few-blocks\`: fewer than ${MIN_BLOCKS} blocks, so that there is no interval.`,
  },
  address: {
    doubt:
      '`several-addresses`: the blocks of a size went to more than one address: results of older versions, and merged ones. Told once, with the medians of the size whose addresses differ most.',
  },
  drift: {
    doubt: `\`drift\`: over the block medians of a size within one run, the Mann-Kendall test is significant, and the medians of the first and the last third differ by more than ${percent(steadiness.MIN_DRIFT)}. The level of ${percent(steadiness.DRIFT_LEVEL)} is for all sizes of the record together (Holm).`,
    unknown: `fewer than ${MIN_DRIFT_VALUES} blocks of every size in one run`,
  },
  outliers: {
    doubt: `\`outliers\`: of at least ${steadiness.MIN_OUTLIER_BLOCKS} blocks in a run, some have a median with a modified z-score above ${MAX_SCORE} (Iglewicz and Hoaglin) that is off by more than ${percent(steadiness.MIN_OUTLIER_SHARE)}; or the mean of all samples, and that without lone delays, exceeds their 90th percentile, and their median by more than ${percent(steadiness.MIN_OUTLIER_SHARE)}.`,
  },
  'lone-delays': {
    doubt: `\`lone-delay\`: at most ${loneDelays.MAX_LONE} probes of a size, or ${percent(loneDelays.MAX_SHARE)} of them, warm-up at the head of blocks included, took more than ${ms(loneDelays.MIN_NS)} and more than ${loneDelays.FACTOR} times the 99th percentile of the others. The longest is told with its time in the run. A cause is named only where it makes up ${percent(loneDelays.PROOF_SHARE)} of that time and is proven: the residence; stamps of both kernels; stamps of this one; a garbage collection or a wait for a processor that no other probe of the block has room for; segments that its connection sent again.`,
    unknown: `there are fewer than ${loneDelays.MIN_OTHERS + loneDelays.MAX_LONE} samples, and one of them took that long`,
  },
  'cold-start': {
    doubt: `\`cold-start\`: of at least ${coldStart.MIN_SAMPLES} samples, the median of the first tenths of all blocks is above ${coldStart.FACTOR} times the median of the rest, and above their ${figure(coldStart.QUANTILE * 100)}th percentile; ${percent(coldStart.MIN_SHARE)} of the blocks show it; and chance would put as many of the first probes above that percentile in less than ${percent(coldStart.LEVEL)} of all records. Not where \`delayed-ack\` is raised.`,
    unknown: 'the messages are larger than the first congestion window, which may have had to grow',
  },
  processor: {
    doubt: `\`processor-contended\`: the measuring thread was ready and waited for a processor in more than ${percent(client.MAX_WAIT_SHARE)} of the measured time; or, where that is not told, it was made to give one up more than ${client.MAX_SWITCHES_PER_S} times a second, and ${client.MIN_SWITCHES} times at least; or the host of a virtual machine took more than ${percent(client.MAX_STEAL_SHARE)} of the time; or a CPU quota (cgroup, version 1 or 2) was used up and stopped the program.`,
    unknown: 'the system tells none of them',
  },
  stalls: {
    doubt: `\`stalls\`: a garbage collection on the measuring thread took more than ${ms(client.MIN_COLLECTION_NS)} and ${client.COLLECTION_RTTS} median round trips of its size; or, with the engine \`node\`, the 99th percentile of the event loop's delay is above ${ms(client.MIN_LOOP_DELAY_NS)} and the smallest median.`,
    unknown: 'neither was observed; `processor-contended` is raised, which makes both as late',
  },
  clock: {
    doubt: `\`coarse-clock\`: the step of the clock is more than ${percent(clocks.MAX_RESOLUTION_SHARE)} of the smallest median. \`below-noise-floor\`: the smallest median is less than ${percent(clocks.FLOOR_SHARE)} of the fastest echo of the engine with itself, which has both ends on one thread.`,
  },
  'wall-clock': {
    doubt: `\`clock-stepped\`: the wall clock moved against the monotonic one by more than ${ms(clocks.MIN_STEP_NS)}: it was set, or the machine was suspended.`,
    unknown: 'it was not observed',
  },
  suspension: {
    doubt: '`suspended`: probes were left out because this process was stopped while they were under way.',
  },
  'something-between': {
    doubt: `\`something-between\`: in ${percent(between.MIN_SHARE)} of the blocks of the smallest size the fastest echo took longer than ${between.MIN_FACTOR} times the handshake (more often for a message that is larger than a SYN: by as much as it is larger) and ${ms(between.MIN_EXCESS_NS)} more than it. The residence is taken off where it is told, and the doubt is sure; otherwise the server delay and ${percent(between.DELAY_TOLERANCE)} of it are taken off, and the server itself may take that long. While it is raised, no report shows a window bound.`,
    unknown: `there are fewer than ${between.MIN_ECHOES} echoes of the smallest size, or its messages are larger than ${figure(between.MAX_MESSAGE_BYTES)} bytes`,
  },
  'delayed-ack': {
    doubt: `\`delayed-ack\`: at least ${delayedAck.MIN_COUNT} samples of a size, and ${percent(delayedAck.MIN_SHARE)} of them, lie between ${ms(delayedAck.MIN_NS)} and ${ms(delayedAck.MAX_NS)}, with at most ${percent(delayedAck.NEIGHBOUR_SHARE)} as many in as much time before and after; ${percent(delayedAck.PARTED_SHARE)} of their echoes at least came in two reads or more; and the fastest sample took ${ms(delayedAck.SHORT_PATH_NS)} at most. Not counted are: messages of more than one segment, blocks in which segments were sent again, probes whose residence is told, and time on this machine.`,
    unknown: `a server delay was asked for; the path or the server takes more than ${ms(delayedAck.SHORT_PATH_NS)}`,
  },
  pieces: {
    doubt: `\`echo-in-pieces\`: an echo came in more than ${server.MAX_READS} reads on average, and in more than one for each ${figure(server.PIECE_BYTES)} bytes, or for each segment of the path where those are smaller.`,
    unknown: 'the engine does not count its reads',
  },
  'echo-form': {
    doubt:
      "`echo-form`: an echo that was measured is not what the dialect asks for: the payload alone, the message with a suffix, or with a number of the server's own, whose first one is told.",
    unknown: 'never',
  },
  'server-delay': {
    doubt: `\`server-delay-not-honoured\`: the least round-trip time is below ${percent(1 - server.EARLY_SHARE)} of the delay that was asked for; or the median residence is off by more than ${ms(RESIDENCE_TOLERANCE.ns)} and ${percent(RESIDENCE_TOLERANCE.share)}, unless TCP may have held back a part of the echo; or, where no residence is told, the least round-trip time less a handshake is ${OTHER_UNIT.factor} times the delay, and ${ms(OTHER_UNIT.ns)} at least.`,
  },
  'server-stalls': {
    doubt: `\`server-stalled\`: a residence is more than ${ms(server.STALL_NS)} beyond the server delay and more than ${server.STALL_FACTOR} times the median.`,
    unknown:
      'the server tells no residence; something between is sure; TCP may have held back a part of the echo: several segments, and one was lost or the first congestion window is smaller',
  },
  'server-busy': {
    doubt: `\`server-busy\`: the server says that its thread was busy with other clients for ${percent(serverBusy.MIN_SHARE)} of the round-trip times or more while probes lay there, warm-up included.`,
    unknown: 'the server does not tell it',
  },
  window: {
    doubt: `\`window-limited\`: the server's receive window or the own send buffer was in the way in more than ${percent(path.MAX_LIMITED_SHARE)} of the time in which the connections were busy; or the messages are larger than that window.`,
    unknown: `the engine does not see it; busy for less than ${ms(path.MIN_BUSY_NS)}`,
  },
  retransmissions: {
    doubt: '`retransmissions`: segments had to be sent again.',
    unknown: 'the engine does not see them',
  },
  'closed-early': {
    doubt:
      '`closed-early`: the run failed because the other side ended a session in which it had answered probes.',
  },
  stamps: {
    doubt: `\`missing-stamps\`: more than ${percent(clocks.MISSING_SHARE)} of the probes lack a stamp of the client, or of the server where it tells any.`,
    unknown: 'stamps were not asked for; the engine, or a multipath connection, has none',
  },
  engine: { doubt: '`engine-fell-back`: no engine was named, and the native one could not be had.' },
  precision: {
    doubt:
      '`precision-not-reached`: a precision was asked for, and the run did not end because it was reached. Of merged runs the intervals of all of them together are judged.',
  },
};

/** In the order in which a report tells them. */
export function checkTable(): string {
  const rows = CHECK_NAMES.map((name) => [code(name), DOCS[name].doubt, DOCS[name].unknown ?? '']);
  return table(['check', 'a doubt is raised when', 'unknown when'], rows);
}
