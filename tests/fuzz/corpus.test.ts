/** What the fuzzer knows: each input of its corpus comes to what is written in its file, in every way that it can be played. */
import { beforeAll, describe, expect, test } from 'vitest';
import { Chance } from '../../fuzz/chance.ts';
import { clientInput } from '../../fuzz/client-input.ts';
import { mostEchoes, playClient } from '../../fuzz/client-play.ts';
import {
  escaped,
  readCorpus,
  readEntry,
  unescaped,
  writeClientEntry,
  writeServerEntry,
} from '../../fuzz/corpus.ts';
import { InProcess } from '../../fuzz/in-process.ts';
import { type FuzzInput, latin1, wholeOf } from '../../fuzz/input.ts';
import { Inputs } from '../../fuzz/inputs.ts';
import { minimised } from '../../fuzz/minimise.ts';
import { differenceOf, steady } from '../../fuzz/outcome.ts';

const CORPUS = readCorpus();
const SERVERS = CORPUS.filter((entry) => entry.kind === 'server');
const CLIENTS = CORPUS.filter((entry) => entry.kind === 'client');
const FRESH = 2_000;

const inSingleBytes = (input: FuzzInput): FuzzInput => {
  const whole = wholeOf(input);
  return { ...input, pieces: Array.from(whole, (_, at) => whole.subarray(at, at + 1)) };
};

describe('a client that sends what was once wrong', () => {
  let world: InProcess;
  beforeAll(async () => {
    world = await InProcess.start();
  });

  test.each(SERVERS)(
    'is answered as it must be, however its bytes are cut: $name',
    ({ input, reason, answer }) => {
      const { outcome, difference } = world.play(input, true);
      expect(difference).toBeUndefined();
      expect(outcome.reason).toBe(reason);
      expect(steady(outcome.answer)).toBe(answer ?? '');
      expect(differenceOf(outcome, world.play(inSingleBytes(input), false).outcome)).toBeUndefined();
    },
  );

  test('or something that nobody has sent before, is answered by server and core alike', () => {
    const chance = new Chance(1);
    const inputs = new Inputs(
      chance,
      SERVERS.map(({ input }) => input),
    );
    for (let i = 0; i < FRESH; i++) {
      const input = inputs.next();
      expect(world.play(input, i % 20 === 0).difference, latin1(wholeOf(input))).toBeUndefined();
    }
    expect(inputs.classes.size).toBeGreaterThan(20);
  });
});

describe('a server that answers what was once wrong', () => {
  test.each(CLIENTS)('leaves no client without an end: $name', ({ input, end }) => {
    expect(playClient(input)).toEqual({ end, fault: undefined });
    expect(playClient({ ...input, sizes: [1] })).toEqual({ end, fault: undefined });
  });

  test('or something new, makes no client take it for an echo or blame itself', () => {
    const chance = new Chance(2);
    for (let i = 0; i < FRESH; i++) {
      const input = clientInput(chance);
      expect(playClient(input).fault, JSON.stringify(input)).toBeUndefined();
    }
  });
});

describe('a fault that the fuzzer must not miss', () => {
  const right = { answer: '200 OK: Ready\n', reason: 'terminated', detail: undefined, fault: undefined };

  test.each([
    ['another answer', { ...right, answer: '200 OK: Ready' }],
    ['another end', { ...right, reason: 'closed-by-peer' }],
    ['another word in the log', { ...right, detail: 'of something' }],
    ['a connection that stays', { ...right, fault: 'the connection stays' }],
  ])('is a difference: %s', (_, wrong) => {
    expect(differenceOf(right, right)).toBeUndefined();
    expect(differenceOf(right, wrong)).toBeTypeOf('string');
  });

  test('is none where only keys and times differ', () => {
    const load = (key: string, ms: number): string =>
      `200 OK: Load ${key.repeat(32)} ${ms} 0 4\nr 1 ${ms} 3\na 7 ${ms}\nd 3\n${'\n'.repeat(3)}e 3\nx done\n`;
    expect(steady(load('a', 5))).toBe(steady(load('b', 600)));
    expect(steady('200 OK: Residence kernel 5 7/2 -\n')).toBe(
      steady('200 OK: Residence application - 8 9\n'),
    );
    expect(steady('200 OK: Residence kernel 5\n')).not.toBe(steady('200 OK: Residence kernel 5 6\n'));
  });

  test('is an echo of other bytes, or more echoes than came', () => {
    const input = clientInput(new Chance(1));
    const one = { ...input, client: 'one by one', dialect: 'size-first', payloadBytes: 3 } as const;
    expect(mostEchoes('m abc 1\nm abc 2\n', one, 5)).toBe(2);
    expect(mostEchoes('abc\nabcabc', one, 5)).toBe(3);
    expect(mostEchoes('m abx 1\n', one, 5)).toBe(0);
    expect(mostEchoes('m abc x\n', one, 5)).toBe(0);
  });
});

describe('whoever reads a file of the corpus', () => {
  test('sees every byte, and can write it', () => {
    const all = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');
    expect(unescaped(escaped(all))).toBe(all);
    expect(escaped(all)).toMatch(/^[ -~]+$/);
  });

  test.each(CORPUS)('finds in it what is played: $name', (entry) => {
    const written =
      entry.kind === 'server'
        ? writeServerEntry(entry.input, ['again'])
        : writeClientEntry(entry.input, ['again']);
    expect(readEntry(entry.name, written).input).toEqual(entry.input);
  });

  test('has no more to read than is needed for the fault', async () => {
    const parts = [...'a long text with an x and a y in it'];
    const small = await minimised(parts, (left) => left.includes('x') && left.includes('y'));
    expect(small.join('')).toBe('xy');
  });
});
