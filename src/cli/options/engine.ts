/** Options that say how to measure and what the sockets are like, of every command that measures. */
import { object, or } from '@optique/core/constructs';
import { message } from '@optique/core/message';
import { map, optional } from '@optique/core/modifiers';
import type { InferValue } from '@optique/core/parser';
import { option } from '@optique/core/primitives';
import { string } from '@optique/core/valueparser';
import { ENGINES, WAIT_MODES } from '../../facts/engine.ts';
import type { HandshakeSocketOptions, SocketOptions } from '../../facts/socket.ts';
import { MAX_BUFFER_BYTES, MAX_SEGMENT_BYTES, MAX_TRAFFIC_CLASS, MIN_SEGMENT_BYTES } from '../../options.ts';
import { given } from './given.ts';
import { defaulted } from './words/defaulted.ts';
import { byteSize, count, dscp, word } from './words/values.ts';

const BUFFER = { min: 1, max: MAX_BUFFER_BYTES };

/** On, unless it is switched off. */
function switched(name: `--${string}`, description: ReturnType<typeof message>) {
  return defaulted(
    map(option(name, word(['on', 'off'], 'SWITCH'), { description }), (value) => value === 'on'),
    true,
    'on',
  );
}

const engine = defaulted(
  option('--engine', word(ENGINES, 'ENGINE'), {
    description: message`what measures: native calls the Linux kernel directly and tells its time from the program's, node runs everywhere; auto takes native where it can`,
  }),
  'auto',
);

export const engineAlone = object('How to measure', { engine });

const wait = defaulted(
  option('--wait', word(WAIT_MODES, 'MODE'), {
    description: message`how to wait for an echo: spin is the most precise and keeps a processor busy, block sleeps in the kernel, adaptive sleeps first and spins when the echo is due; node knows adaptive only`,
  }),
  'adaptive',
);

export const engineOptions = object('How to measure', {
  engine,
  wait,
  stamps: switched('--stamps', message`take the round trip apart by kernel stamps, where there are any`),
});

/** Those that matter to a connection even when nothing is sent over it. */
const connecting = {
  congestionControl: optional(
    option('--cc', string({ metavar: 'NAME' }), {
      description: message`congestion control, such as cubic, bbr or reno`,
    }),
  ),
  trafficClass: optional(
    or(
      option('--tos', count({ min: 0, max: MAX_TRAFFIC_CLASS }), {
        description: message`byte of the IPv4 TOS or the IPv6 traffic class`,
      }),
      option('--dscp', dscp(), {
        description: message`its upper six bits, by number or by name: EF, LE, CS0 to CS7, AF11 to AF43`,
      }),
    ),
  ),
  maxSegmentBytes: optional(
    option('--mss', byteSize({ min: MIN_SEGMENT_BYTES, max: MAX_SEGMENT_BYTES }), {
      description: message`largest segment to send and to announce`,
    }),
  ),
  sendBufferBytes: optional(option('--sndbuf', byteSize(BUFFER), { description: message`send buffer` })),
  receiveBufferBytes: optional(
    option('--rcvbuf', byteSize(BUFFER), {
      description: message`receive buffer, and with it the window announced`,
    }),
  ),
  multipath: option('--mptcp', { description: message`Multipath TCP, where the server speaks it too` }),
  bindAddress: optional(
    option('--bind', string({ metavar: 'ADDR' }), {
      description: message`address of this machine to send from`,
    }),
  ),
  device: optional(
    option('--interface', string({ metavar: 'NAME' }), {
      description: message`network interface to send through`,
    }),
  ),
};

export const handshakeSocketOptions = object('TCP (all but --bind need the native engine)', connecting);

export const socketOptions = object('TCP (all but --nodelay and --bind need the native engine)', {
  ...connecting,
  noDelay: switched('--nodelay', message`send at once; off brings Nagle's algorithm`),
  quickAck: option('--quickack', { description: message`acknowledge each echo at once` }),
});

export function givenSocketOptions(options: InferValue<typeof socketOptions>): SocketOptions {
  const { noDelay, quickAck } = options;
  return { ...givenHandshakeOptions(options), noDelay, quickAck };
}

/** What was given, without what was not. */
export function givenHandshakeOptions(
  options: InferValue<typeof handshakeSocketOptions>,
): HandshakeSocketOptions {
  const { congestionControl, trafficClass, maxSegmentBytes, sendBufferBytes, receiveBufferBytes } = options;
  const { multipath, bindAddress, device } = options;
  return given({
    ...{ congestionControl, trafficClass, maxSegmentBytes, sendBufferBytes, receiveBufferBytes },
    ...{ multipath, bindAddress, device },
  });
}
