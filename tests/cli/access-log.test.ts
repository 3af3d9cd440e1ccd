/** The server's log: every value of a setup, whatever happened to a session, one line each. */
import { expect, test } from 'vitest';
import { accessLog, type LogForm, lineFormat } from '../../src/cli/log/access-log.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import type { ServerEvent } from '../../src/index.ts';
import { EVENTS } from './log-events.ts';

async function logged(form: LogForm, events: readonly ServerEvent[] = EVENTS): Promise<string[]> {
  const lines: string[] = [];
  const output = { hasRoom: true, write: (line: string) => lines.push(line), drop: () => {} };
  const log = accessLog(output, await lineFormat(form, false), new VirtualClock());
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
      load: { maxMs: 60_000, maxBitsPerSecond: 0, maxStreams: 32 },
    },
    { msg: 'connected', level: 30, session: 1, remote: '192.0.2.9:50568' },
    { msg: 'setup', level: 30, session: 1, dialect: 'probes-first', perhaps: ['zero-based'], ...values },
    { msg: 'dialect recognised', session: 1, dialect: 'zero-based', ...values },
    { msg: 'setup', level: 30, session: 2, dialect: 'size-first', ...values, stamps: true },
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
    { level: 40, remote: '[2001:db8::9]:50569', maxSessions: 1_024 },
    { msg: 'clients wait', level: 40, reason: 'too many open files', advice: 'raise the limit' },
    { msg: expect.stringContaining('events dropped'), level: 40, events: 12 },
  ]);
  expect(lines[2], 'without the extension').not.toHaveProperty('stamps');
  for (const line of lines) expect(line).toHaveProperty('time', expect.stringMatching(/^\d{4}-.*Z$/));
});

test('pretty: one line an event, with a time of day, and no colour in a pipe', async () => {
  const lines = await logged('pretty');
  expect(lines).toHaveLength(EVENTS.length);
  for (const line of lines) expect(line).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] (INFO|WARN): [a-z]/);
  expect(lines.join('')).not.toContain('\u001b');
  expect(lines[2]).toContain('"payloadBytes":1000,"probes":10,"serverDelayMs":500,"delayUnit":"seconds"');
  expect(lines[6]).toContain('"detail":"two\\nlines"');
});

test('a log without room is not even formatted: the lines are counted', async () => {
  let dropped = 0;
  const output = { hasRoom: false, write: () => expect.unreachable(), drop: () => dropped++ };
  const log = accessLog(output, await lineFormat('pretty', false), new VirtualClock());
  for (const event of EVENTS) log.tell(event);
  expect(dropped).toBe(EVENTS.length);
});
