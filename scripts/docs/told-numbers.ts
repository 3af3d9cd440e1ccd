/**
 * Numbers of the code that the documents tell in the middle of a sentence. Each stands here with the words around it as
 * they must be read there; when the number changes in the code, the sentence is missing, and the check fails. What a
 * table can hold is generated instead (`targets.ts`).
 */
import { readFileSync } from 'node:fs';
import { EQUIVALENCE } from '../../src/analysis/compare.ts';
import { MIN_R_SQUARED_OF_INTERCEPT, MIN_R_SQUARED_OF_RATE } from '../../src/analysis/fits.ts';
import { INTERVAL_NS } from '../../src/analysis/load/carried/goodput.ts';
import { RATE_TOLERANCE } from '../../src/analysis/load/carried/limits.ts';
import { MAD, SDT, SETTLING_INTERVAL_NS } from '../../src/analysis/load/carried/settling.ts';
import { EQUIVALENT_NS } from '../../src/analysis/load/compared/figures.ts';
import { MIN_BEYOND } from '../../src/analysis/load/estimates.ts';
import { GRADE_BOUNDS } from '../../src/analysis/load/waiting/grade.ts';
import { LITTLE_SHARE, NEGLIGIBLE_NS } from '../../src/analysis/load/waiting/pair.ts';
import { TRIMMED_SHARE } from '../../src/analysis/load/waiting/responsiveness.ts';
import { STABILITY_INTERVAL_NS } from '../../src/analysis/load/waiting/stability.ts';
import { MIN_BLOCK_NS } from '../../src/analysis/load/window.ts';
import * as client from '../../src/check/client/check.ts';
import { MAX_ADDRESSES, TOLD_PER_SECOND } from '../../src/cli/log/sampler.ts';
import { FLUSH_MS } from '../../src/cli/log/serve-output.ts';
import { MAX_QUEUED_BYTES, MAX_QUEUED_LINES } from '../../src/cli/log/side-channel.ts';
import { END_NS, LAST_STRETCH_NS } from '../../src/clock/monotonic.ts';
import { BARE_ECHO_QUIET_NS } from '../../src/core/client/answer-reader.ts';
import { MAX_LOAD_LINE_BYTES, MESSAGES_PER_TURN } from '../../src/core/limits.ts';
import { LOAD_KEY_DIGITS, MAX_DATA_BYTES, MAX_MARKER } from '../../src/core/load/load-messages.ts';
import { MAX_MARKERS_PER_SECOND } from '../../src/core/load/load-rules.ts';
import { DEFAULT_PRECISION } from '../../src/measure/comparison/comparison.ts';
import * as turns from '../../src/measure/comparison/load-comparison-plan.ts';
import { COMPARED_STEP_MS } from '../../src/measure/comparison/paced-comparison-plan.ts';
import { DEFAULT_ROUNDS } from '../../src/measure/comparison/turns.ts';
import { MIN_BLOCK_PROBES } from '../../src/measure/exchange/least-probes.ts';
import { MAX_ATTEMPT_NS, MAX_OTHER_ENDS_NS } from '../../src/measure/exchange/negotiate.ts';
import { DEFAULT_MAX_TIME_MS, DEFAULT_SPREAD_MS } from '../../src/measure/exchange/plan.ts';
import * as schedule from '../../src/measure/exchange/schedule.ts';
import { MIN_INTERVAL_MS } from '../../src/measure/ping/ping-plan.ts';
import * as trust from '../../src/measure/self-test/self-test-trust.ts';
import { LEAVE_NS } from '../../src/net/handshaker.ts';
import { READS_PER_TURN } from '../../src/net/native/server/connection.ts';
import { ACCEPTS_PER_TURN, EXHAUSTED_PAUSE_NS } from '../../src/net/native/server/listener.ts';
import { POLL_NS } from '../../src/net/native/server/polling.ts';
import { MAX_SLEEP_NS } from '../../src/net/native/thread/channel.ts';
import { MOST_NS } from '../../src/net/native/thread/oversleep.ts';
import * as wait from '../../src/net/native/thread/wait.ts';
import { MAX_SPIN_NS, WAKE_MARGIN_MS } from '../../src/net/node/spin.ts';
import { HEAD_START_NS } from '../../src/net/reach/attempts.ts';
import { CANCELLED_TIMEOUT_NS, TERMINATION_TIMEOUT_NS } from '../../src/net/session/farewell.ts';
import { OWN_PROBES, OWN_SESSIONS } from '../../src/net/session/own-echo.ts';
import { MIN_LISTEN_NS } from '../../src/net/session/session-terms.ts';
import { BYTES_PER_TURN } from '../../src/server/handlers/echo-handler.ts';
import { LINGER_NS } from '../../src/server/handlers/linger.ts';
import { MAX_LEAD_NS } from '../../src/server/handlers/measurement-handler.ts';
import { OWNER_SILENCE_NS, TICK_NS } from '../../src/server/load/load-handler.ts';
import { MAX_UNREAD_ANSWERS } from '../../src/server/load/load-part.ts';
import { BURST_NS, TOLERANCE } from '../../src/server/load/stream-part.ts';
import { READ_BYTES } from '../../src/server/memory/formula.ts';
import { MAX_UNTAKEN, MAX_UNTAKEN_BYTES } from '../../src/server/native/channel.ts';
import { MAX_SIDE_CONNECTIONS, SIDE_TIMEOUT_MS } from '../../src/server/sight/side-server.ts';
import { MAX_EXACT } from '../../src/stats/compare/sign-flip.ts';
import { LEVEL, MIN_BLOCKS, RESAMPLES } from '../../src/stats/quantile/interval.ts';
import { BLOCK_CORRELATION, RUN_CORRELATION } from '../../src/stats/quantile/neighbours.ts';
import { oneLine } from './markdown.ts';
import { figure, kib, mib, ms, percent, seconds, us } from './numbers.ts';
import { absolute } from './paths.ts';

