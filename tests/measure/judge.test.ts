/** The doubts about a result: each is raised with its evidence when it should be, and only then. */
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/measure/judge.ts';
import { layersRecord } from '../../src/measure/layers.ts';
import { type MeasureOptions, planMeasurement } from '../../src/measure/plan.ts';
import type {
  DialectAttempt,
  DialectRecord,
  EngineInfo,
  LayersRecord,
  SessionRecord,
} from '../../src/result/result.ts';
import type { Warning } from '../../src/result/warnings.ts';

const US = 1_000;
const MS = 1_000_000;
const ENDPOINT = { address: '127.0.0.1', port: 9_900, family: 4 } as const;
const SPOKEN: DialectRecord = { requested: 'auto', spoken: 'size-first', attempts: [] };

interface SessionOptions {
  readonly payloadBytes?: number;
  readonly warmupProbes?: number;
  /** Time to connect; default the fastest sample, as on a path without artefacts. */
  readonly connectNs?: number;
  readonly suspendedProbes?: number;
  readonly layers?: LayersRecord | null;
}

function session(rttNs: readonly number[], options: SessionOptions = {}): SessionRecord {
  const { payloadBytes = 100, warmupProbes = 0, connectNs = Math.min(...rttNs) } = options;
  const { suspendedProbes = 0, layers = null } = options;
  return {
    measurement: 'rtt',
    payloadBytes,
    messageBytes: payloadBytes + 6,
    local: ENDPOINT,
    remote: ENDPOINT,
    connectNs,
    readyText: '200 OK: Ready',
    echoForm: 'message',
    termination: 'answered',
    warmupProbes,
    rttNs,
    sentAtNs: rttNs.map((_, i) => i * 100 * MS),
    statistics: null,
    handshakeRttNs: null,
    suspendedProbes,
    layers,
    path: null,
    socket: null,
    clientCpuShare: null,
  };
}

const ENGINE: EngineInfo = {
  name: 'node',
  requested: 'node',
  fallback: null,
  wait: 'adaptive',
  clock: { name: 'virtual', resolutionNs: 1, readCostNs: 0 },
  selfTest: null,
};

interface Case extends Partial<Omit<MeasureOptions, 'engine'>> {
  readonly engine?: Partial<EngineInfo>;
  readonly dialect?: DialectRecord;
  readonly sessions?: readonly SessionRecord[];
}

/** Enough probes for every percentile, no delay, one calm session: nothing to doubt. */
function judged({ dialect = SPOKEN, sessions, probes = 500, engine, ...options }: Case): Warning[] {
  const plan = planMeasurement({ host: 'echo.example', port: 9_900, probes, ...options });
  return judge(plan, { ...ENGINE, ...engine }, dialect, sessions ?? [session(steady(probes))]);
}

function codes(options: Case): string[] {
  return judged(options).map(({ code }) => code);
}

function one<Code extends Warning['code']>(code: Code, options: Case): Extract<Warning, { code: Code }> {
  const found = judged(options).filter(
    (warning): warning is Extract<Warning, { code: Code }> => warning.code === code,
  );
  expect(found).toHaveLength(1);
  return found[0] as Extract<Warning, { code: Code }>;
}

function steady(n: number, ns: number = 100 * US): number[] {
  return new Array<number>(n).fill(ns);
}

function attempt(dialect: string): DialectAttempt {
  const error = { code: 'peer', message: 'no', advice: null, expected: null, received: null } as const;
  return { dialect, error: { ...error, phase: 'setup' } };
}

test('a sound run is not doubted', () => {
  expect(judged({})).toEqual([]);
});

describe('few-probes: fewer than the ten of the assignment', () => {
  test.each([1, 9])('%d probes are too few', (probes) => {
    const warning = one('few-probes', { probes });
    expect(warning.probes).toBe(probes);
    expect(warning.message).toContain(`${probes} ${probes === 1 ? 'probe ' : 'probes '}`);
    expect(warning.advice).toContain('10');
  });

  test.each([10, 11])('%d are not', (probes) => {
    expect(codes({ probes })).not.toContain('few-probes');
  });
});

