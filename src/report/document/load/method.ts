/** How each number of a load is computed: the rules, and whose they are. */
import type { Definition, Section } from '../document.ts';

const DEFINITIONS: readonly Definition[] = [
  {
    term: 'Goodput',
    text: '8 × payload bytes / time, counted by the receiver: by this program of data towards the client, by the reports of the server of data towards the server. The median is that of intervals since the load had settled; what came before is in no figure.',
  },
  {
    term: 'Fairness',
    text: "Jain's index of the streams' goodputs: 1 when all carry the same, 1/n when one of n has everything.",
  },
  {
    term: '95 % interval',
    text: 'Intervals and probes that follow each other are alike: seconds are the units, and where there are too few of them there is no interval.',
  },
  {
    term: 'Foreign and own probes',
    text: 'Foreign probes have a connection of their own, as other programs have; own probes are within the data. Both leave by a schedule, whether or not the last one was answered, and count from their sending.',
  },
  {
    term: 'Increase',
    text: 'Median of the settled time less median of the idle phase; its interval is that of a difference of two independent medians.',
  },
  {
    term: 'Whose queue',
    text: 'By kernel stamps of both ends. This machine: send call, TCP, the queue of its interface, wake-up. Server: from the arrival of the probe there to the departure of its answer. Network: what is left between the two kernels.',
  },
  {
    term: 'Others',
    text: 'One queue for all keeps foreign and own probes waiting alike. A queue for each flow (a fair queue), or a window that is full, keeps only the data itself waiting.',
  },
  {
    term: 'Limited by',
    text: "Of the sender whose kernel is here (TCP_INFO): time in which the receiver's window or the send buffer (SO_SNDBUF) was in the way, else the congestion window. A processor at 95 % and more, the server's bound and the asked rate come before them.",
  },
  {
    term: 'Responsiveness',
    text: 'Round trips a minute under load (RPM), by the formula for TCP alone of draft-ietf-ippm-responsiveness-09, 5.3.1: foreign and own probes have the same weight, means without the slowest 5 %, of the last four seconds. Its confidence is low below four seconds, high where goodput and then responsiveness had become stable (moving averages over four seconds within 5 %), else medium.',
  },
  {
    term: 'Quality of Outcome',
    text: 'How far latency, loss and goodput are from what an application needs, by draft-ietf-ippm-qoo-11, 3.3: the least of three scores, each 100 where it is all that the application can use and 0 where it is no use. Loss is that of foreign probes that were never answered: TCP hides what the network lost.',
  },
  {
    term: 'Grade',
    text: 'Of the worse median increase: A+ below 5 ms, A below 30, B below 60, C below 200, D below 400, else F. Two letters where the interval holds a bound; none where the load did not hold, or an interval is missing.',
  },
];

export const METHOD_SECTION: Section = {
  id: 'method',
  title: 'How the numbers are computed',
  parts: [{ kind: 'definitions', definitions: DEFINITIONS }],
};
