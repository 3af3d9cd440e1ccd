/** How each number of a report is computed: the formulas, and whose they are. */
import type { Definition, Section } from '../document.ts';

const DEFINITIONS: readonly Definition[] = [
  {
    term: 'Round-trip time (RTT)',
    text: "Arrival of the last byte of a probe's echo less the time just before the probe was handed to the kernel, both read from one monotonic clock of the client. The next probe is sent when the echo of the last one is complete.",
  },
  {
    term: 'Throughput (goodput)',
    text: '8 × payload bytes / RTT of each probe, in bits per second. Its mean is the arithmetic mean of these samples.',
  },
  {
    term: 'n, block, round, run',
    text: 'n counts the probes that are in the statistics: warm-up and probes during which the program was stopped are left out. A block is consecutive probes of one size over a connection of their own; a round has one block of every size in random order; a run is one process.',
  },
  {
    term: 'Median and percentiles',
    text: 'Linear interpolation between order statistics (Hyndman and Fan 1996, type 7): with the n samples in ascending order x(0) to x(n-1) and h = (n - 1) p, the value x(⌊h⌋) + (h - ⌊h⌋) (x(⌊h⌋+1) - x(⌊h⌋)). A percentile is given where at least five samples are expected beyond it, else it is marked ~, or left out.',
  },
  {
    term: 'Standard deviation',
    text: 'Of the samples, with n - 1. It is that of single probes and no error of the mean.',
  },
  {
    term: '95 % interval: t',
    text: 'Median of all samples ± t(0.975; k - 1) × s / √k, where s is the standard deviation of the medians of the k blocks, or of the k runs where records of several were merged. Samples of one connection follow each other too closely to be units themselves. At least five blocks or two runs.',
  },
  {
    term: '95 % interval: Woodruff',
    text: 'For percentiles far out: how much the share of samples below the value varies from block to block, or from run to run, tells how far the true share may lie from p; the interval ends at the values that stand at these shares in all samples (Woodruff 1952). At least five blocks or five runs.',
  },
  {
    term: 'Fit',
    text: 'RTT = a + b × size through the median of each size, by the median of the slopes of all pairs of sizes (Theil 1950, Sen 1968); the intervals are those of a bootstrap: percentiles over 1,000 resamplings of whole rounds, taken further out for few rounds (Hesterberg 2015). a is the RTT of an empty message; it is left out where the line has it below 0 or explains less than 99 % of the variance. 8 / b is a rate.',
  },
  {
    term: 'Layers',
    text: "Send call, TCP wait, local queue, kernel RTT and wake-up add up to the RTT of the same probe. Kernel RTT is network, server and server TCP wait; the server's residence comes from its own clock as a difference, so no clock needs to be set.",
  },
  {
    term: 'Noise floor',
    text: "Echoes within the engine's own process over the loopback interface, measured before the run. What is not longer cannot be told from the program itself.",
  },
  {
    term: 'Window bound',
    text: '8 × receive window of the server / median RTT: the rate of a sender that fills one window in each round trip, and waits.',
  },
];

export const METHOD_SECTION: Section = {
  id: 'method',
  title: 'How the numbers are computed',
  parts: [{ kind: 'definitions', definitions: DEFINITIONS }],
};