describe('thin-tail: a 99th percentile that is little more than the maximum', () => {
  test.each([10, 100, 499])('%d probes do not carry it', (probes) => {
    expect(one('thin-tail', { probes })).toMatchObject({ probes, neededProbes: 500 });
  });

  test('with as many as it advises it is gone', () => {
    const { neededProbes } = one('thin-tail', { probes: 100 });
    expect(codes({ probes: neededProbes })).not.toContain('thin-tail');
  });

  test('the session with the fewest samples counts, not the plan: a run may have ended early', () => {
    const sessions = [session(steady(500)), session(steady(4))];
    expect(one('thin-tail', { probes: 500, sessions }).probes).toBe(4);
  });

  test('nothing is said of percentiles where nothing was measured', () => {
    expect(codes({ probes: 100, sessions: [] })).not.toContain('thin-tail');
  });
});

describe('server-delay: what was asked for is in every sample', () => {
  test('it is told, in ns for programs and in ms for people', () => {
    const warning = one('server-delay', { serverDelayMs: 2.5 });
    expect(warning.serverDelayNs).toBe(2_500_000);
    expect(warning.message).toContain('2.5 ms');
  });

  test('no delay, no word of it', () => {
    expect(codes({ serverDelayMs: 0 })).toEqual([]);
  });
});

describe('other-dialect: the server did not speak what was tried first', () => {
  test('the dialect it does speak is named, with the option that saves the attempts', () => {
    const attempts = [attempt('size-first'), attempt('probes-first')];
    const warning = one('other-dialect', { dialect: { requested: 'auto', spoken: 'hello', attempts } });
    expect(warning.spoken).toBe('hello');
    expect(warning.advice).toContain('--dialect hello');
    expect(warning.message).toContain('2 other attempts');
  });

  test.each([
    ['found at the first attempt', SPOKEN],
    ['never found', { requested: 'auto', spoken: null, attempts: [attempt('size-first')] }],
    ['named by the user', { requested: 'tabs', spoken: 'tabs', attempts: [] }],
  ])('not when the dialect was %s', (_when, dialect) => {
    expect(codes({ dialect })).not.toContain('other-dialect');
  });
});

describe('delayed-ack: 40 to 55 ms on a path that is much shorter', () => {
  const DELAYED = 47 * MS;

  /** `many` of 500 samples at `ns`, evenly spread, the rest at 100 us. */
  function mixed(many: number, ns: number = DELAYED): SessionRecord {
    const samples = steady(500);
    for (let i = 0; i < many; i++) samples[Math.floor((i * 500) / many)] = ns;
    return session(samples, { payloadBytes: 2_048 });
  }

  test('47 ms among samples of 100 us are found, counted and named with their size', () => {
    const warning = one('delayed-ack', { sessions: [mixed(250)] });
    expect(warning).toMatchObject({ payloadBytes: 2_048, affectedProbes: 250, medianAffectedNs: DELAYED });
    expect(warning.message).toContain('250 of 500 probes of 2 KiB took');
    expect(warning.message).toContain('47 ms');
  });

  test('every probe at 47 ms on a path that connects in 100 us is no path of 47 ms', () => {
    const sessions = [session(steady(500, DELAYED), { connectNs: 100 * US })];
    expect(one('delayed-ack', { sessions })).toMatchObject({ affectedProbes: 500 });
  });

  test.each([
    ['on a path of 47 ms all samples are the path', [session(steady(500, DELAYED))]],
    ['on a path of 20 ms it cannot be told', [session([...steady(400, 20 * MS), ...steady(100, DELAYED)])]],
    ['one sample in 500 is an accident', [mixed(1)]],
    ['nine samples in 500 are under 2 %', [mixed(9)]],
    ['30 ms is not the delay of an acknowledgement', [mixed(250, 30 * MS)]],
    ['200 ms is a lost segment, not a held acknowledgement', [mixed(250, 200 * MS)]],
    ['a session without a sample has nothing to show', [session([], { connectNs: 100 * US })]],
  ])('not raised: %s', (_why, sessions) => {
    expect(codes({ sessions })).not.toContain('delayed-ack');
  });

  test.each([10, 250, 499])('raised from 2 % on: %d of 500', (many) => {
    expect(one('delayed-ack', { sessions: [mixed(many)] }).affectedProbes).toBe(many);
  });

  test.each([40, 47, 54])('raised for the whole range seen in the field: %d ms', (ms) => {
    expect(codes({ sessions: [mixed(100, ms * MS)] })).toContain('delayed-ack');
  });

  test('three of ten probes are enough; two may be the work of a busy scheduler', () => {
    const short = (delayed: number) => [session([...steady(10 - delayed), ...steady(delayed, DELAYED)])];
    expect(codes({ probes: 10, sessions: short(3) })).toContain('delayed-ack');
    expect(codes({ probes: 10, sessions: short(2) })).not.toContain('delayed-ack');
  });

  test('a server asked to wait 47 ms is not suspected of it', () => {
    expect(codes({ serverDelayMs: 47, sessions: [mixed(250)] })).toEqual(['server-delay']);
  });

  test('what happened in the warm-up is no doubt about the measurement', () => {
    const samples = [...steady(50, DELAYED), ...steady(500)];
    expect(codes({ sessions: [session(samples, { warmupProbes: 50 })] })).toEqual([]);
  });

  test('each session is judged on its own: only the size that suffers is named', () => {
    const warning = one('delayed-ack', { sessions: [session(steady(500)), mixed(100)] });
    expect(warning.payloadBytes).toBe(2_048);
  });

  test('one doubt is enough: delayed acknowledgements at the head are not called a cold start too', () => {
    const samples = [...steady(50, DELAYED), ...steady(450)];
    expect(codes({ sessions: [session(samples)] })).toEqual(['delayed-ack']);
  });
});

