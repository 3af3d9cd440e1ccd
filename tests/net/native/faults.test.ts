/** Whatever the kernel refuses, interrupts or withholds in the middle of a block: a sample is right or missing. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SampleBuffer } from '../../../src/net/engine.ts';
import { ERRNO, MSG_ERRQUEUE, SO_TIMESTAMPING, SOL_SOCKET } from '../../../src/net/native/constants.ts';
import { loadLibc } from '../../../src/net/native/libc.ts';
import { makeSampleBuffer } from '../../../src/net/samples.ts';
import { makePlan } from '../world.ts';
import {
  type Answer,
  type Call,
  goodServer,
  type Meddle,
  OneThread,
  stampedPlan,
  stampsHaveBegun,
} from './one-thread.ts';

const { libc, reason } = loadLibc();
const LAYERS = ['sendCallNs', 'localQueueNs', 'kernelRttNs', 'wakeUpNs'] as const;

/** The layers of a sample, all of them or none. */
function layersOf({ layers }: SampleBuffer, at: number): number[] | undefined {
  const values = LAYERS.map((name) => layers?.[name][at] ?? Number.NaN);
  if (values.every(Number.isNaN)) return undefined;
  for (const value of values) expect(value).not.toBeNaN();
  return values;
}

/** Every sample is one, and its layers make up its whole. @returns how many have layers */
function expectSound(samples: SampleBuffer, count: number): number {
  expect(samples.count).toBe(count);
  let stamped = 0;
  for (let at = 0; at < count; at++) {
    const rttNs = samples.rttNs[at] ?? 0;
    expect(rttNs).toBeGreaterThan(0);
    const layers = layersOf(samples, at);
    if (layers === undefined) continue;
    stamped++;
    const sumNs = layers.reduce((sum, ns) => sum + ns, 0);
    expect(Math.abs(sumNs - rttNs)).toBeLessThanOrEqual(1);
  }
  return stamped;
}

/** A server that notes what it hears. */
function listening(answer: Answer = goodServer()): { answer: Answer; heard: () => string } {
  const chunks: Uint8Array[] = [];
  return {
    heard: () => Buffer.concat(chunks).toString('latin1'),
    answer: (received, server) => {
      chunks.push(received.slice());
      answer(received, server);
    },
  };
}

const movesBytes = ({ name }: Call): boolean => /^(send|recv|ppoll)/.test(name);
const takesStamp = ({ name, args }: Call): boolean =>
  name === 'recvmsg' && (Number(args[2]) & MSG_ERRQUEUE) !== 0;

