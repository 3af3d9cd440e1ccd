/** Options of a socket, checked: the ranges are those of Linux, and a value beyond them is nobody's wish. */

import { usage } from '../core/errors.ts';
import type { SocketOptions } from '../facts/socket.ts';
import { familyOf, readHostAlone } from '../net/reach/host-text.ts';
import { checkInteger, checkNames, type OptionNames } from './checks.ts';
import { planTls } from './tls-plan.ts';

export const MAX_TRAFFIC_CLASS = 255;
/** TCP_MIN_MSS and MAX_TCP_WINDOW of linux/net/tcp.h: setsockopt refuses anything else. */
export const MIN_SEGMENT_BYTES = 88;
export const MAX_SEGMENT_BYTES = 32_767;
/** One GiB; the kernel's own limit is lower (net.core.wmem_max, rmem_max), and it cuts silently. */
export const MAX_BUFFER_BYTES: number = 1024 ** 3;
/** TCP_CA_NAME_MAX and IFNAMSIZ, both 16 with the NUL. */
const MAX_NAME_BYTES = 15;

const NAMES: OptionNames<SocketOptions> = {
  congestionControl: true,
  trafficClass: true,
  maxSegmentBytes: true,
  sendBufferBytes: true,
  receiveBufferBytes: true,
  noDelay: true,
  quickAck: true,
  multipath: true,
  bindAddress: true,
  device: true,
  tls: true,
};

/** @throws EcholotError `usage` naming the value that cannot be */
export function planSocket(options: SocketOptions, family: 4 | 6 | undefined): SocketOptions {
  checkNames(options, NAMES);
  const { congestionControl, trafficClass, maxSegmentBytes, sendBufferBytes, receiveBufferBytes } = options;
  const { device } = options;
  const bindAddress =
    options.bindAddress === undefined
      ? undefined
      : readHostAlone(options.bindAddress, 'give the address alone: the kernel chooses a free port');
  checkName('congestion control', congestionControl, 'cubic or bbr');
  checkName('network interface', device, 'eth0');
  if (trafficClass !== undefined) checkInteger('traffic class', trafficClass, 0, MAX_TRAFFIC_CLASS);
  if (maxSegmentBytes !== undefined) {
    checkInteger('segment size', maxSegmentBytes, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
  }
  if (sendBufferBytes !== undefined) checkInteger('send buffer', sendBufferBytes, 1, MAX_BUFFER_BYTES);
  if (receiveBufferBytes !== undefined) {
    checkInteger('receive buffer', receiveBufferBytes, 1, MAX_BUFFER_BYTES);
  }
  if (bindAddress !== undefined) {
    const own = familyOf(bindAddress);
    if (own === undefined) {
      throw usage(`there is no address ${bindAddress} to send from`, 'give a numeric address of this host');
    }
    if (family !== undefined && family !== own) {
      throw usage(`${bindAddress} is no address of the family ${family}`, 'leave out either of them');
    }
  }
  const planned = options.tls === undefined ? options : { ...options, tls: planTls(options.tls) };
  return bindAddress === undefined ? planned : { ...planned, bindAddress };
}

function checkName(what: string, name: string | undefined, example: string): void {
  if (name === undefined || (/^[\w.@:-]+$/.test(name) && name.length <= MAX_NAME_BYTES)) return;
  throw usage(`the ${what} cannot be called ${JSON.stringify(name)}`, `give a name such as ${example}`);
}
