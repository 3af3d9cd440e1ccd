/**
 * Whether the server was busy with other clients while probes lay there, as it tells itself: a round trip then says how
 * loaded the server is. Refuses to judge whether it stood still, or got no processor: that is a check of its own.
 */
import type { Warning } from '../../result/warnings.ts';
import { percentText } from '../../text/numbers.ts';
import { allBlocks, type Check, type Found, type Subject, sum } from './check.ts';
import { timeText } from './words/words.ts';

/** Of the round-trip times. Alone on a server a run has less than a thousandth. */
export const MIN_SHARE = 0.05;

export const SERVER_BUSY: Check = {
  question: 'Did probes wait while the server was busy with other clients?',
  look: serverBusy,
};

function serverBusy(subject: Subject): Found {
  const told = allBlocks(subject).flatMap((block) => block.serverBusy ?? []);
  const rttNs = sum(told.map((each) => each.rttNs));
  if (rttNs === 0) return { unknown: 'the server does not tell how long it is busy with others' };
  const busyNs = sum(told.map((each) => each.busyNs));
  const busyShare = busyNs / rttNs;
  if (busyShare < MIN_SHARE) return [];
  return [doubt(busyShare, busyNs)];
}

function doubt(busyShare: number, busyNs: number): Warning {
  return {
    code: 'server-busy',
    check: 'server-busy',
    message: `the server was busy with others for ${percentText(busyShare)} of this run: its answers waited ${timeText(busyNs)} in all, so round trips say more of its load than of the path`,
    advice:
      'repeat the run when the server is idle, or give it more threads (echolot serve --threads); where the layers have the server apart, the network RTT is without these times',
    busyShare,
    busyNs,
  };
}
