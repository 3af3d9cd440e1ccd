/** Whether something other than the length of the path set the pace: a window, a buffer, lost segments. */
import type { WindowLimitedWarning } from '../../result/warnings.ts';
import { percentText } from '../../text/numbers.ts';
import { answeredProbes } from '../samples/probes.ts';
import {
  allBlocks,
  type Check,
  type Found,
  inEachSeries,
  type MeasuredSeries,
  type Subject,
  sum,
  type Unknown,
} from './check.ts';
import { congestionLimit } from './words/congestion-window.ts';
import { countText, probesOf, timeText } from './words/words.ts';

const NS_PER_MS = 1_000_000;
/** Of the busy time. */
export const MAX_LIMITED_SHARE = 0.1;
/** The kernel counts these times in ticks of up to 10 ms (CONFIG_HZ): less than ten of them are no measure. */
export const MIN_BUSY_NS: number = 100 * NS_PER_MS;

export const WINDOW: Check = {
  question: 'Did a window or a buffer set the pace, and not the path?',
  look: (subject) => inEachSeries(subject, (series) => windowLimit(series, subject.series)),
};

export const RETRANSMISSIONS: Check = {
  question: 'Were segments lost and retransmitted?',
  look: retransmissions,
};

const NO_PATH: Unknown = { unknown: "the engine does not see the kernel's side of a connection" };

type Limit = Exclude<WindowLimitedWarning['limit'], 'congestion-window'>;

function windowLimit(
  series: MeasuredSeries,
  all: readonly MeasuredSeries[],
): WindowLimitedWarning | Unknown | undefined {
  const paths = series.blocks.flatMap(({ path, messageBytes }) =>
    path === null ? [] : [{ ...path, messageBytes }],
  );
  if (paths.length === 0) return NO_PATH;
  // One window in each round trip: what is larger waits for its own acknowledgements.
  const larger = paths.filter(
    ({ peerWindowBytes, messageBytes }) => peerWindowBytes !== null && messageBytes > peerWindowBytes,
  );
  if (larger.length > paths.length / 2) return warningOf(series, 'receive-window', null);
  const congestion = congestionLimit(series, all);
  const timed = paths.filter(
    ({ receiveWindowLimitedNs, sendBufferLimitedNs }) =>
      receiveWindowLimitedNs !== null && sendBufferLimitedNs !== null,
  );
  const busyNs = sum(timed.map((path) => path.busyNs ?? 0));
  if (busyNs < MIN_BUSY_NS) {
    if (congestion !== undefined) return congestion;
    return { unknown: `the connections were busy for less than ${timeText(MIN_BUSY_NS)}` };
  }
  const receive = sum(timed.map((path) => path.receiveWindowLimitedNs ?? 0)) / busyNs;
  const send = sum(timed.map((path) => path.sendBufferLimitedNs ?? 0)) / busyNs;
  const share = Math.max(receive, send);
  if (share <= MAX_LIMITED_SHARE) return congestion;
  return warningOf(series, receive >= send ? 'receive-window' : 'send-buffer', share);
}

function warningOf(
  { record }: MeasuredSeries,
  limit: Limit,
  limitedShare: number | null,
): WindowLimitedWarning {
  const { workload } = record;
  const what = limit === 'receive-window' ? "the server's receive window" : 'the own send buffer';
  return {
    code: 'window-limited',
    check: 'window',
    message:
      limitedShare === null
        ? `${probesOf(record)} are larger than ${what}, so each takes more than one round trip`
        : `${probesOf(record)} waited for ${what} in ${percentText(limitedShare)} of the time in which they were under way`,
    advice:
      limit === 'receive-window'
        ? 'let the server have a larger receive buffer; until then the rates are those of its window'
        : 'use a larger --sndbuf; until then the rates are those of the buffer',
    workload,
    limit,
    limitedShare,
  };
}

function retransmissions(subject: Subject): Found {
  const known = allBlocks(subject).flatMap((block) => {
    const segments = block.path?.retransmittedSegments ?? null;
    return segments === null ? [] : [{ segments, probes: answeredProbes(block) + block.suspendedProbes }];
  });
  if (known.length === 0) return NO_PATH;
  const retransmittedSegments = sum(known.map(({ segments }) => segments));
  if (retransmittedSegments === 0) return [];
  const probes = sum(known.map((block) => block.probes));
  return [
    {
      code: 'retransmissions',
      check: 'retransmissions',
      message: `${countText(retransmittedSegments, 'segment')} had to be retransmitted for ${countText(probes, 'probe')}: some round-trip times may contain the wait for it`,
      advice:
        'go by the median; losses of the path, or acknowledgements that came late, are in the tail, which a longer run tells more of',
      retransmittedSegments,
      probes,
    },
  ];
}