const NS_PER_MS = 1_000_000;
const MS_PER_S = 1_000;
const batch = ms(schedule.BATCH_BUDGET_NS);
const blockProbes = `${MIN_BLOCK_PROBES} to ${schedule.MAX_BLOCK_PROBES}`;

/** By document, from the root of the project. */
export const TOLD: Readonly<Record<string, readonly string[]>> = {
  'docs/architecture.md': [
    `progress is told between batches, which end after ${batch} at the latest`,
    `a session takes ${MESSAGES_PER_TURN} messages of what has come`,
    `gives up its turn after ${kib(BYTES_PER_TURN)}`,
  ],
  'docs/cli.md': [
    `is kept up to ${figure(MAX_QUEUED_LINES)} lines or ${mib(MAX_QUEUED_BYTES)}.`,
    `A server that is stopped waits ${FLUSH_MS} ms for what is left.`,
    `Of one address, ${TOLD_PER_SECOND} sessions or refusals a second are told one by one`,
    `${MAX_ADDRESSES} addresses are counted apart`,
    `${MAX_SIDE_CONNECTIONS} connections at once are taken, each for one request and ${SIDE_TIMEOUT_MS / 1_000} s at most`,
  ],
  'docs/course.md': [
    `${client.START_MS / MS_PER_S} s for one that somebody starts, ${client.OWN_START_MS / MS_PER_S} s for one that it starts`,
  ],
  'docs/method.md': [
    `each address has a head start of ${ms(HEAD_START_NS)}`,
    `is read and dropped for up to ${seconds(LEAVE_NS)}, since`,
    `the interval is ${MIN_INTERVAL_MS} ms at least`,
    `it sleeps until ${WAKE_MARGIN_MS} ms before the fastest echo seen so far`,
    `After ${ms(MAX_SPIN_NS)} of polling in vain it goes to sleep`,
    `${figure(OWN_SESSIONS * OWN_PROBES)} probes in some 50 ms, until its own code is hot`,
    `${figure(OWN_SESSIONS * OWN_PROBES)} probes in some 50 ms, until its own code is hot`,
    `as many as fit into ${ms(schedule.WARMUP_TIME_NS)}, judged by the last warm-up block, and ${schedule.MAX_WARMUP_PROBES} at most`,
    `a session of its own with ${blockProbes} probes of one size`,
    `of the time, ${seconds(DEFAULT_SPREAD_MS * NS_PER_MS)} in all (\`--spread\`)`,
    `as many probes as fit into ${ms(schedule.BLOCK_TIME_NS)}, from ${blockProbes}`,
    `A block is never of fewer than ${MIN_BLOCK_PROBES} probes`,
    `comes with a ${percent(LEVEL)} interval`,
    `count as correlated by ${BLOCK_CORRELATION} from one to the next, runs by ${RUN_CORRELATION} (a process`,
    `so neighbours in time count as correlated by ${RUN_CORRELATION}, which`,
    `\`--max-time\` (${seconds(DEFAULT_MAX_TIME_MS * NS_PER_MS)}) permitting`,
    `not before the end of round ${schedule.MIN_ROUNDS}, and asks`,
    `the points lie on a line (R² of ${MIN_R_SQUARED_OF_INTERCEPT})`,
    `until the ratio of their medians is known within ${percent(DEFAULT_PRECISION)} (\`--precision\`)`,
    `counted exactly for up to ${MAX_EXACT} pairs`,
    `it holds 1 and reaches no further than ${percent(EQUIVALENCE)} from it`,
    `sleeps until ${ms(LAST_STRETCH_NS)} before the time, has a thread of its own wake it ${ms(END_NS)} before`,
  ],
  'docs/native-transport.md': [
    `Only whole batches cross: at most ${batch} of probes`,
    `when ${figure(MAX_UNTAKEN)} events, or ${mib(MAX_UNTAKEN_BYTES)} of echoed bytes, are on their way`,
    `one receive buffer of ${kib(READ_BYTES)} for all its connections`,
    `One connection gets ${READS_PER_TURN} reads in a turn, one listening socket ${ACCEPTS_PER_TURN} accepts`,
    `a thread stops accepting for ${ms(EXHAUSTED_PAUSE_NS)}`,
    `is tried again every ${ms(EXHAUSTED_PAUSE_NS)}`,
    `each is cut to ${seconds(MAX_SLEEP_NS)} at most`,
    `spin until ${us(wait.SPIN_AFTER_NS)} after it, then sleep`,
    `the fastest of the last ${wait.REMEMBERED} round trips`,
    `is at most ${us(MOST_NS)}, and is learnt apart`,
    `the **headroom** of ${us(wait.HEADROOM_NS)}.`,
    `Where round trips usually take ${ms(wait.MOST_SPREAD_NS)}, or a thirty-second, more than the fastest`,
    `Below ${us(wait.MIN_SLEEP_NS)} sleeping is not worth it`,
    `it looks again without sleeping for ${us(POLL_NS)}`,
    `a held echo is made ready a little early (at most ${us(MAX_LEAD_NS)})`,
  ],
  'docs/load.md': [
    `(idle ${seconds(turns.COMPARED_REST_MS * 1e6)}, down ${seconds(turns.COMPARED_DATA_MS * 1e6)}, up ${seconds(turns.COMPARED_DATA_MS * 1e6)};`,
    `half of the pairs beginning with A: ${DEFAULT_ROUNDS} of them`,
    `reaches no further than ${percent(EQUIVALENCE)}, or than ${ms(EQUIVALENT_NS)} or ${percent(EQUIVALENCE)} of an increase`,
  ],
  'docs/open-loop.md': [`${DEFAULT_ROUNDS} of them with steps of ${seconds(COMPARED_STEP_MS * 1e6)}`],
  'docs/spec/load-comparison-format.md': [
    `reaches no further than ${percent(EQUIVALENCE)}, or than ${ms(EQUIVALENT_NS)} or ${percent(EQUIVALENCE)} of an increase`,
  ],
  'docs/spec/load-format.md': [
    `goodput is taken in intervals of ${ms(SETTLING_INTERVAL_NS)}.`,
    `the last ${MAD} moving averages, each over ${MAD} intervals, have a standard deviation of at most ${percent(SDT)}`,
    `is the median of whole intervals of ${ms(INTERVAL_NS)},`,
    `**Intervals** are of ${percent(LEVEL)}, and`,
    `fewer than ${MIN_BLOCKS} whole seconds`,
    `no shorter than ${ms(MIN_BLOCK_NS)}, and ${MIN_BLOCKS} units are the fewest`,
    `are worth ${figure(MIN_BEYOND / (1 - 0.99))} independent ones`,
    `where goodput is within ${percent(RATE_TOLERANCE)} of the rate`,
    `where neither waits for more than ${ms(NEGLIGIBLE_NS)}; \`shared\` where foreign probes wait for more than ${ms(NEGLIGIBLE_NS)}, and for more than ${percent(LITTLE_SHARE)} of`,
    `those within the data for more than ${ms(2 * NEGLIGIBLE_NS)};`,
    `up to their ${100 * TRIMMED_SHARE}th percentile`,
    `with intervals of ${seconds(STABILITY_INTERVAL_NS)}: \`low\` in a phase of less than ${seconds(MAD * STABILITY_INTERVAL_NS)}`,
    ...GRADE_BOUNDS.slice(0, -1).map(([letter, belowMs]) => `\`${letter}\` below ${belowMs} ms`),
  ],
  'docs/spec/protocol.md': [
    `are run without a pause between them, for ${batch} at most`,
    `drop the connection when that takes too long (echolot: ${seconds(LINGER_NS)})`,
    `each trial but the last (echolot: ${seconds(MAX_ATTEMPT_NS)}, and ${seconds(MAX_OTHER_ENDS_NS)} for those two)`,
    `before it speaks (echolot: ${ms(MIN_LISTEN_NS)}, or three round trips`,
    `nothing follows it for a short time (echolot: ${ms(BARE_ECHO_QUIET_NS)})`,
    `for the answer under way (echolot: ${ms(CANCELLED_TIMEOUT_NS)})`,
    `for the last status (echolot: ${seconds(TERMINATION_TIMEOUT_NS)})`,
    `${LOAD_KEY_DIGITS} digits, \`0\` to \`9\` and \`a\` to \`f\``,
    `Each message is a line of at most ${MAX_LOAD_LINE_BYTES} bytes, its LF included`,
    `data; SIZE is 1 to ${MAX_DATA_BYTES}`,
    `a marker; NUMBER is at most ${MAX_MARKER}`,
    `more than ${figure(MAX_MARKERS_PER_SECOND)} markers a second on a connection`,
    `need not keep more than ${figure(MAX_UNREAD_ANSWERS)} answers`,
    `the server reports every ${ms(TICK_NS)}`,
    `with some tolerance (echolot: ${percent(TOLERANCE - 1)} and ${ms(BURST_NS)})`,
    `nothing was heard on it for too long (echolot: ${seconds(OWNER_SILENCE_NS)})`,
    `has not left after a short time (echolot: ${seconds(LINGER_NS)})`,
  ],
  'docs/spec/result-format.md': [
    `draws whole rounds with replacement, ${figure(RESAMPLES)} times`,
    `the line explains less than ${percent(MIN_R_SQUARED_OF_INTERCEPT)} of the variance`,
    `or the line explains less than ${percent(MIN_R_SQUARED_OF_RATE)}.`,
  ],
  'docs/spec/selftest-format.md': [
    `had no processor for more than ${percent(trust.CONTENDED_SHARE)} of its time`,
    `takes more than ${us(trust.COARSE_STEP_NS)}`,
    `more than ${percent(1 - trust.STAMPED_SHARE)} of its probes lack a stamp`,
  ],
};

/** What a document ought to say and does not. */
export interface Untold {
  readonly path: string;
  readonly words: string;
}

export function untoldNumbers(): Untold[] {
  return Object.entries(TOLD).flatMap(([path, sentences]) => {
    const text = oneLine(readFileSync(absolute(path), 'utf8'));
    return sentences.filter((words) => !text.includes(words)).map((words) => ({ path, words }));
  });
}