describe('cold-start: a first tenth that is far slower than the rest', () => {
  const cold = (n: number, headNs: number): number[] => [
    ...steady(Math.floor(n / 10), headNs),
    ...steady(n - Math.floor(n / 10)),
  ];

  test('the two medians are shown, with the size and the way out', () => {
    const sessions = [session(cold(500, 300 * US), { payloadBytes: 400 })];
    const warning = one('cold-start', { sessions });
    expect(warning).toMatchObject({
      payloadBytes: 400,
      firstMedianNs: 300 * US,
      restMedianNs: 100 * US,
    });
    expect(warning.message).toContain('first 50 probes of 400 B');
    expect(warning.message).toContain('medians 300 us and 100 us');
    expect(warning.advice).toContain('--warmup');
  });

  test.each([
    ['a first tenth half as slow again is within reason', cold(500, 150 * US)],
    ['fewer than 50 samples have no tenth to speak of', cold(49, 900 * US)],
    ['one slow first probe is not a cold start', [900 * US, ...steady(499)]],
    ['a slow end is not a cold start', cold(500, 900 * US).reverse()],
    ['a session without a sample has nothing to show', []],
  ])('not raised: %s', (_why, samples) => {
    expect(codes({ sessions: [session(samples, { connectNs: 100 * US })] })).not.toContain('cold-start');
  });

  test.each([50, 500])('raised just beyond one and a half times, with %d samples', (n) => {
    expect(codes({ sessions: [session(cold(n, 151 * US))] })).toContain('cold-start');
  });

  test('a warm-up cures it', () => {
    expect(codes({ sessions: [session(cold(600, 300 * US), { warmupProbes: 60 })] })).toEqual([]);
  });

  test('a server delay does not hide it', () => {
    const sessions = [session(cold(500, 300 * US))];
    expect(codes({ serverDelayMs: 1, sessions })).toEqual(['server-delay', 'cold-start']);
  });
});

test('every doubt says what it is and what to do, in one sentence each', () => {
  const attempts = [attempt('size-first')];
  const all = [
    ...judged({
      probes: 5,
      serverDelayMs: 1,
      dialect: { requested: 'auto', spoken: 'hello', attempts },
      sessions: [session([...steady(10, 300 * US), ...steady(90)])],
    }),
    ...judged({ sessions: [session([...steady(250, 47 * MS), ...steady(250)])] }),
    ...judged({
      engine: { fallback: 'there is no koffi' },
      sessions: [
        session(steady(500), {
          suspendedProbes: 1,
          layers: stamped([...new Array<null>(9).fill(null), 700 * MS, 1, 1]),
        }),
      ],
    }),
  ];
  expect(all.map(({ code }) => code)).toEqual([
    'few-probes',
    'thin-tail',
    'server-delay',
    'other-dialect',
    'cold-start',
    'delayed-ack',
    'engine-fell-back',
    'suspended',
    'missing-stamps',
    'server-stalled',
  ]);
  for (const { message, advice } of all) {
    for (const text of [message, advice]) expect(text).toMatch(/^\S.*[^.]$/);
  }
});

