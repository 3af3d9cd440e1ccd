/** The answer comes first: its figures are those of the tables, its trust no more than they bear, its doubts counted once. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyse } from '../../src/analysis/analyse.ts';
import { weigh } from '../../src/report/document/weigh.ts';
import { humanReport, reportPieces } from '../../src/report/human.ts';
import { plainText } from '../../src/report/terminal/spans.ts';
import type { Result } from '../../src/result/result.ts';
import type { Warning } from '../../src/result/warnings.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { cleanRecording, US } from '../analysis/recordings.ts';
import { markdownReport } from './rendered.ts';
import { analysed, SAMPLE_RESULT } from './sample-result.ts';
import { stampedResult } from './stamped-result.ts';

const BOTH = [
  ...[1, 1_000].map((payloadBytes) => closedLoop('rtt', payloadBytes)),
  ...[1_024, 32_768].map((payloadBytes) => closedLoop('throughput', payloadBytes)),
];

const RECORDING = cleanRecording({
  workloads: BOTH,
  probes: 60,
  levelNs: 20 * US,
  plan: { probes: null },
});
const CLEAN: Result = { ...RECORDING, ...analyse(RECORDING) };

function brief(result: Result, width = 80): string {
  return humanReport(result, { depth: 'brief', width });
}

function lone(cause: Extract<Warning, { code: 'lone-delay' }>['cause'], payloadBytes = 100): Warning {
  return {
    ...{ code: 'lone-delay', check: 'lone-delays', workload: closedLoop('rtt', payloadBytes), probes: 1 },
    ...{ run: 1, longestNs: 1e9, sentAtNs: 1, warmUp: false, othersP99Ns: 1e5, cause },
    ...{ message: `a probe of ${payloadBytes} B took 1 s`, advice: 'measure again' },
  };
}

const CONTENDED: Warning = {
  ...{ code: 'processor-contended', check: 'processor', waitShare: 0.2, involuntarySwitches: 3 },
  ...{ stealShare: null, message: 'the thread waited', advice: 'leave the machine alone' },
};

describe('the answer', () => {
  test('of a run that was cut short counts the blocks that would have come, not those that its budget had left out', () => {
    const stop = { reason: 'ended-early', rounds: 3, achievedPrecision: null } as const;
    const outcome = { status: 'cancelled', error: null } as const;
    const planned = CLEAN.plan.blocks ?? 0;
    expect(brief({ ...CLEAN, outcome, stop })).toContain(` of ${4 * planned} blocks were begun`);
    const cut: Result = { ...CLEAN, outcome, stop: { ...stop, fittingRounds: 6 } };
    expect(brief(cut)).toContain(' of 24 blocks were begun');
  });

  test('of a whole run is at most 12 lines of 80 columns, and starts every report', async () => {
    for (const result of [CLEAN, analysed(await stampedResult())]) {
      const lines = brief(result).trimEnd().split('\n');
      expect(lines.length).toBeLessThanOrEqual(12);
      for (const depth of ['usual', 'full'] as const) {
        expect(humanReport(result, { depth, width: 80 })).toContain(brief(result));
      }
    }
  });

  test('has the medians, intervals and tails of the tables', () => {
    for (const [name, size] of [
      ['RTT, 1 B', 1],
      ['RTT, 1000 B', 1_000],
    ] as const) {
      const rtt = CLEAN.series.find((one) => one.workload.payloadBytes === size)?.statistics?.rttNs;
      const [median, , p99] = rtt?.estimates ?? [];
      const us = (ns = Number.NaN): string => (ns / 1_000).toFixed(2);
      const interval = `${us(median?.interval?.low)}–${us(median?.interval?.high)}`;
      const line = `${us(median?.value)} µs 95 %: ${interval}, p99 ${us(p99?.value)} µs`;
      expect(brief(CLEAN).replace(/ +/g, ' ')).toContain(`${name} ${line}\n`);
    }
    const rate = CLEAN.series.at(-1)?.statistics?.goodputBitsPerSecond?.median ?? 0;
    const text = Math.round(rate / 1e6).toLocaleString('en-US');
    expect(brief(CLEAN)).toMatch(new RegExp(`Throughput, 32 KiB +${text} Mbit/s`));
  });

  test('says of the throughput that it is no capacity', () => {
    expect(brief(CLEAN).replace(/\s+/g, ' ')).toContain(
      'one message at a time: not the capacity of the path',
    );
  });

  test('says whose time it is by stamps, and that it is not known without', () => {
    expect(brief(CLEAN)).toMatch(/Whose time, 1 B +network 78 % +this machine 17 %, server 5 %\n/);
    expect(brief(SAMPLE_RESULT)).toMatch(/Whose time, 1 B +not known +the engine node has no kernel stamps/);
  });

  test('of a server that tells nothing parts this machine from the rest, and no more', async () => {
    const untold = await stampedResult({
      facts: {},
      residenceSource: undefined,
      layers: [
        { sendCallNs: 2_000, localQueueNs: 0, kernelRttNs: 6_000, wakeUpNs: 2_000, residenceNs: Number.NaN },
      ],
    });
    expect(brief(analysed(untold))).toMatch(/Whose time, \S+ B +network and server 60 % +this machine 40 %/);
  });

  test('trusts medians as far as their widest interval, and not at all without one', () => {
    expect(brief(CLEAN)).toMatch(/Trust +medians to 1 % +no doubts found/);
    expect(brief(SAMPLE_RESULT)).toMatch(/Trust +not known +too few blocks for an interval/);
  });
});

describe('doubts are weighed', () => {
  test('one reason is one doubt, whatever it was seen by', () => {
    const { doubts } = weigh({ ...CLEAN, warnings: [lone('processor-wait'), CONTENDED] });
    expect(doubts.map(({ cause }) => cause)).toEqual(['a busy machine']);
    expect(doubts[0]?.cases.map(({ code }) => code)).toEqual(['lone-delay', 'processor-contended']);
  });

  test('what has no proven cause is not laid to the machine', () => {
    const { doubts } = weigh({ ...CLEAN, warnings: [lone(null), CONTENDED] });
    expect(doubts.map(({ cause }) => cause)).toEqual(['a busy machine', 'unsteady figures']);
  });

  test('what spoils the answer comes before what widens it', () => {
    const between: Warning = {
      ...{ code: 'something-between', check: 'something-between', certain: true, handshakeRttNs: 1 },
      ...{ echoNs: 2, message: 'something is between', advice: 'look' },
    };
    expect(weigh({ ...CLEAN, warnings: [CONTENDED, between] }).doubts[0]?.cause).toBe('something between');
  });

  test('few probes that were asked for are a note, and a doubt where nobody asked', () => {
    const few: Warning = {
      ...{ code: 'few-probes', check: 'samples', probes: 5, message: '5 are few', advice: 'take more' },
    };
    const asked = { ...CLEAN, plan: { ...CLEAN.plan, probes: 5 }, warnings: [few] };
    expect(weigh(asked)).toEqual({ doubts: [], notes: ['5 are few'] });
    expect(weigh({ ...CLEAN, warnings: [few] }).doubts).toHaveLength(1);
  });

  test('no warning is lost: each is in one doubt or a note', () => {
    const all = [lone('server'), lone('network'), lone('retransmission'), lone('client'), CONTENDED];
    for (const cause of ['server', 'network', 'garbage-collection', null] as const) {
      const { doubts, notes } = weigh({ ...CLEAN, warnings: [lone(cause)] });
      expect(doubts.length + notes.length).toBe(1);
    }
    const messages = weigh({ ...CLEAN, warnings: all }).doubts.flatMap(({ cases }) => cases);
    expect(messages).toHaveLength(5);
  });

  test('are counted alike in a terminal, in Markdown and in themselves', () => {
    const doubted = { ...CLEAN, warnings: [lone(null, 100), lone(null, 1_000), CONTENDED] };
    const { doubts } = weigh(doubted);
    expect(doubts).toHaveLength(2);
    expect(humanReport(doubted).match(/^doubt: /gm)).toHaveLength(2);
    expect(humanReport(doubted)).toContain('2 doubts');
    expect(markdownReport([doubted])).toContain('2 doubts');
    expect(markdownReport([doubted]).match(/what to do: /g)).toHaveLength(2);
  });
});

describe('the width of the terminal', () => {
  test('is that of the lines, from 50 to 200 columns, in every depth', () => {
    const depths = fc.constantFrom('brief', 'usual', 'full');
    fc.assert(
      fc.property(depths, fc.integer({ min: 50, max: 200 }), (depth, width) => {
        for (const line of humanReport(CLEAN, { depth, width }).split('\n')) {
          expect(line.length).toBeLessThanOrEqual(width);
          expect(line).toBe(line.trimEnd());
        }
      }),
      { numRuns: 40 },
    );
  });

  test('that has no room for a column says which is missing', () => {
    const narrow = humanReport(CLEAN, { depth: 'usual', width: 50 });
    expect(narrow).toMatch(/no room for [a-z, ]*std dev/);
    expect(humanReport(CLEAN, { depth: 'usual', width: 120 })).not.toContain('no room');
  });

  test('takes nothing from the median, its interval and p99', () => {
    const narrow = humanReport(CLEAN, { depth: 'usual', width: 50 });
    for (const figure of ['median', '95 % interval', 'p99']) expect(narrow).toContain(figure);
  });
});

test('tones change no word: a file reads as the terminal does', () => {
  const pieces = [...reportPieces([CLEAN], { depth: 'usual', width: 80 })];
  expect(pieces.some((piece) => typeof piece !== 'string')).toBe(true);
  expect(plainText(pieces)).toBe(humanReport(CLEAN));
});

test('few samples that move the mean are a note, in one line for all sizes; blocks that lie apart are a doubt', () => {
  const outliers = (payloadBytes: number, outlyingBlocks: number): Warning => ({
    ...{ code: 'outliers', check: 'outliers', workload: closedLoop('rtt', payloadBytes), outlyingBlocks },
    ...{
      blocks: 10,
      meanNs: 3,
      medianNs: 1,
      largestNs: 9,
      message: `probes of ${payloadBytes} B`,
      advice: 'look',
    },
  });
  const { doubts, notes } = weigh({
    ...CLEAN,
    warnings: [outliers(1, 0), outliers(100, 0), outliers(1_000, 2)],
  });
  expect(notes).toEqual(['probes of 1 B, and likewise RTT of 100 B']);
  expect(doubts.map(({ cause }) => cause)).toEqual(['unsteady figures']);
});
