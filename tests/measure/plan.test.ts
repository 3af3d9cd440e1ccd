/** The plan: the assignment's defaults, and a plain word on every value that cannot be. */
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../src/core/errors.ts';
import { DIALECT_NAMES, DIALECTS } from '../../src/core/wire/dialects.ts';
import { type MeasureOptions, type Plan, planMeasurement } from '../../src/measure/exchange/plan.ts';
import { closedLoop } from '../../src/result/workload.ts';

const TARGET = { host: 'echo.example', port: 9_900 } as const;

function plan(options: Partial<MeasureOptions> = {}): Plan {
  return planMeasurement({ ...TARGET, ...options });
}

/** Options as a program without types, or a command line, would give them. */
function untyped(options: Readonly<Record<string, unknown>>): Partial<MeasureOptions> {
  return options as Partial<MeasureOptions>;
}

function refusal(options: Partial<MeasureOptions>): EcholotError {
  try {
    plan(options);
  } catch (error) {
    if (error instanceof EcholotError) return error;
    throw new Error(`not an EcholotError, so the caller cannot tell whose fault it is: ${error}`);
  }
  throw new Error('the plan was made');
}

const RTT_SIZES = [1, 100, 200, 400, 800, 1_000];
const THROUGHPUT_SIZES = [1_024, 2_048, 4_096, 8_192, 16_384, 32_768];

const RTT_SESSIONS = RTT_SIZES.map((payloadBytes) => closedLoop('rtt', payloadBytes));
const THROUGHPUT_SESSIONS = THROUGHPUT_SIZES.map((payloadBytes) => closedLoop('throughput', payloadBytes));

describe("what is run when nothing was asked for is the assignment's", () => {
  test('a plain run measures the twelve sizes of the assignment, in ten blocks each', () => {
    expect(plan()).toEqual({
      host: 'echo.example',
      port: 9_900,
      family: undefined,
      protocol: 'auto',
      workloads: [...RTT_SESSIONS, ...THROUGHPUT_SESSIONS],
      blocks: 10,
      probes: null,
      warmupProbes: null,
      spreadNs: 3_000_000_000,
      precision: null,
      maxTimeNs: null,
      budgetNs: 30_000 * 1_000_000,
      seed: expect.any(Number),
      serverDelayNs: 0,
      timeoutNs: 10_000_000_000,
      engine: 'auto',
      wait: 'adaptive',
      stamps: true,
      socket: {},
    });
  });

  test('the short form is RTT at 1,000 bytes and throughput at 2 KiB', () => {
    expect(plan({ short: true }).workloads).toEqual([
      closedLoop('rtt', 1_000),
      closedLoop('throughput', 2_048),
    ]);
  });

  test('one type alone takes its own sizes', () => {
    expect(plan({ type: 'rtt' }).workloads).toEqual(RTT_SESSIONS);
    expect(plan({ type: 'throughput' }).workloads).toEqual(THROUGHPUT_SESSIONS);
    expect(plan({ type: 'throughput', short: true }).workloads).toEqual([closedLoop('throughput', 2_048)]);
  });

  test('what is asked for as undefined is the default, as it is when left out', () => {
    const explicit = untyped({ sizes: undefined, probes: undefined, type: undefined, protocol: undefined });
    expect(plan({ ...explicit, seed: 1 })).toEqual(plan({ seed: 1 }));
  });
});

