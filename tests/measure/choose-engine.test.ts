/** Which engine measures, and in which words a wish that cannot be had is refused. */
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { EcholotError } from '../../src/core/errors.ts';
import { chooseEngine, engineFor, needsNative } from '../../src/measure/choose-engine.ts';
import { MockEngine } from './mock-engine.ts';

const WHY = 'it needs Linux, and this is darwin';
const LACK = { reason: WHY, remedy: undefined };
const FULL = { reason: 'too many open files (eventfd: EMFILE)', remedy: 'raise the limit (ulimit -n)' };

function refusal(choose: () => unknown): EcholotError {
  try {
    choose();
  } catch (error) {
    if (error instanceof EcholotError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the engine', () => {
  test.each([
    ['auto', undefined, [], 'native', null],
    ['auto', undefined, ['Multipath TCP'], 'native', null],
    ['auto', LACK, [], 'node', WHY],
    ['native', undefined, [], 'native', null],
    ['native', undefined, ['Multipath TCP'], 'native', null],
    ['node', undefined, [], 'node', null],
    ['auto', FULL, [], 'node', `${FULL.reason}: ${FULL.remedy}`],
    ['node', LACK, [], 'node', null],
  ] as const)(
    '%s, native missing because %o, needed for %j: %s',
    (requested, why, needs, engine, fallback) => {
      expect(chooseEngine(requested, why, needs)).toEqual({ engine, fallback });
    },
  );

  test.each([
    ['native', LACK, [], [WHY, 'no native engine']],
    ['node', undefined, ['a congestion control'], ['a congestion control needs the native engine']],
    [
      'node',
      undefined,
      ['a send buffer', 'Multipath TCP'],
      ['a send buffer and Multipath TCP need the native'],
    ],
    ['auto', LACK, ['the wait mode spin'], ['the wait mode spin needs the native engine', WHY]],
  ] as const)(
    '%s, native missing because %o, needed for %j is refused with %j',
    (requested, why, needs, words) => {
      const { code, message, advice } = refusal(() => chooseEngine(requested, why, needs));
      expect(code).toBe('usage');
      for (const word of words) expect(message).toContain(word);
      expect(advice).toBeTruthy();
    },
  );
});

describe('a limit of this machine that keeps the native engine from running', () => {
  test.each([
    ['native', []],
    ['auto', ['Multipath TCP']],
  ] as const)('is no mistake of whoever asks for %s with %j, and can be raised', (requested, needs) => {
    const { code, message, advice } = refusal(() => chooseEngine(requested, FULL, needs));
    expect(code).toBe('limit');
    expect(message).toContain(FULL.reason);
    expect(advice).toBe('raise the limit (ulimit -n)');
  });
});

describe('what only the native engine can do', () => {
  test.each([
    {},
    { wait: 'adaptive' },
    { socket: { noDelay: false, bindAddress: '127.0.0.1' } },
    { socket: { quickAck: false, multipath: false } },
  ] as const)('%j runs everywhere', (options) => {
    expect(needsNative(options)).toEqual([]);
  });

  test.each([
    { congestionControl: 'bbr' },
    { trafficClass: 0 },
    { maxSegmentBytes: 88 },
    { sendBufferBytes: 1 },
    { receiveBufferBytes: 1 },
    { quickAck: true },
    { multipath: true },
    { device: 'lo' },
  ])('%j is not dropped in silence by an engine that cannot set it', (socket) => {
    expect(needsNative({ socket })).toHaveLength(1);
  });

  test.each(['spin', 'block'] as const)('%s is no way of the portable engine', (wait) => {
    expect(needsNative({ wait })).toEqual([`the wait mode ${wait}`]);
  });
});

describe('the engine handed to a run', () => {
  const clock = new VirtualClock();
  const node = new MockEngine(clock, { sessions: [], name: 'node' });
  const engine = new MockEngine(clock, { sessions: [], name: 'native' });

  test('is the native one where it is there', () => {
    expect(engineFor({}, { node, native: () => ({ engine }) })).toEqual({ engine, fallback: null });
  });

  test('is the portable one with the reason where it is not', () => {
    const native = (): typeof LACK => LACK;
    expect(engineFor({}, { node, native })).toEqual({ engine: node, fallback: WHY });
  });

  test('is not looked for when it is not wanted: loading it takes time and may fail', () => {
    const native = (): never => {
      throw new Error('loaded');
    };
    expect(engineFor({ engine: 'node' }, { node, native })).toEqual({ engine: node, fallback: null });
  });
});
