/** How a capacity is found. */
import type { Definition, Section } from '../document.ts';

const DEFINITIONS: readonly Definition[] = [
  {
    term: 'Capacity',
    text: 'The rate up to which the condition holds more often than not in a try of this length. A try is an open loop over connections of its own, after a warm-up.',
  },
  {
    term: 'Held',
    text: 'The condition is fulfilled, the queue did not grow to the end, at least 99 % of the probes were sent in time, and no connection was lost. Where probes did not hold from when they were due, but from when they were sent, and this program was what was in their way, the try counts for neither side (own thread late).',
  },
  {
    term: 'Missed, saturated, not sent',
    text: 'What did not hold: the condition, a steady queue, or the rate, since a socket was full or as many under way as may be.',
  },
  {
    term: 'Search',
    text: 'Twice the rate until it does not hold, then the middle of what is left, then both sides of it again and again. The place that contradicts fewest of all tries is the capacity.',
  },
  {
    term: '95 % interval',
    text: 'Betting at even odds against each end: six tries in a row are 40 for 1, which luck gives one search in 40. Valid whenever the search stops, and however it chose its rates.',
  },
];

export const METHOD_SECTION: Section = {
  id: 'method',
  title: 'How the numbers are computed',
  parts: [{ kind: 'definitions', definitions: DEFINITIONS }],
};