/** Layers of which only these matter to a judge; the client's are all there. */
function stamped(residenceNs: readonly (number | null)[], missingClient = 0): LayersRecord {
  const steadily = residenceNs.map(() => 1_000);
  const lists = { sendCallNs: steadily, localQueueNs: steadily, wakeUpNs: steadily };
  const kernelRttNs = residenceNs.map((ns, i) => (i < missingClient ? null : (ns ?? 0) + 5_000));
  const record = layersRecord({ ...lists, kernelRttNs, residenceNs }, 'kernel', 0);
  if (record === null) throw new Error('there are no layers');
  return record;
}

describe('engine-fell-back: nobody asked for the portable engine', () => {
  test('the reason is in it for people and for programs', () => {
    const warning = one('engine-fell-back', { engine: { requested: 'auto', fallback: 'no koffi here' } });
    expect(warning.reason).toBe('no koffi here');
    expect(warning.message).toContain('no koffi here');
  });
});

describe('suspended: the client was stopped', () => {
  test('the probes left out are counted over all sessions', () => {
    const sessions = [1, 2].map((suspendedProbes) => session(steady(500), { suspendedProbes }));
    expect(one('suspended', { sessions })).toMatchObject({ suspendedProbes: 3 });
  });
});

describe('missing-stamps: the layers speak for some of the probes only', () => {
  const residences = (missing: number): (number | null)[] => [
    ...new Array<null>(missing).fill(null),
    ...steady(500 - missing, 4_000),
  ];
  const sessions = (missingServer: number, missingClient: number): SessionRecord[] => [
    session(steady(500), { layers: stamped(residences(missingServer), missingClient) }),
  ];

  test.each([
    ['server', sessions(6, 0), 0, 6],
    ['client', sessions(0, 6), 6, 0],
  ])('six of 500 at the %s are more than 1 %%', (_side, given, client, server) => {
    expect(one('missing-stamps', { sessions: given })).toMatchObject({
      probes: 500,
      clientMissingProbes: client,
      serverMissingProbes: server,
    });
  });

  test('five of 500 are not: a stamp is lost now and then', () => {
    expect(codes({ sessions: sessions(5, 5) })).toEqual([]);
  });

  test('a native run without a single stamp lacks them all: the kernel refused', () => {
    const warning = one('missing-stamps', { engine: { name: 'native' } });
    expect(warning).toMatchObject({ probes: 500, clientMissingProbes: 500 });
    expect(warning.message).toContain('none of 500 probes');
    expect(warning.advice).not.toContain('other probes');
  });

  test('a multipath socket owes none either', () => {
    expect(codes({ engine: { name: 'native' }, socket: { multipath: true } })).toEqual([]);
  });

  test('the portable engine owes none, and a run that wanted none lacks none', () => {
    expect(codes({ engine: { name: 'node' } })).toEqual([]);
    expect(codes({ engine: { name: 'native' }, stamps: false })).toEqual([]);
  });
});

describe('server-stalled: some probes lay at the server for ever', () => {
  function residing(stalls: readonly number[], usualNs = 4_000): Case {
    const residences = [...steady(500 - stalls.length, usualNs), ...stalls];
    return { sessions: [session(steady(500), { payloadBytes: 400, layers: stamped(residences) })] };
  }

  test('they are counted, with the longest and the usual', () => {
    const warning = one('server-stalled', residing([700 * MS, 1_500 * MS]));
    expect(warning).toMatchObject({
      payloadBytes: 400,
      stalledProbes: 2,
      longestResidenceNs: 1_500 * MS,
      medianResidenceNs: 4_000,
    });
    expect(warning.message).toContain('2 of 500 probes of 400 B');
    expect(warning.message).toContain('1500 ms');
  });

  test.each([
    ['100 ms are within reach of a busy scheduler', residing([100 * MS])],
    ['a server that takes 50 ms each time is slow, not stalled', residing([900 * MS], 50 * MS)],
  ])('not raised: %s', (_why, given) => {
    expect(codes(given)).not.toContain('server-stalled');
  });

  test('a delay that was asked for is no stall', () => {
    const asked = { ...residing([150 * MS]), serverDelayMs: 100 };
    expect(codes(asked)).toEqual(['server-delay']);
  });
});

test('what is advised can be typed: no advice on doubts names an empty or unfinished option', () => {
  const { advice } = one('thin-tail', { probes: 100 });
  expect(advice).toMatch(/--probes 500\b/);
});