describe('what was asked for is run, and nothing else', () => {
  test('sizes are measured in the order given, for each type, one that was named twice once', () => {
    expect(plan({ sizes: [500, 1, 500] }).workloads).toEqual([
      closedLoop('rtt', 500),
      closedLoop('rtt', 1),
      closedLoop('throughput', 500),
      closedLoop('throughput', 1),
    ]);
  });

  test('times are planned in whole nanoseconds, so that nothing is lost on the way', () => {
    const { serverDelayNs, timeoutNs } = plan({ serverDelayMs: 0.1, timeoutMs: 1_500.25 });
    expect(serverDelayNs).toBe(100_000);
    expect(timeoutNs).toBe(1_500_250_000);
  });

  test('one probe is refused as one where more blocks are asked for', () => {
    expect(() => plan({ probes: 1, blocks: 2 })).toThrow('1 probe does not make 2 blocks');
    expect(() => plan({ probes: 2, blocks: 3 })).toThrow('2 probes do not make 3 blocks');
  });

  test('probes, warm-up, family and dialect are taken over', () => {
    const options = { probes: 7, warmupProbes: 3, family: 6, protocol: 'tabs', port: 65_535 } as const;
    expect(plan(options)).toMatchObject(options);
  });

  test.each(DIALECT_NAMES)('%s can be named with as few probes as it knows', (protocol) => {
    const probes = DIALECTS[protocol].setup.minProbes;
    expect(plan({ protocol, probes })).toMatchObject({ protocol, probes });
  });

  test('warm-up counts among the probes a dialect asks for, since the server sees them too', () => {
    expect(plan({ protocol: 'hello-numeric', probes: 10, warmupProbes: 10 }).probes).toBe(10);
  });

  test('a family is in the plan when somebody asked for it: an address to send from is not a wish for one', () => {
    expect(plan({ socket: { bindAddress: '::1' } }).family).toBeUndefined();
    expect(plan({ family: 6, socket: { bindAddress: '::1' } }).family).toBe(6);
  });

  test.each([
    { trafficClass: 0, maxSegmentBytes: 88, sendBufferBytes: 1, receiveBufferBytes: 2 ** 30 },
    { trafficClass: 255, maxSegmentBytes: 32_767, congestionControl: 'bbr', device: 'eth0.100' },
    { noDelay: false, quickAck: true, multipath: true },
  ])('%j is asked of the socket as it is', (socket) => {
    expect(plan({ socket }).socket).toEqual(socket);
  });

  test('twelve million samples fit without stamps, six with them', () => {
    const sizes = Array.from({ length: 12 }, (_, i) => i + 1);
    const most = { type: 'rtt', sizes, probes: 1_000_000 } as const;
    expect(plan({ ...most, stamps: false }).probes).toBe(1_000_000);
    expect(plan({ ...most, engine: 'node' }).probes).toBe(1_000_000);
    expect(refusal(most).advice).toContain('stamps');
  });

  test('warm-up that was asked for counts in each block, or the run would end before its last probe', () => {
    const sizes = Array.from({ length: 10 }, (_, i) => i + 1);
    const most = { type: 'rtt', sizes, probes: 200_000, blocks: 10, engine: 'node' } as const;
    expect(plan({ ...most, warmupProbes: 100_000 }).warmupProbes).toBe(100_000);
    expect(refusal({ ...most, warmupProbes: 100_001 }).message).toContain('12000000');
  });

  test('a plain echo server is fine without a delay', () => {
    expect(plan({ protocol: 'plain', serverDelayMs: 0 }).protocol).toBe('plain');
  });
});

