/** Whatever the kernel refuses, interrupts or withholds in the middle of a batch: a sample is right or missing. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SampleBuffer } from '../../../src/net/engine.ts';
import {
  ERRNO,
  MSG_ERRQUEUE,
  POLLERR,
  SO_TIMESTAMPING,
  SOL_SOCKET,
  TCP_QUICKACK,
} from '../../../src/net/native/kernel/constants.ts';
import { POLLFD } from '../../../src/net/native/kernel/layouts.ts';
import { loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { makeSampleBuffer } from '../../../src/net/session/samples.ts';
import { makePlan } from '../world.ts';
import {
  type Answer,
  type Call,
  goodServer,
  type Meddle,
  OneThread,
  type ServerSocket,
  stampedPlan,
  stampsHaveBegun,
} from './one-thread.ts';

const { libc, reason } = loadLibc();
/** A time of the kernel's clock on the program's is off by less than this, as is the time between two lines here. */
const CLOCKS_APART_NS = 3_000;
const LAYERS = ['sendCallNs', 'tcpWaitNs', 'localQueueNs', 'kernelRttNs', 'wakeUpNs'] as const;

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
    expect(sumNs).toBe(rttNs);
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

  test('does not mind which of its calls is interrupted, has to be made again, or has its errno overwritten', () => {
    const errno = fc.constantFrom(ERRNO.EINTR, ERRNO.EAGAIN, ERRNO.ENOBUFS, ERRNO.ENOENT);
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

  test('gets a large echo back through buffers that its own stamps could fill', () => {
    const plan = { ...makePlan('plain', { payloadBytes: 1024 * 1024 }), stamps: true };
    const socket = { sendBufferBytes: 8_192, receiveBufferBytes: 8_192 };
    using ends = new OneThread({ plan, socket, answer: (received, server) => server.say(received) });
    expectSound(ends.run(2), 2);
  });

  test('leaves no stamp of a piece behind, which would end each sleep and fill the memory for the echo', () => {
    let sleeps = 0;
    let endedByStamps = 0;
    const piecemeal: Meddle = (call) => {
      const [fd, bytes, length, flags] = call.args;
      if (call.name.startsWith('send')) return call.make(fd, bytes, Math.min(Number(length), 40), flags);
      const result = call.make();
      if (call.name !== 'ppoll') return result;
      const returned = new Int16Array((call.args[0] as Int32Array).buffer)[POLLFD.returned / 2];
      sleeps++;
      if (((returned ?? 0) & POLLERR) !== 0) endedByStamps++;
      return result;
    };
    const plan = { ...makePlan('plain', { payloadBytes: 2_000 }), stamps: true, wait: 'block' as const };
    using ends = new OneThread({
      plan,
      meddle: piecemeal,
      answer: (received, server) => server.say(received),
    });
    expect(expectSound(ends.run(5), 5)).toBeGreaterThanOrEqual(4);
    expect(sleeps).toBeGreaterThanOrEqual(5 * 49);
    expect(endedByStamps).toBe(0);
  });

  test('never takes the stamp of an earlier piece of a message for that of its last byte', () => {
    const lastSentNs: number[] = [];
    const epochNs = process.hrtime.bigint();
    const piecemeal: Meddle = (call) => {
      const [fd, bytes, length, flags] = call.args;
      if (!call.name.startsWith('send')) return call.make();
      lastSentNs.push(Number(process.hrtime.bigint() - epochNs));
      return call.make(fd, bytes, Math.min(Number(length), 40), flags);
    };
    const plan = { ...makePlan('plain', { payloadBytes: 100 }), stamps: true, wait: 'block' as const };
    using ends = new OneThread({
      plan,
      meddle: piecemeal,
      answer: (received, server) => server.say(received),
    });
    const samples = ends.run(10);
    expect(expectSound(samples, 10)).toBeGreaterThanOrEqual(9);
    const firstNs = samples.sentNs[0] ?? 0;
    for (let at = 0; at < 10; at++) {
      const sendCallNs = samples.layers?.sendCallNs[at] ?? Number.NaN;
      if (Number.isNaN(sendCallNs)) continue;
      // Both from the first probe on: the loop counts from an epoch of its own.
      const tcpWaitNs = samples.layers?.tcpWaitNs[at] ?? Number.NaN;
      const queuedNs = (samples.sentNs[at] ?? 0) + sendCallNs + tcpWaitNs - firstNs;
      const calledNs = (lastSentNs[3 * at + 2] ?? 0) - (lastSentNs[0] ?? 0);
      expect(queuedNs).toBeGreaterThan(calledNs - CLOCKS_APART_NS);
    }
  });

  test('with quick acknowledgement asks for it after each send and each part of an echo, with no stamp in the way', () => {
    const order: string[] = [];
    let rest: Uint8Array | undefined;
    let server: ServerSocket | undefined;
    const meddle: Meddle = (call) => {
      const result = call.make();
      if (call.name.startsWith('send')) order.push('sent');
      else if (takesStamp(call)) order.push(result < 0 ? 'no stamp left' : 'stamp');
      else if (call.name === 'recvmsg' && result > 0) order.push('part');
      else if (call.name === 'setsockopt' && call.args[2] === TCP_QUICKACK) {
        order.push('asked');
        // A server that keeps the rest back until the first part is acknowledged.
        if (order.includes('part') && rest !== undefined) server?.say(rest);
      }
      return result;
    };
    const plan = { ...makePlan('plain', { payloadBytes: 100 }), stamps: true, socket: { quickAck: true } };
    const answer: Answer = (received, socket) => {
      server = socket;
      rest = received.slice(10);
      socket.say(received.subarray(0, 10));
    };
    using ends = new OneThread({ plan, meddle, answer });
    expectSound(ends.run(1), 1);
    expect(order.slice(order.indexOf('sent') + 1).filter((what) => what !== 'stamp')).toEqual([
      'no stamp left',
      'asked',
      'part',
      'no stamp left',
      'asked',
      'part',
    ]);
  });

  test('sleeps on until the echo is due when a stamp comes into its sleep', () => {
    let asleep = 0;
    let lookedBetween = 0;
    let held: (() => void) | undefined;
    const plan = { ...makePlan('plain', { delay: { delayNs: 20_000_000, unit: 'seconds' } }), stamps: true };
    const meddle: Meddle = (call) => {
      if (held === undefined) return call.make();
      if (takesStamp(call)) return asleep === 0 ? call.fail(ERRNO.EAGAIN) : call.make();
      if (call.name === 'ppoll') {
        if (++asleep === 2) held();
        return call.make();
      }
      if (call.name === 'recvmsg' && asleep === 1) lookedBetween++;
      return call.make();
    };
    const answer: Answer = (received, server) => {
      const echo = received.slice();
      held = () => {
        server.say(echo);
        server.turn();
      };
    };
    using ends = new OneThread({ plan, meddle, answer });
    expectSound(ends.run(1), 1);
    expect(asleep).toBe(2);
    expect(lookedBetween).toBe(0);
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

  test('misses the layers of a batch in which the wall clock was set, and of no other batch', () => {
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
