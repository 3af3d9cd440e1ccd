/** The table of a self-test says for each way to measure what can be trusted, and keeps no doubt to itself. */
import { expect, test } from 'vitest';
import type { SelfTestResult } from '../../src/result/self-test-result.ts';
import { bench, HEALTH } from '../measure/self-testing.ts';
import { selfTestReport } from './rendered.ts';

/** The cells of the first line that begins with these words, in the part under a title. */
function row(report: string, title: string, ...words: readonly string[]): string[] {
  const part = report.slice(report.indexOf(title));
  const line = part.split('\n').find((text) => text.trim().split(/ +/).join(' ').startsWith(words.join(' ')));
  return line?.trim().split(/ {2,}/) ?? [];
}

function withoutTheMachine(result: SelfTestResult): SelfTestResult {
  return {
    ...result,
    tool: { name: 'echolot', version: '1.2.3', node: '26.0.0' },
    system: { platform: 'linux', release: '6.18.0', arch: 'x64', cpu: null, cpus: 1 },
  };
}

test('names the machine, and what each figure is of', async () => {
  const report = selfTestReport(withoutTheMachine(await bench().run()), 'full');
  expect(report.replace(/\s+/g, ' ')).toMatch(
    /^echolot 1\.2\.3 measures itself linux 6\.18\.0, x64, 1 processor, Node\.js 26\.0\.0;/,
  );
  expect(row(report, 'How late', 'native')).toEqual(['native', '100', '50.00', '~50.00', '50.00']);
  expect(row(report, 'Round-trip time', 'native spin network').slice(0, 3)).toEqual([
    'native',
    'spin',
    'network',
  ]);
  expect(row(report, 'Round-trip time', 'native spin network').slice(4)).toEqual(['2.000', '2.300', '2.500']);
  const trusted = row(report, 'What can be trusted: from which', 'node adaptive application');
  expect(trusted).toEqual(['node', 'adaptive', 'application', '20.00 µs', 'median', '200.0 µs', '2,000 µs']);
});

test('says the rule, the state of the machine, and that nothing speaks against it', async () => {
  const report = selfTestReport(await bench().run(), 'full');
  expect(report).toContain('within 10 %, one of a hundred times within 1 %');
  expect(report).toContain('processors 60.0 % busy, 0.0 % given to other machines');
  expect(report).toContain('event loop late by 200.0 µs (p99), 900.0 µs at most');
  expect(report).not.toContain('wall clock');
  expect(report).toMatch(/\n\nno doubts found\n$/);
});

test('tells every doubt with its advice, and why there are no stamps', async () => {
  const report = selfTestReport(await bench({ notNative: 'this is darwin' }).run(), 'full');
  expect(report).toContain('no native engine: this is darwin\n');
  expect(report).toContain('no kernel stamps: they need the native engine: this is darwin\n');
  expect(report).toMatch(/^doubt: there is no native engine here: this is darwin; expect/m);
  expect(report).not.toContain('no doubts found');
});

test('says nothing of what the system does not tell, and says when the wall clock moved', async () => {
  const health = { eventLoopDelay: null, processors: null, wallClockStepNs: 3_000_000_000, quota: null };
  const report = selfTestReport(await bench({ health }).run(), 'full');
  expect(report).not.toMatch(/event loop|busy/);
  expect(report).toContain('the wall clock moved by 3,000 ms against the monotonic one meanwhile');
  expect(selfTestReport(await bench({ health: HEALTH }).run(), 'full')).toContain('busy');
});

test('every line fits any terminal', async () => {
  const report = selfTestReport(withoutTheMachine(await bench().run()), 'full');
  expect(report.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('is no longer than its reader asked for: the answer, what a program sees, or all there is', async () => {
  const result = withoutTheMachine(await bench().run());
  const [brief, usual, full] = (['brief', 'usual', 'full'] as const).map((depth) =>
    selfTestReport(result, depth),
  );
  expect(brief).toContain('are told within 10 %');
  expect(brief).not.toContain('Round-trip time on loopback');
  expect(usual).toContain('Round-trip time on loopback');
  for (const word of ['How late a sleep', 'kernel ', 'stamps', 'processors 60', 'event loop']) {
    expect(usual).not.toContain(word);
    expect(full).toContain(word);
  }
  for (const report of [brief, usual, full]) expect(report).toContain('no doubts found');
});

test('tells in the usual report, too, that the wall clock moved: the time it was made at is not sure', async () => {
  const result = await bench({ health: { ...HEALTH, wallClockStepNs: 3_000_000_000 } }).run();
  expect(selfTestReport(result, 'usual')).toContain('the wall clock moved by 3,000 ms');
});
