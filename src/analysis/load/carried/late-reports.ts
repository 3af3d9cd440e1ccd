/**
 * Reports that tell less than the server had: the answer to a marker says that all data before it was read, so a report
 * behind that answer has to count it. Whoever reports a count of earlier, or nothing until the end, makes goodput look
 * like what it was not.
 */
import type { ProbesRecord, StreamRecord } from '../../../result/load/load-result.ts';

/** Of each report of a stream, whether it is one. */
export function lateReports({ reports, tallies, ownProbes }: StreamRecord): boolean[] {
  const answers = answersOf(ownProbes);
  let next = 0;
  let markedNs = Number.NEGATIVE_INFINITY;
  let tally = 0;
  return reports.atNs.map((ns, i) => {
    for (; next < answers.length && (answers[next] as Answer).atNs < ns; next++) {
      markedNs = Math.max(markedNs, (answers[next] as Answer).sentNs);
    }
    // What had been handed over when it was last looked before the marker.
    while (tally < tallies.atNs.length && (tallies.atNs[tally] as number) < markedNs) tally++;
    return (reports.receivedBytes[i] as number) < (tallies.sentBytes[tally - 1] ?? 0);
  });
}

interface Answer {
  readonly sentNs: number;
  readonly atNs: number;
}

/** In the order in which they came. */
function answersOf({ sentAtNs, rttNs }: ProbesRecord): Answer[] {
  const answers = sentAtNs.flatMap((sentNs, i): Answer[] => {
    const ns = rttNs[i] ?? null;
    return sentNs === null || ns === null ? [] : [{ sentNs, atNs: sentNs + ns }];
  });
  return answers.toSorted((a, b) => a.atNs - b.atNs);
}
