/** Each fault of a student's server is found and named, and nothing else is blamed for it. */
import { describe, expect, test } from 'vitest';
import { findDialect } from '../../src/check/find-dialect.ts';
import type { RuleFinding } from '../../src/check/rule.ts';
import { RULES } from '../../src/check/rules/table.ts';
import { holdToRules } from '../../src/check/run.ts';
import { Server, type ServerOptions } from '../../src/check/server.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { MemoryNetwork } from '../../src/net/memory/network.ts';
import { type Change, PORT, SmallServer, takesSetup } from './small-server.ts';

const TIMEOUT_NS = 2e9;
/** Until all that is on its way has come. */
const SOON_NS = 10_000_000n;

async function served(change: Change): Promise<{
  readonly clock: VirtualClock;
  readonly options: Omit<ServerOptions, 'dialect'>;
}> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyNs: 100_000 });
  await SmallServer.listen(clock, network, change);
  const options = {
    network,
    target: { host: 'server.example', port: PORT, family: undefined },
    timeoutNs: TIMEOUT_NS,
    signal: undefined,
  };
  return { clock, options };
}

async function check(
  change: Change,
): Promise<{ readonly dialect: string; readonly findings: RuleFinding[] }> {
  const { clock, options } = await served(change);
  const { dialect } = await clock.drive(findDialect(options));
  const findings = await clock.drive(holdToRules(RULES, new Server({ ...options, dialect }), () => {}));
  return { dialect: dialect.name, findings };
}

function failed(findings: readonly RuleFinding[]): string[] {
  return findings.filter(({ verdict }) => verdict === 'fail').map(({ rule }) => rule.name);
}

/** A setup without one of the demands. */
function lenient(passes: (fields: readonly string[]) => boolean): Change {
  return { takesSetup: (fields) => takesSetup(fields) || passes(fields) };
}

/** The first number may also be this one; any one at all where it is undefined. */
function startsAt(first?: number): NonNullable<Change['takesNumber']> {
  return (number, { next, probes }) => {
    const isRight = number === String(next) && next <= probes;
    return isRight || (next === 1 && /^\d+$/.test(number) && (first ?? Number(number)) === Number(number));
  };
}

/** A server, and the rules that it alone breaks. */
const WRONG: readonly (readonly [what: string, change: Change, rules: readonly string[]])[] = [
  [
    'takes a setup without a delay',
    lenient((fields) => fields.length === 4 && takesSetup([...fields, '0'])),
    ['setup-without-delay'],
  ],
  ['takes a field too many', lenient((fields) => takesSetup(fields.slice(0, 5))), ['setup-extra-field']],
  [
    'takes any type',
    lenient(
      ([letter, type = '', ...rest]) => type.length === 3 && takesSetup([letter ?? '', 'RTT', ...rest]),
    ),
    ['setup-unknown-type'],
  ],
  [
    'takes a size of 0',
    lenient(
      ([letter = '', type = '', size, ...rest]) => size === '0' && takesSetup([letter, type, '1', ...rest]),
    ),
    ['setup-size-zero'],
  ],
  [
    'takes any letter',
    lenient(([letter = '', ...rest]) => letter === 'x' && takesSetup(['s', ...rest])),
    ['setup-wrong-letter'],
  ],
  [
    'takes a negative delay',
    lenient((fields) => fields[4] === '-1' && takesSetup([...fields.slice(0, 4), '1'])),
    ['setup-delay-negative'],
  ],
  [
    'knows no throughput',
    { takesSetup: (fields) => takesSetup(fields) && fields[1] === 'RTT' },
    ['setup-throughput'],
  ],
  ['answers setups otherwise', { setupError: '404 ERROR: Bad Setup\n' }, ['setup-error-text']],
  ['refuses setups without a word', { setupError: null }, ['setup-error-text']],
  [
    'answers a wrong probe with the error of the setup',
    { measurementError: '404 ERROR: Invalid Connection Setup Message\n' },
    ['measurement-error-text'],
  ],
  [
    'leaves connections open after errors',
    { closesAfterError: false },
    ['setup-error-closes', 'measurement-error-closes', 'termination-error-closes'],
  ],
  [
    'looks at no number',
    { takesNumber: () => true },
    ['sequence-start', 'sequence-skipped', 'sequence-repeated', 'sequence-past-end', 'sequence-text'],
  ],
  [
    'takes any number within the plan',
    { takesNumber: (number, { probes }) => Number(number) >= 1 && Number(number) <= probes },
    ['sequence-start', 'sequence-skipped', 'sequence-repeated'],
  ],
  [
    'never stops counting',
    { takesNumber: (number, { next }) => number === String(next) },
    ['sequence-past-end'],
  ],
  ['takes a run that starts with 0', { takesNumber: startsAt(0) }, ['sequence-start']],
  ['takes a run that starts with 2', { takesNumber: startsAt(2) }, ['sequence-start']],
  ['takes any first number', { takesNumber: startsAt() }, ['sequence-start']],
  ['looks at no size', { takesPayload: () => true }, ['payload-short', 'payload-long']],
  [
    'takes payloads that are too short',
    { takesPayload: (payload, { size }) => payload.length <= size },
    ['payload-short'],
  ],
  ['takes any letter of a probe', { takesLetter: true }, ['probe-wrong-letter']],
  [
    'cuts long messages off',
    { echo: (line) => `${line.length > 10_000 ? line.slice(0, 10_000) : line}\n` },
    ['echo-large'],
  ],
  ['answers before the delay is over', { delayS: (asked) => asked / 2 }, ['delay-not-early']],
  ['takes seconds for milliseconds', { delayS: (asked) => asked / 1_000 }, ['delay-not-early']],
  ['waits twice as long', { delayS: (asked) => 2 * asked }, ['delay-not-late']],
  ['says goodbye otherwise', { closingText: 'bye\n' }, ['termination-answered']],
  ['says no goodbye', { closingText: null }, ['termination-answered']],
  ['does not close after the goodbye', { closesAfterBye: false }, ['termination-closes']],
  ['takes any termination', { takesBye: () => true }, ['termination-malformed']],
  ['refuses terminations otherwise', { terminationError: '404 ERROR\n' }, ['termination-error-text']],
  ['serves one client at a time', { atOnce: 1 }, ['clients-at-once']],
  ['takes a read for a message', { oneRead: true }, ['pieces', 'two-in-one-segment']],
  ['parts payloads at blanks', { splitsAtBlanks: true }, ['payload-spaces']],
  ['loses NUL bytes', { stripsNul: true }, ['payload-nul']],
  ['knows no CR', { takesCrlf: false }, ['crlf']],
];

