/** How each number of paced probes is computed. */
import type { Definition, Section } from '../document.ts';

const DEFINITIONS: readonly Definition[] = [
  {
    term: 'Open loop',
    text: 'Each probe has a moment at which it is due, by the rate alone; none waits for the answer of another one. A closed loop sends as soon as one is answered.',
  },
  {
    term: 'Response time',
    text: 'From the moment at which a probe was due to the last byte of its echo: what somebody waits who comes at that moment. A stall counts for each probe that was due in it, sent or not, so that there is no coordinated omission.',
  },
  {
    term: 'Service time',
    text: 'From the moment at which a probe was sent to the last byte of its echo: what a closed loop would have told.',
  },
  {
    term: 'Late',
    text: 'Share of the probes sent that left more than 100 µs after they were due, by what was in the way last: this program (own thread), a socket that took no more, or as many under way as may be (in-flight limit).',
  },
  {
    term: 'Backlog',
    text: 'Probes that were due and not sent, at the end of the step. Those that only this program was late with are sent at once after it. The others never are; for percentiles of the response time they are longer than all that were answered, like those that were lost.',
  },
  {
    term: 'Saturated',
    text: 'The backlog or the response time went on growing: there is no steady state, and the percentiles are of this length of time.',
  },
  {
    term: 'Answered',
    text: 'Echoes that came within the step, a second; seconds in which none came count.',
  },
  {
    term: '95 % interval',
    text: 'Probes that follow each other are alike: the parts of a step are the units. Beyond p99 there is none.',
  },
];

export const METHOD_SECTION: Section = {
  id: 'method',
  title: 'How the numbers are computed',
  parts: [{ kind: 'definitions', definitions: DEFINITIONS }],
};