describe('a value that cannot be is refused before anything is sent', () => {
  // [what is wrong, options, what the message must name]
  const cases: readonly (readonly [string, Partial<MeasureOptions>, string])[] = [
    ['an empty host', { host: '' }, 'host'],
    ['port 0', { port: 0 }, 'port cannot be 0'],
    ['port -1', { port: -1 }, 'port cannot be -1'],
    ['port 65536', { port: 65_536 }, 'port cannot be 65536'],
    ['port 70000', { port: 70_000 }, 'port cannot be 70000'],
    ['port NaN', { port: Number.NaN }, 'port cannot be NaN'],
    ['port 80.5', { port: 80.5 }, 'port cannot be 80.5'],
    ['no size at all', { sizes: [] }, 'size'],
    ['size 0', { sizes: [100, 0] }, 'size cannot be 0'],
    ['size -1', { sizes: [-1] }, 'size cannot be -1'],
    ['size 1.5', { sizes: [1, 1.5] }, 'size cannot be 1.5'],
    ['size NaN', { sizes: [Number.NaN] }, 'size cannot be NaN'],
    ['a size over a GiB', { sizes: [2 ** 30 + 1] }, `size cannot be ${2 ** 30 + 1}`],
    ['sizes with the short form', { sizes: [1], short: true }, 'short form'],
    ['no probes', { probes: 0 }, 'probes cannot be 0'],
    ['-5 probes', { probes: -5 }, 'probes cannot be -5'],
    ['2.5 probes', { probes: 2.5 }, 'probes cannot be 2.5'],
    ['endless probes', { probes: Number.POSITIVE_INFINITY }, 'probes cannot be Infinity'],
    ['more probes than fit into memory', { probes: 10_000_001 }, 'probes cannot be 10000001'],
    ['a negative warm-up', { warmupProbes: -1 }, 'warm-up probes cannot be -1'],
    ['half a warm-up probe', { warmupProbes: 0.5 }, 'warm-up probes cannot be 0.5'],
    ['a negative delay', { serverDelayMs: -1 }, 'server delay cannot be -1 ms'],
    ['a delay of NaN', { serverDelayMs: Number.NaN }, 'server delay cannot be NaN ms'],
    ['an endless delay', { serverDelayMs: Number.POSITIVE_INFINITY }, 'server delay cannot be Infinity ms'],
    ['no time at all', { timeoutMs: 0 }, 'timeout cannot be 0 ms'],
    ['a time-out of NaN', { timeoutMs: Number.NaN }, 'timeout cannot be NaN ms'],
    ['a time-out beyond the timers', { timeoutMs: 2 ** 31 }, 'timeout cannot be 2147483648 ms'],
    ['plain echo with a delay', { protocol: 'plain', serverDelayMs: 1 }, 'delay'],
    ['an unknown dialect', untyped({ protocol: 'klingon' }), 'klingon'],
    ['a dialect by a name of Object', untyped({ protocol: 'constructor' }), 'constructor'],
    ['hello-numeric with 19 probes', { protocol: 'hello-numeric', probes: 19 }, '20 probes'],
    ['an unknown type', untyped({ type: 'jitter' }), 'jitter'],
    ['an unknown address family', untyped({ family: 5 }), '5'],
    ['an unknown engine', untyped({ engine: 'steam' }), 'engine steam'],
    ['an unknown way to wait', untyped({ wait: 'sleep' }), 'wait mode sleep'],
    ['a traffic class of 256', { socket: { trafficClass: 256 } }, 'traffic class cannot be 256'],
    ['half a traffic class', { socket: { trafficClass: 0.5 } }, 'traffic class cannot be 0.5'],
    ['a segment that Linux refuses', { socket: { maxSegmentBytes: 87 } }, 'segment size cannot be 87'],
    ['a segment beyond a window', { socket: { maxSegmentBytes: 32_768 } }, 'segment size cannot be 32768'],
    ['no send buffer', { socket: { sendBufferBytes: 0 } }, 'send buffer cannot be 0'],
    [
      'a receive buffer whose double is no int',
      { socket: { receiveBufferBytes: 2 ** 31 } },
      'receive buffer cannot be 2147483648',
    ],
    ['a congestion control without a name', { socket: { congestionControl: '' } }, 'congestion control'],
    ['a congestion control by a path', { socket: { congestionControl: '../x' } }, '"../x"'],
    ['a name that the kernel would cut', { socket: { device: 'a-very-long-name' } }, 'network interface'],
    ['a name in place of an address to send from', { socket: { bindAddress: 'localhost' } }, 'localhost'],
    ['an address of the other family', { family: 6, socket: { bindAddress: '127.0.0.1' } }, '127.0.0.1'],
  ];

  test.each(cases)('%s: the user is told which value it is and what to do', (_what, options, named) => {
    const error = refusal(options);
    expect(error.code).toBe('usage');
    expect(error.message).toContain(named);
    expect(error.advice).toBeTruthy();
    expect(error.message).not.toMatch(/\.$/);
  });

  test('an unknown dialect is answered with all that are known', () => {
    const { advice } = refusal(untyped({ protocol: 'klingon' }));
    for (const name of DIALECT_NAMES) expect(advice).toContain(name);
  });

  test('the advice for a number out of range states the range', () => {
    expect(refusal({ port: 70_000 }).advice).toMatch(/\b1 to 65535\b/);
    expect(refusal({ protocol: 'hello-numeric', probes: 19 }).advice).toContain('20');
  });
});