describe('a server that is right', () => {
  test('passes every rule', async () => {
    const { dialect, findings } = await check({});
    expect(dialect).toBe('size-first');
    expect(
      findings
        .filter(({ verdict }) => verdict !== 'pass')
        .map(({ rule, fault, note }) => [rule.name, fault, note]),
    ).toEqual([]);
  });
});

describe('a server that', () => {
  test.each([0.5, 1.5])('thinks for %f s before each answer is not blamed for it', async (thinkS) => {
    const { findings } = await check({ thinkS });
    expect(failed(findings)).toEqual([]);
    expect(findings.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  });

  test.each(WRONG)('%s is found out by the rule it breaks, and by no other', async (_what, change, rules) => {
    const { findings } = await check(change);
    expect(failed(findings)).toEqual(rules);
  });

  test.each([
    ['setup-probes-text', 'setup-of-words', 'setup-size-text'],
    ['sequence-start', 'large-message', 'echo-large'],
    ['leaves-in-echo', 'client-leaves-in-message', 'leaves-in-setup'],
  ] as const)('is gone before %s is told as gone by the rule that ended it', async (next, dies, after) => {
    // One that takes its time to end still lets in the client of the next rule, which is not to be blamed.
    for (const diesInS of [0, 0.2, 1]) {
      const { findings } = await check({ dies, diesInS });
      expect(failed(findings)).toEqual([after]);
      expect(findings.find(({ rule }) => rule.name === after)?.fault?.received).toBe('its end');
      const rest = findings.slice(findings.findIndex(({ rule }) => rule.name === next));
      expect(new Set(rest.map(({ note }) => note))).toEqual(new Set([`the server ended after ${after}`]));
    }
  });

  test.each([0, 0.02, 0.2, 1])(
    'ends %f s after its first refusal: no other rule is blamed',
    async (diesInS) => {
      const { findings } = await check({ dies: 'refusal', diesInS });
      expect(failed(findings)).toEqual([]);
      expect(findings[2]).toMatchObject({ verdict: 'pass', rule: { name: 'setup-without-type' } });
      expect(findings[3]?.note).toBe('the server ended after setup-without-type');
      expect(findings.at(-1)?.note).toBe('the server ended after setup-without-type');
    },
  );

  describe.each([true, false])('that closes after errors: %s', (closesAfterError) => {
    const closing = closesAfterError
      ? []
      : ['setup-error-closes', 'measurement-error-closes', 'termination-error-closes'];

    test.each([
      ['statuses', {}, []],
      ['echoes', {}, ['echo-rtt-sizes']],
      ['both', {}, ['echo-rtt-sizes']],
      ['both', { measurementError: '404 ERROR' }, ['echo-rtt-sizes', 'measurement-error-text']],
      ['statuses', { setupError: '404 ERROR: Invalid' }, ['setup-error-text']],
    ] as const)('and has no line feed at the end of its %s: once, and soon', async (bare, change, rules) => {
      const { findings } = await check({ bare, ...change, closesAfterError });
      expect(failed(findings).filter((name) => !closing.includes(name))).toEqual(rules);
      expect(findings.filter(({ verdict }) => verdict === 'not-run')).toEqual([]);
      const note = findings[0]?.note;
      expect(note).toBe(bare === 'echoes' ? undefined : 'its answer has no line feed at its end');
      expect(findings.reduce((sum, { tookNs }) => sum + tookNs, 0)).toBeLessThan(
        (closesAfterError ? 2 : 6) * TIMEOUT_NS + TIMEOUT_NS / 2,
      );
    });
  });

  test('serves one client at a time is free for the next when it comes, however slow it is', async () => {
    const { findings } = await check({ atOnce: 1, thinkS: 1.5 });
    expect(failed(findings)).toEqual(['clients-at-once']);
    expect(findings.filter(({ verdict }) => verdict === 'not-run')).toEqual([]);
  });

  test.each([
    ['that is understood', {}],
    ['that takes the setup and echoes nothing right', { echo: (): string => 'm wrong 1\n' }],
    ['that takes the setup and echoes nothing', { echo: (): string => '' }],
  ] as const)(
    'logs its clients has nothing to say of those that look for its dialect: one %s',
    async (_how, change) => {
      const missed: string[] = [];
      const { clock, options } = await served({ ...change, missed: (phase) => missed.push(phase) });
      await clock.drive(findDialect(options));
      await clock.drive(new Promise<void>((resolve) => clock.wakeAt(clock.nowNs() + SOON_NS, resolve)));
      // What ends in a backslash and an n is no message for most.
      expect(missed.filter((phase) => phase === 'measurement')).toEqual([]);
      expect(missed.length).toBeLessThanOrEqual(1);
    },
  );

  test('lets everybody in and says nothing any more is blamed once, not by each rule', async () => {
    const { findings } = await check({ dies: 'refusal', diesInS: 1e4 });
    expect(failed(findings)).toEqual(['setup-without-size']);
    expect(findings.at(-1)?.note).toBe('the server answered nothing any more after setup-without-size');
  });

  test('ends and is started again is blamed for its end, and held to the other rules', async () => {
    const { findings } = await check({ dies: 'setup-of-words', returnsInS: 0.15 });
    expect(failed(findings)).toEqual(['setup-size-text', 'setup-probes-text']);
    expect(findings.filter(({ verdict }) => verdict === 'not-run')).toEqual([]);
  });

  test('serves one connection and ends is told so, in place of fifty failures', async () => {
    // Two are what finding its dialect takes.
    const { findings } = await check({ connections: 2 });
    expect(failed(findings)).toEqual([]);
    expect(findings[1]).toMatchObject({ verdict: 'not-run', note: 'the server ended after setup-rtt' });
  });

  test.each([
    ['knows no protocol and echoes all', { plainEcho: true }, 'this is a plain echo server'],
    [
      'serves pages',
      { setupError: 'HTTP/1.1 400 Bad Request\r\n', takesSetup: () => false },
      'this is a web server',
    ],
  ] as const)('%s is named for what it is, once', async (_what, change, name) => {
    const { findings } = await check(change);
    expect(failed(findings)).toEqual(['setup-rtt', 'setup-throughput']);
    expect(findings[0]?.note).toContain(name);
    expect(findings.filter(({ verdict }) => verdict === 'not-run')).toHaveLength(RULES.length - 2);
  });

  test.each([
    ['at once', { at: 'connection', text: 'A'.repeat(60_000) }, 'setup-rtt', 512],
    ['in place of an answer', { at: 'setup', text: '2' }, 'setup-rtt', 512],
    [
      'with answers that would be right',
      { at: 'setup', text: '200 OK: Ready\n'.repeat(500) },
      'setup-rtt',
      512,
    ],
    ['in place of an echo', { at: 'probe', text: 'm'.repeat(60_000) }, 'probes-in-order', 527],
  ] as const)(
    'sends without end %s is told so, and takes no more than its time',
    async (_when, floods, rule, most) => {
      const { findings } = await check({ floods });
      const finding = findings.find(({ verdict }) => verdict === 'fail');
      expect(finding?.rule.name).toBe(rule);
      expect(finding?.fault?.received).toContain(`more than ${most} bytes, which begin ${floods.text[0]}`);
      expect(finding?.tookNs).toBeLessThan(TIMEOUT_NS);
    },
  );

  test('echoes nothing right is blamed for that alone, and what stands on it is not run', async () => {
    const { findings } = await check({ echo: () => 'm wrong 1\n' });
    expect(failed(findings)).toEqual(['probes-in-order']);
    expect(findings.find(({ rule }) => rule.name === 'termination-answered')).toMatchObject({
      verdict: 'not-run',
      note: 'it stands on probes-in-order',
    });
  });
});
