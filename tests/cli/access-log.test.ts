/** The server's log: every value of a setup, whatever happened to a session, one line each. */
import { expect, test } from 'vitest';
import { accessLog } from '../../src/cli/log/access-log.ts';
import { type LogForm, type LogLevel, lineFormat } from '../../src/cli/log/log-line.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { ServerEvent } from '../../src/index.ts';
import { EVENTS } from './log-events.ts';

async function logged(
  form: LogForm,
  events: readonly ServerEvent[] = EVENTS,
  level: LogLevel = 'debug',
): Promise<string[]> {
  const lines: string[] = [];
  const output = { hasRoom: true, write: (line: string) => lines.push(line), drop: () => {} };
  const log = accessLog(output, lineFormat(form, false), new VirtualClock(), level);
  for (const event of events) log.tell(event);
  for (const line of lines) expect(line).toMatch(/^[^\n]+\n$/);
  return lines.map((line) => line.trimEnd());
}

test('json: programs find every value under its name, with its unit in the name', async () => {
  const lines = (await logged('json')).map((line): unknown => JSON.parse(line));
  const values = {
    measurement: 'rtt',
    payloadBytes: 1_000,
    probes: 10,
    serverDelayMs: 500,
    delayUnit: 'seconds',
  };
  expect(lines).toMatchObject([
    {
      msg: 'limits',
      maxPayloadBytes: 16_777_216,
      maxTotalPayloadBytes: 1_073_741_824,
      maxSessions: 1_024,
      maxClientSessions: 512,
      maxSessionMs: 86_400_000,
      load: {
        maxMs: 60_000,
        maxBitsPerSecond: 0,
        maxStreams: 32,
        maxLoads: 1,
        maxWaiting: 32,
        maxWaitMs: 600_000,
      },
    },
    { msg: 'connected', level: 20, session: 1, remote: '192.0.2.9:50568' },
    { msg: 'setup', level: 30, session: 1, dialect: 'probes-first', perhaps: ['zero-based'], ...values },
    { msg: 'dialect recognised', session: 1, dialect: 'zero-based', ...values },
    { msg: 'setup', level: 30, session: 2, dialect: 'size-first', ...values, stamps: true, pipeline: true },
    {
      msg: 'end',
      level: 30,
      session: 1,
      remote: '192.0.2.9:50568',
      reason: 'terminated',
      probesEchoed: 10,
      durationMs: 5_012,
    },
    { msg: 'end', level: 40, session: 2, reason: 'invalid-setup', detail: 'two\nlines' },
    {
      msg: 'waits for its turn to load',
      level: 30,
      session: 1,
      remote: '192.0.2.9:50568',
      afterMs: 14_000,
      before: 2,
    },
    {
      msg: 'token',
      level: 30,
      session: 2,
      remote: '192.0.2.9:50568',
      holder: 'lab',
      class: 'token',
      token: '0'.repeat(32),
      budgetBytesPerDay: 1_000,
    },
    {
      msg: 'load',
      level: 30,
      session: 1,
      remote: '192.0.2.9:50568',
      durationMs: 20_000,
      bitsPerSecond: 1e9,
      streams: 8,
    },
    {
      msg: 'end of load',
      level: 30,
      session: 1,
      remote: '192.0.2.9:50568',
      reason: 'done',
      streams: 4,
      receivedBytes: 7_340_032,
      sentBytes: 9_437_184,
      durationMs: 20_001,
    },
    { level: 40, remote: '[2001:db8::9]:50569', reason: 'full', most: 1_024 },
    { level: 40, remote: '[2001:db8::9]:50569', reason: 'share', most: 512 },
    { msg: 'clients wait', level: 50, reason: 'too many open files', advice: 'raise the limit' },
    { msg: expect.stringContaining('events dropped'), level: 40, events: 12 },
  ]);
  expect(lines[2], 'without the extension').not.toHaveProperty('stamps');
  for (const line of lines) expect(line).toHaveProperty('time', expect.stringMatching(/^\d{4}-.*Z$/));
});

