/** The server's log: every value of a setup, whatever happened to a session, one line each. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** The log goes to the process's standard error at once, past every stream, so it takes a process to read it. */
function logged(form: 'json' | 'pretty'): string[] {
  const script = fileURLToPath(new URL('log-events.ts', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, form], {
    encoding: 'utf8',
    timeout: 10_000,
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  return stderr.trimEnd().split('\n');
}

test('json: programs find every value under its name, with its unit in the name', () => {
  const lines = logged('json').map((line): unknown => JSON.parse(line));
  const values = {
    measurement: 'rtt',
    payloadBytes: 1_000,
    probes: 10,
    serverDelayMs: 500,
    delayUnit: 'seconds',
  };
  expect(lines).toMatchObject([
    { msg: 'limits', maxPayloadBytes: 16_777_216, maxTotalPayloadBytes: 1_073_741_824, maxSessions: 1_024 },
    { msg: 'connected', level: 30, session: 1, remote: '192.0.2.9:50568' },
    { msg: 'setup', level: 30, session: 1, dialect: 'probes-first', perhaps: ['zero-based'], ...values },
    { msg: 'dialect recognised', session: 1, dialect: 'zero-based', ...values },
    { msg: 'setup', level: 30, session: 2, dialect: 'size-first', ...values, stamps: true },
    { msg: 'end', level: 30, session: 1, reason: 'terminated', probesEchoed: 10, durationMs: 5_012 },
    { msg: 'end', level: 40, session: 2, reason: 'invalid-setup', detail: 'two\nlines' },
    { level: 40, remote: '[2001:db8::9]:50569', maxSessions: 1_024 },
    { msg: 'clients wait', level: 40, reason: 'too many open files', advice: 'raise the limit' },
  ]);
  expect(lines[2], 'without the extension').not.toHaveProperty('stamps');
  for (const line of lines) expect(line).toHaveProperty('time', expect.stringMatching(/^\d{4}-.*Z$/));
});

test('pretty: one line an event, with a time of day, and no colour in a pipe', () => {
  const lines = logged('pretty');
  expect(lines).toHaveLength(9);
  for (const line of lines) expect(line).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] (INFO|WARN): [a-z]/);
  expect(lines.join('')).not.toContain('\u001b');
  expect(lines[2]).toContain('"payloadBytes":1000,"probes":10,"serverDelayMs":500,"delayUnit":"seconds"');
  expect(lines[6]).toContain('"detail":"two\\nlines"');
});