describe.skipIf(libc === undefined)(`the native loop ${reason ?? ''}`, () => {
  let end: (() => void) | undefined;
  beforeAll(async () => {
    end = await stampsHaveBegun();
  });
  afterAll(() => end?.());

  describe('has every layer of every sample, and they make up the round trip', () => {
    test.each([
      [4, 1],
      [4, 100],
      [4, 64 * 1024],
      [4, 1024 * 1024],
      [6, 1],
      [6, 64 * 1024],
    ] as const)('over IPv%i with %i bytes', (family, payloadBytes) => {
      using ends = new OneThread({ family, plan: stampedPlan({ payloadBytes }) });
      expect(expectSound(ends.run(10), 10)).toBeGreaterThanOrEqual(9);
    });
  });

  test('does not mind which of its calls is interrupted, or has to be made again', () => {
    const errno = fc.constantFrom(ERRNO.EINTR, ERRNO.EAGAIN, ERRNO.ENOBUFS);
    const failures = fc.array(fc.tuple(fc.nat(80), errno), { maxLength: 30 });
    const payload = fc.constantFrom(1, 1_000, 300_000);
    const undisturbed = new Map<number, string>();
    fc.assert(
      fc.property(payload, failures, (payloadBytes, list) => {
        const talk = (meddle: Meddle): string => {
          const { answer, heard } = listening();
          using ends = new OneThread({ plan: stampedPlan({ payloadBytes }), meddle, answer });
          expectSound(ends.run(6), 6);
          expect(ends.loop.close(() => expect.unreachable())).toBe('answered');
          return heard();
        };
        const failing = new Map(list);
        let calls = 0;
        const said = talk((call) => {
          const number = movesBytes(call) ? failing.get(calls++) : undefined;
          return number === undefined ? call.make() : call.fail(number);
        });
        const expected = undisturbed.get(payloadBytes) ?? talk((call) => call.make());
        undisturbed.set(payloadBytes, expected);
        expect(said === expected).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  test('sends what the kernel takes only bit by bit, with the stamp of the last bit', () => {
    const { answer, heard } = listening();
    const bitByBit: Meddle = (call) => {
      const [fd, bytes, length, flags] = call.args;
      if (!call.name.startsWith('send')) return call.make();
      return call.make(fd, bytes, Math.min(Number(length), 7), flags);
    };
    using ends = new OneThread({ plan: stampedPlan({ payloadBytes: 100 }), meddle: bitByBit, answer });
    expect(expectSound(ends.run(5), 5)).toBeGreaterThanOrEqual(4);
    const [, , third] = heard().split('\n').slice(1);
    expect(third).toMatch(/^m \w{100} 3$/);
  });

  test('gets 16 MiB back from an echo server that answers while it is still being sent to', () => {
    const payloadBytes = 16 * 1024 * 1024;
    const { answer, heard } = listening((received, server) => server.say(received));
    const plan = makePlan('plain', { payloadBytes });
    using ends = new OneThread({ plan, answer });
    expectSound(ends.run(1), 1);
    expect(heard()).toHaveLength(payloadBytes);
  });

  test('measures without layers on a kernel that has no stamps', () => {
    const withoutStamps: Meddle = (call) => {
      const [, level, option] = call.args;
      const stamps = call.name === 'setsockopt' && level === SOL_SOCKET && option === SO_TIMESTAMPING;
      return stamps ? call.fail(ERRNO.EINVAL) : call.make();
    };
    using ends = new OneThread({ meddle: withoutStamps });
    expect(expectSound(ends.run(20), 20)).toBe(0);
  });

  test('misses the layers of a probe whose stamp was lost, and of no other', () => {
    let lost = 0;
    let drawn = 0;
    const losing: Meddle = (call) => {
      const result = call.make();
      if (!takesStamp(call) || result < 0 || ++drawn % 10 !== 0) return result;
      lost++;
      return call.fail(ERRNO.EAGAIN);
    };
    using ends = new OneThread({ meddle: losing });
    const stamped = expectSound(ends.run(100), 100);
    expect(lost).toBeGreaterThanOrEqual(19);
    expect(stamped).toBe(100 - lost);
  });

  test('misses the layers of a block in which the wall clock was set, and of no other block', () => {
    const SET_AT_PROBE = 30;
    let probes = -1;
    let setByS = 0n;
    const setting: Meddle = (call) => {
      if (call.name.startsWith('send') && ++probes === SET_AT_PROBE) setByS = 1n;
      const result = call.make();
      const time = call.args[1];
      if (call.name === 'clock_gettime' && time instanceof Uint32Array) {
        const words = new BigInt64Array(time.buffer);
        words[0] = (words[0] ?? 0n) + setByS;
      }
      return result;
    };
    using ends = new OneThread({ meddle: setting });
    ends.run(20);
    const samples = makeSampleBuffer(40, true);
    ends.run(20, samples);
    // What the kernel stamps with has not been set in truth.
    setByS = 0n;
    ends.run(20, samples);
    expectSound(samples, 40);
    const missing = Array.from({ length: 40 }, (_, at) => layersOf(samples, at) === undefined);
    expect(missing.slice(0, 20)).not.toContain(false);
    expect(missing.slice(20)).not.toContain(true);
  });

  test.each(['spin', 'adaptive', 'block'] as const)(
    'keeps what it has when the peer resets the connection, waiting by %s',
    (wait) => {
      let echoes = 0;
      const answer: Answer = (received, server) => {
        if (++echoes === 4) server.reset();
        else server.say(received);
      };
      using ends = new OneThread({ plan: { ...makePlan('plain'), wait, stamps: true }, answer });
      const samples = makeSampleBuffer(20, true);
      expect(() => ends.run(20, samples)).toThrow(
        expect.objectContaining({ code: 'network', phase: 'measurement' }),
      );
      expectSound(samples, 3);
    },
  );

  test('keeps what it has when the network is lost while it sends', () => {
    let sends = 0;
    const losing: Meddle = (call) =>
      call.name.startsWith('send') && ++sends === 5 ? call.fail(ERRNO.EHOSTUNREACH) : call.make();
    using ends = new OneThread({ meddle: losing });
    const samples = makeSampleBuffer(20, true);
    expect(() => ends.run(20, samples)).toThrow(
      expect.objectContaining({ code: 'network', phase: 'measurement' }),
    );
    // The first one was the setup.
    expectSound(samples, 3);
  });
});