test('pretty: one line an event, with a time of day, and no colour in a pipe', async () => {
  const lines = await logged('pretty');
  expect(lines).toHaveLength(EVENTS.length);
  for (const line of lines) expect(line).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] (DEBUG|INFO|WARN|ERROR): [a-z]/);
  expect(lines.join('')).not.toContain('\u001b');
  expect(lines[2]).toContain('"payloadBytes":1000,"probes":10,"serverDelayMs":500,"delayUnit":"seconds"');
  expect(lines[6]).toContain('"detail":"two\\nlines"');
});

test('a log without room is not even formatted: the lines are counted', async () => {
  let dropped = 0;
  const output = { hasRoom: false, write: () => expect.unreachable(), drop: () => dropped++ };
  const log = accessLog(output, lineFormat('pretty', false), new VirtualClock(), 'debug');
  for (const event of EVENTS) log.tell(event);
  expect(dropped).toBe(EVENTS.length);
});

const LEVEL_NUMBERS = { error: 50, warn: 40, info: 30, debug: 20 } as const;

test.each(Object.entries(LEVEL_NUMBERS) as [LogLevel, number][])(
  'an operator who asks for %s gets that and what is worse, and nothing else',
  async (level, number) => {
    const levelsOf = (lines: string[]): number[] => lines.map((line) => JSON.parse(line).level);
    const all = levelsOf(await logged('json'));
    expect(all).toContain(number);
    expect(levelsOf(await logged('json', EVENTS, level))).toEqual(all.filter((one) => one >= number));
  },
);

const remote = { address: '192.0.2.9', port: 1, family: 4 } as const;

function leaving(session: number): ServerEvent[] {
  const left = { reason: 'closed-by-peer', detail: undefined, echoed: 0, durationNs: 1 } as const;
  return [
    { kind: 'connected', session, remote },
    { kind: 'end', session, remote, ...left, isHealthCheck: true },
  ];
}

test('a balancer that looks whether the server is there fills no log, unless somebody wants to see it', async () => {
  expect(await logged('json', leaving(1), 'info')).toEqual([]);
  const [, end] = await logged('json', leaving(1), 'debug');
  expect(JSON.parse(end ?? '')).toMatchObject({ level: 20, remote: '192.0.2.9:1', isHealthCheck: true });
});

async function flooded(level: LogLevel, events: readonly ServerEvent[]): Promise<Record<string, unknown>[]> {
  const lines: string[] = [];
  const clock = new VirtualClock();
  const output = { hasRoom: true, write: (line: string) => lines.push(line), drop: () => {} };
  const log = accessLog(output, lineFormat('json', false), clock, level);
  for (const event of events) log.tell(event);
  clock.step();
  return lines.map((line) => JSON.parse(line));
}

test('in a flood what is not told is counted by kind, and only what the level would have told', async () => {
  const flood = Array.from({ length: 100 }, (_, session): ServerEvent[] => [
    { kind: 'connected', session, remote },
    {
      kind: 'end',
      session,
      remote,
      reason: session % 2 === 0 ? 'terminated' : 'invalid-setup',
      detail: undefined,
      echoed: 0,
      durationNs: 1,
    },
  ]).flat();
  const more = (await flooded('warn', flood)).at(-1);
  expect(more).toMatchObject({ address: '192.0.2.9', 'invalid-setup': 40 });
  expect(more).not.toHaveProperty('terminated');
  expect(more).not.toHaveProperty('connected');
  const told = (await flooded('debug', flood)).at(-1);
  expect(told).toMatchObject({ connected: 80, terminated: 40, 'invalid-setup': 40 });
  const checks = Array.from({ length: 100 }, (_, session) => leaving(session)).flat();
  expect(await flooded('info', checks)).toEqual([]);
});

test('a client over its own share is not told as if the server were full', async () => {
  const refused = (of: 'all' | 'client'): ServerEvent => ({
    kind: 'refused',
    remote,
    reason: of === 'all' ? 'full' : 'share',
    most: 5,
  });
  const lines = await flooded('warn', [
    ...Array.from({ length: 30 }, () => refused('client')),
    ...Array.from({ length: 30 }, () => refused('all')),
  ]);
  expect(lines[0]).toMatchObject({ msg: 'refused', reason: 'share' });
  expect(lines.at(-1)).toMatchObject({ refusedClient: 10, refused: 30 });
});
