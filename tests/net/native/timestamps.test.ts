/** Kernel stamps: read from control messages made by hand, and from the kernel's own on loopback. */
import { describe, expect, test } from 'vitest';
import {
  ERRNO,
  IP_RECVERR,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_RECVERR,
  MSG_CTRUNC,
  MSG_ERRQUEUE,
  SCM_TSTAMP_SCHED,
  SCM_TSTAMP_SND,
  SO_EE_ORIGIN_TIMESTAMPING,
  SO_TIMESTAMPING,
  SOL_SOCKET,
} from '../../../src/net/native/kernel/constants.ts';
import { Descriptors } from '../../../src/net/native/kernel/descriptors.ts';
import { IOVEC, MSGHDR } from '../../../src/net/native/kernel/layouts.ts';
import { type Libc, loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { encodeAddress } from '../../../src/net/native/kernel/sockaddr.ts';
import { NativeSocket } from '../../../src/net/native/kernel/socket.ts';
import {
  enableStamps,
  StampKeeper,
  StampReader,
  stampDistanceNs,
} from '../../../src/net/native/kernel/timestamps.ts';

/** A control message with 64-bit header fields, padded as the kernel pads it. */
function controlMessage(level: number, type: number, data: Uint8Array): Uint8Array {
  const message = new Uint8Array(16 + Math.ceil(data.length / 8) * 8);
  const view = new DataView(message.buffer);
  view.setBigUint64(0, BigInt(16 + data.length), true);
  view.setUint32(8, level, true);
  view.setUint32(12, type, true);
  message.set(data, 16);
  return message;
}

function stamp(seconds: number, nanoseconds: number): Uint8Array {
  const times = new BigUint64Array(6);
  times[0] = BigInt(seconds);
  times[1] = BigInt(nanoseconds);
  return controlMessage(SOL_SOCKET, SO_TIMESTAMPING, new Uint8Array(times.buffer));
}

function identity(family: 4 | 6, kind: number, id: number, origin = SO_EE_ORIGIN_TIMESTAMPING): Uint8Array {
  const offender = family === 4 ? 16 : 28;
  const error = new Uint8Array(16 + offender);
  const view = new DataView(error.buffer);
  view.setUint32(0, 42, true);
  view.setUint8(4, origin);
  view.setUint32(8, kind, true);
  view.setUint32(12, id, true);
  return family === 4
    ? controlMessage(IPPROTO_IP, IP_RECVERR, error)
    : controlMessage(IPPROTO_IPV6, IPV6_RECVERR, error);
}

interface Answer {
  readonly received: number;
  readonly control: readonly Uint8Array[];
  readonly flags?: number;
}

/** A kernel that answers each recvmsg with the next of the given messages, then with EAGAIN. */
class PretendKernel {
  vectors: { base: bigint; length: bigint }[] = [];
  readonly data: Answer[] = [];
  readonly errors: Answer[] = [];
  private readonly memory = new Map<bigint, ArrayBufferView>();

  get libc(): Libc {
    const part: Pick<Libc, 'address' | 'recvmsg' | 'errno'> = {
      address: (bytes) => {
        const address = BigInt(this.memory.size + 1) << 40n;
        this.memory.set(address, bytes);
        return address;
      },
      errno: () => ERRNO.EAGAIN,
      recvmsg: (_fd, header, flags) => {
        const answers = (flags & MSG_ERRQUEUE) === 0 ? this.data : this.errors;
        const at = this.at(header as bigint);
        if (answers === this.data) this.noteVector(at);
        const answer = answers.shift();
        if (answer === undefined) return -1;
        const target = this.at(at.getBigUint64(MSGHDR.control, true));
        const control = Buffer.concat(answer.control);
        new Uint8Array(target.buffer, target.byteOffset).set(control);
        at.setBigUint64(MSGHDR.controlBytes, BigInt(control.length), true);
        at.setUint32(MSGHDR.flags, answer.flags ?? 0, true);
        return answer.received;
      },
    };
    return part as Libc;
  }

  private noteVector(header: DataView): void {
    const vector = this.at(header.getBigUint64(MSGHDR.vectors, true));
    this.vectors.push({
      base: vector.getBigUint64(IOVEC.base, true),
      length: vector.getBigUint64(IOVEC.length, true),
    });
  }

  private at(address: bigint): DataView {
    const bytes = this.memory.get((address >> 40n) << 40n);
    if (bytes === undefined) throw new Error(`nothing lies at ${address}`);
    return new DataView(bytes.buffer, bytes.byteOffset + Number(address & 0xff_ffff_ffffn));
  }
}

describe('a stamp reader', () => {
  test('tells when the bytes came to the kernel, to the nanosecond, far beyond 2038', () => {
    const kernel = new PretendKernel();
    kernel.data.push({ received: 7, control: [stamp(5_000_000_123, 999_999_999)] });
    const reader = new StampReader(kernel.libc, new Uint8Array(64));
    expect(reader.receive(3, 0, 64)).toBe(7);
    expect(reader).toMatchObject({ stamped: true, seconds: 5_000_000_123, nanoseconds: 999_999_999 });
  });

  test('says so when bytes come without a stamp, and does not repeat the one before', () => {
    const kernel = new PretendKernel();
    kernel.data.push({ received: 1, control: [stamp(1, 2)] }, { received: 1, control: [] });
    kernel.data.push({ received: 1, control: [stamp(0, 0)] });
    kernel.data.push({ received: 1, control: [stamp(3, 4)], flags: MSG_CTRUNC });
    const reader = new StampReader(kernel.libc, new Uint8Array(64));
    const stamped = [1, 2, 3, 4].map(() => {
      reader.receive(3, 0, 64);
      return reader.stamped;
    });
    expect(stamped).toEqual([true, false, false, false]);
    expect(reader.receive(3, 0, 64)).toBe(-ERRNO.EAGAIN);
  });

  test('receives where it is told and never beyond its buffer', () => {
    const kernel = new PretendKernel();
    const buffer = new Uint8Array(64);
    const reader = new StampReader(kernel.libc, buffer);
    reader.receive(3, 10, 54);
    expect(kernel.vectors).toEqual([{ base: (1n << 40n) + 10n, length: 54n }]);
    expect(() => reader.receive(3, 10, 55)).toThrow(RangeError);
    expect(() => reader.receive(3, -1, 5)).toThrow(RangeError);
  });

  test.each([4, 6] as const)('tells which bytes left and when, over IPv%i', (family) => {
    const kernel = new PretendKernel();
    kernel.errors.push(
      { received: 0, control: [stamp(10, 20), identity(family, SCM_TSTAMP_SCHED, 4_294_967_295)] },
      { received: 0, control: [stamp(10, 30), identity(family, SCM_TSTAMP_SND, 4_294_967_295)] },
    );
    const reader = new StampReader(kernel.libc, new Uint8Array(64));
    expect(reader.nextSent(3)).toBe(true);
    expect(reader).toMatchObject({ sentKind: SCM_TSTAMP_SCHED, sentId: 4_294_967_295, nanoseconds: 20 });
    expect(reader.nextSent(3)).toBe(true);
    expect(reader).toMatchObject({ sentKind: SCM_TSTAMP_SND, sentId: 4_294_967_295, nanoseconds: 30 });
    expect(reader.nextSent(3)).toBe(false);
  });

  test('passes over what is no stamp in the error queue', () => {
    const kernel = new PretendKernel();
    const ICMP = 2;
    kernel.errors.push(
      { received: 0, control: [] },
      { received: 0, control: [stamp(1, 1), identity(4, 0, 1, ICMP)] },
      { received: 0, control: [identity(4, SCM_TSTAMP_SND, 2)] },
      { received: 0, control: [stamp(1, 1), identity(4, 77, 3)] },
      {
        received: 0,
        control: [controlMessage(SOL_SOCKET, 99, new Uint8Array(3)), stamp(2, 2), identity(4, 0, 4)],
      },
    );
    const reader = new StampReader(kernel.libc, new Uint8Array(64));
    expect(reader.nextSent(3)).toBe(true);
    expect(reader.sentId).toBe(4);
    expect(reader.nextSent(3)).toBe(false);
  });

  test('ends at a control message whose length cannot be', () => {
    const kernel = new PretendKernel();
    const endless = stamp(1, 1);
    new DataView(endless.buffer).setBigUint64(0, 0n, true);
    const long = stamp(1, 1);
    new DataView(long.buffer).setBigUint64(0, 400n, true);
    kernel.data.push({ received: 1, control: [endless] }, { received: 1, control: [long] });
    const reader = new StampReader(kernel.libc, new Uint8Array(64));
    reader.receive(3, 0, 64);
    expect(reader.stamped).toBe(false);
    reader.receive(3, 0, 64);
    expect(reader.stamped).toBe(false);
  });
});

test('the distance of two stamps keeps every nanosecond across a second', () => {
  expect(stampDistanceNs(1_795_000_000, 999_999_999, 1_795_000_001, 1)).toBe(2);
  expect(stampDistanceNs(1_795_000_001, 1, 1_795_000_000, 999_999_999)).toBe(-2);
});

const { libc, reason } = loadLibc();
const MAX_ROUNDS = 10_000;

describe.skipIf(libc === undefined)(`stamps of this kernel ${reason ?? ''}`, () => {
  test.each([
    [4, '127.0.0.1'],
    [6, '::1'],
  ] as const)(
    'come for what is sent and received over IPv%i, in the order of events',
    async (family, host) => {
      if (libc === undefined) throw new Error('no C library');
      const descriptors = new Descriptors();
      const keeper = new StampKeeper(libc, descriptors);
      keeper.hold();
      const listener = NativeSocket.create(libc, descriptors, family);
      listener.bind(encodeAddress(host, 0));
      libc.listen(listener.fd, 1);
      const client = NativeSocket.create(libc, descriptors, family);
      client.connect(encodeAddress(host, listener.local.port));
      const accepted = NativeSocket.adopt(libc, descriptors, libc.accept4(listener.fd, null, null, 0));
      expect(enableStamps(client, { sched: true, fresh: true })).toBe(true);
      expect(enableStamps(accepted, { sched: false, fresh: true })).toBe(true);

      const buffer = new Uint8Array(256);
      const reader = new StampReader(libc, buffer);
      let stampedRounds = 0;
      // The kernel begins to stamp a while after the keeper has asked.
      for (let round = 1; stampedRounds < 3; round++) {
        if (round > MAX_ROUNDS) throw new Error(`no receive stamp in ${MAX_ROUNDS} rounds`);
        await new Promise((resolve) => setImmediate(resolve));
        const message = new Uint8Array(100).fill(round);
        expect(libc.send(client.fd, message, message.length, 0)).toBe(100);
        expect(reader.receive(accepted.fd, 28, 228)).toBe(100);
        expect([...buffer.subarray(28, 128)]).toEqual([...message]);
        if (reader.stamped) stampedRounds++;
        else reader.seconds = Number.POSITIVE_INFINITY;
        const received = { seconds: reader.seconds, nanoseconds: reader.nanoseconds };
        const sent: { kind: number; id: number; beforeReceiptNs: number }[] = [];
        while (reader.nextSent(client.fd)) {
          sent.push({
            kind: reader.sentKind,
            id: reader.sentId,
            beforeReceiptNs: stampDistanceNs(
              reader.seconds,
              reader.nanoseconds,
              received.seconds,
              received.nanoseconds,
            ),
          });
        }
        expect(sent.map(({ kind, id }) => ({ kind, id }))).toEqual([
          { kind: SCM_TSTAMP_SCHED, id: 100 * round - 1 },
          { kind: SCM_TSTAMP_SND, id: 100 * round - 1 },
        ]);
        for (const { beforeReceiptNs } of sent) expect(beforeReceiptNs).toBeGreaterThanOrEqual(0);
      }
      keeper.release();
      for (const socket of [client, accepted, listener]) socket.close();
      expect(descriptors.count).toBe(0);
    },
  );
});
