/** The words of `echolot compare --rate 2000/s`: what they ask of each run, and which are refused before anything is sent. */
import { formatMessage } from '@optique/core/message';
import { parse } from '@optique/core/parser';
import { describe, expect, test } from 'vitest';
import {
  COMPARE_EXAMPLES,
  type CompareArguments,
  compareCommandLine,
} from '../../../src/cli/commands/compare.ts';
import { refuseOthers } from '../../../src/cli/run/compare/given-names.ts';
import { isPaced, pacedSides } from '../../../src/cli/run/compare/paced.ts';
import { liveSubjects } from '../../../src/cli/run/compare/subjects.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import type { ComparePacedOptions } from '../../../src/index.ts';

/** Words in quotation marks are one. */
function read(line: string): CompareArguments | string {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
  const result = parse(compareCommandLine, ['compare', ...words]);
  return result.success ? result.value : formatMessage(result.error, { colors: false, quotes: true });
}

/** What is asked of the library, the complaint, or what it is instead. */
function asked(line: string): ComparePacedOptions | string {
  const options = read(line);
  if (typeof options === 'string') return options;
  const compared = options.load ? 'loads' : isPaced(options) ? 'paced' : 'measurements';
  try {
    refuseOthers(options, compared);
    const [first = '', second] = options.subjects;
    const subjects = liveSubjects(options, first, second);
    return compared === 'paced' ? pacedSides(options, subjects) : compared;
  } catch (error) {
    if (error instanceof EcholotError) return `${error.message}; ${error.advice ?? ''}`;
    throw error;
  }
}

describe('what is asked of each run', () => {
  test('are two targets at the same rates, which are steps and no difference', () => {
    const common = { ratesPerSecond: [1_000, 5_000], timeoutMs: 10_000, socket: {} };
    expect(asked('a.example:1 b.example:2 --rate 1000/s,5000/s')).toEqual({
      a: { label: 'a.example:1', options: { ...common, host: 'a.example', port: 1 } },
      b: { label: 'b.example:2', options: { ...common, host: 'b.example', port: 2 } },
    });
  });

  test.each<[string, object, object]>([
    ['--rate 2000/s --connections 1,8', { connections: 1 }, { connections: 8 }],
    ['--in-flight 1,16', { inFlight: 1 }, { inFlight: 16 }],
    ['--rate 2000/s --wait spin,block', { wait: 'spin' }, { wait: 'block' }],
    ['--rate 2000/s --server-delay 0,1ms', { serverDelayMs: 0 }, { serverDelayMs: 1 }],
    ['--rate 2000/s --nodelay on,off', { socket: { noDelay: true } }, { socket: { noDelay: false } }],
    ['--rate 120/m --cc cubic,bbr', { ratesPerSecond: [2] }, { socket: { congestionControl: 'bbr' } }],
  ])('one target, and %s', (words, a, b) => {
    expect(asked(`h:1 ${words}`)).toMatchObject({ a: { options: a }, b: { options: b } });
  });

  test('arrivals, size, duration and the number of rounds', () => {
    const line =
      'h:1 i:1 --rate 900/s --arrivals poisson --sizes 64 --duration 5s --rounds 12 --max-time 5m --seed 3 --dialect plain';
    const options = { arrivals: 'poisson', sizes: [64], stepMs: 5_000, protocol: 'plain' };
    expect(asked(line)).toMatchObject({
      rounds: 12,
      maxTimeMs: 300_000,
      seed: 3,
      a: { options },
      b: { options },
    });
  });

  test('what the examples say', () => {
    const [line = ''] = COMPARE_EXAMPLES.map(([text]) => text).filter((text) => text.includes('/s'));
    expect(asked(line.replace('echolot compare ', ''))).toMatchObject({
      b: { options: { ratesPerSecond: [1_000, 5_000] } },
    });
  });
});

describe('refused before anything is sent', () => {
  test.each([
    ['h:1 --rate 2000/s', 'there is nothing to compare it with'],
    ['h:1 i:1 --rate 2000/s --connections 1,8', 'both the targets and --connections differ'],
    ['h:1 i:1 --rate 90M', '--rate is for loads; add --load'],
    ['h:1 i:1 --rate 90M --connections 8', '--rate is in bit/s, as for loads; write how often'],
    ['h:1 i:1 --rate 2000/s --load', '--rate is of probes, as for open loops, and --load compares loads'],
    ['h:1 i:1 --load --connections 8', '--connections is for open loops, and --load compares loads'],
    ['h:1 i:1 --arrivals poisson', '--arrivals is for open loops; add a --rate such as 2000/s'],
    ['h:1 i:1 --rate 2000/s --precision 1%', '--precision is for measurements, and probes that do not wait'],
    ['h:1 i:1 --rate 2000/s --streams 4', '--streams is for loads, and probes that do not wait'],
    ['h:1 i:1 --rate 2000/s --stamps off', '--stamps is for measurements'],
    ['h:1 i:1 --rate 2000/s --phases idle', '--phases is for loads'],
    ['h:1 i:1 --rate 2000/s --type both', 'an open loop has times, and no throughput'],
    ['h:1 i:1 --rate 2000/s,4000/s,0/s', 'Expected a rate above 0'],
    ['h:1 i:1 --rate 2000/s,90M', 'Expected a rate in bit/s'],
    ['h:1 i:1 --rate 2000/s --fail-if "up.goodput < 0.9x"', 'is of loads; write it as in response.p99'],
    ['h:1 i:1 --rate 2000/s --fail-if "throughput.p1 < 0.9x"', 'is of no change, as a comparison of paced'],
    [
      'h:1 i:1 --rate 100/s --fail-if "response.p99 > 1.1x"',
      'needs 500 probes in each step, and 200 are due',
    ],
    ['h:1 --cc cubic,bbr --fail-if "response.p99 > 1.1x"', 'is of paced probes; give a --rate'],
    ['h:1 i:1 --rate 2000/s --fail-if "response.p99 > 2ms"', 'a comparison has ratios of them'],
  ])('%s: %s', (line, why) => {
    expect(asked(line)).toContain(why);
  });

  test('an answer of p50 takes few probes', () => {
    expect(asked('h:1 i:1 --rate 100/s --fail-if "response.p50 > 1.1x"')).toMatchObject({ a: {} });
    expect(asked('h:1 i:1 --rate 100/s --duration 10s --fail-if "rtt.p99 > 1.1x"')).toMatchObject({ a: {} });
  });
});
