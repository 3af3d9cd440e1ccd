/** The words of an open loop: what they ask for, and which are refused before anything is sent. */
import { formatMessage } from '@optique/core/message';
import { parse } from '@optique/core/parser';
import { describe, expect, test } from 'vitest';
import { type MeasureArguments, measureCommandLine } from '../../../src/cli/commands/measure.ts';
import { isPaced, pacedOptionsOf } from '../../../src/cli/run/paced/paced-options.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import { planPaced } from '../../../src/measure/paced/paced-plan.ts';
import {
  parseAnyThreshold,
  refuseOfPaced,
  requireOfPaced,
  requirePacedProbes,
} from '../../../src/options.ts';

function read(line: string): MeasureArguments | string {
  const result = parse(measureCommandLine, ['measure', 'host.example', '9900', ...line.split(' ')]);
  return result.success ? result.value : formatMessage(result.error, { colors: false, quotes: true });
}

/** What is asked of the library, `waiting` for probes that wait for each other, or the complaint. */
function asked(line: string): ReturnType<typeof pacedOptionsOf> | string {
  const options = read(line);
  if (typeof options === 'string') return options;
  try {
    return isPaced(options) ? pacedOptionsOf(options) : 'waiting';
  } catch (error) {
    if (error instanceof EcholotError) return `${error.message}; ${error.advice ?? ''}`;
    throw error;
  }
}

describe('probes wait for each other unless it is said that they do not', () => {
  test.each([
    ['--probes 10', false],
    ['--type both', false],
    ['--spread 2s', false],
    ['--rate 2000/s', true],
    ['--connections 1', true],
    ['--in-flight 1', true],
  ])('%s: %s', (line, paced) => {
    expect(asked(line) !== 'waiting').toBe(paced);
  });
});

describe('what is asked for', () => {
  test('of all that there is', () => {
    expect(
      asked(
        '--rate 1000/s,2000/s --arrivals poisson --connections 8 --in-flight 16 --duration 5s --seed 7 --sizes 100 --type rtt',
      ),
    ).toEqual({
      host: 'host.example',
      port: 9_900,
      ratesPerSecond: [1_000, 2_000],
      arrivals: 'poisson',
      connections: 8,
      inFlight: 16,
      stepMs: 5_000,
      seed: 7,
      sizes: [100],
      serverDelayMs: 0,
      protocol: 'auto',
      timeoutMs: 10_000,
      engine: 'auto',
      stamps: true,
      socket: { multipath: false, noDelay: true, quickAck: false },
    });
  });

  test.each([
    '--rate 2000/s',
    '--connections 4',
    '--in-flight 8 --plain',
    '--rate 2000/s --stamps off',
    '--rate 1/m --duration 2m --server-delay 1ms',
  ])('%s is a plan that the library takes', (line) => {
    const options = asked(line);
    if (typeof options === 'string') throw new Error(options);
    expect(() => planPaced(options)).not.toThrow();
  });
});

describe('what does not go together is refused in one sentence', () => {
  test.each([
    '--short',
    '--probes 10',
    '--blocks 3',
    '--spread 2s',
    '--spread 3s',
    '--precision 2%',
    '--max-time 1m',
    '--warmup 3',
    '--wait spin',
    '--histograms',
    '--with-warmup',
    '--verbose',
  ])('%s', (words) => {
    const name = words.split(' ')[0];
    expect(asked(`${words} --rate 2000/s`)).toBe(
      `${name} is of probes that wait for each other, and with --rate they do not; leave out ${name} or --rate`,
    );
    expect(asked(`${words} --in-flight 2`)).toContain('and with --in-flight they do not');
  });

  test.each([
    [
      '--duration 5s',
      '--duration is of probes that do not wait for each other, and those here do; add --rate, --connections or --in-flight, or leave it out',
    ],
    ['--arrivals poisson', '--arrivals is of probes that do not wait for each other'],
    ['--arrivals poisson --connections 2', '--arrivals are those of a rate, and there is none'],
    ['--type throughput --rate 2000/s', '--type throughput has throughput, and with --rate there are'],
    ['--type both --rate 2000/s', '--type both has throughput'],
    ['--sizes 1,1000 --connections 3', 'with --connections all probes have one size'],
    ['--rate 0/s', 'Expected a rate above 0'],
    ['--rate 10M', 'Expected how often probes are sent'],
    ['--connections 0', 'Expected a whole number from 1 to 1000'],
    ['--in-flight many', 'Expected a whole number from 1 to 65536'],
    ['--rate 2000/s --arrivals bursty', 'uniform'],
  ])('%s', (line, complaint) => {
    expect(asked(line)).toContain(complaint);
  });
});

describe('a condition that cannot be answered is refused before anything is sent', () => {
  test('one of throughput, or of a mean, is none of probes that do not wait for each other', () => {
    expect(() => requireOfPaced([parseAnyThreshold('throughput.p50 < 1Mbit/s')])).toThrow(
      'not of paced probes',
    );
    expect(() => requireOfPaced([parseAnyThreshold('rtt.mean > 1ms')])).toThrow('not of paced probes');
    expect(() => requireOfPaced([parseAnyThreshold('down.goodput < 1M')])).toThrow('not of paced probes');
    expect(() =>
      requireOfPaced(['rtt.p99 > 1ms', 'service.max > 1s', 'lost > 1%'].map(parseAnyThreshold)),
    ).not.toThrow();
  });

  test('and one of response times none of those that do', () => {
    expect(() => refuseOfPaced([parseAnyThreshold('response.p99 > 1ms')])).toThrow('is of paced probes');
    expect(() => refuseOfPaced([parseAnyThreshold('rtt.p99 > 1ms')])).not.toThrow();
  });

  test('a percentile of too few probes, by either of its names', () => {
    for (const text of ['rtt.p99.9 > 1ms', 'response.p99.9 > 1ms']) {
      const conditions = [parseAnyThreshold(text)];
      expect(() => requirePacedProbes(conditions, 100)).toThrow('and 100 are due in one');
      expect(() => requirePacedProbes(conditions, 100_000)).not.toThrow();
      expect(() => requirePacedProbes(conditions, null)).not.toThrow();
    }
  });
});
