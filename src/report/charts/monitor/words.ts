/** What layers and reasons are called in pictures and tables. */
import type { FailureReason, Layer } from '../../../monitor/records/interval.ts';

export const LAYER_NAMES: Readonly<Record<Layer, string>> = {
  application: 'echo, as the program saw it',
  kernel: 'echo, between the kernel’s stamps',
  network: 'network, without the server',
  residence: 'server, as it says',
  handshake: 'TCP handshake, as the kernel saw it',
  connect: 'TCP handshake, as the program saw it',
  tls: 'TLS handshake',
};

export const REASON_NAMES: Readonly<Record<FailureReason, string>> = {
  name: 'unknown name',
  unreachable: 'unreachable',
  refused: 'refused',
  reset: 'connection lost',
  timeout: 'timeout',
  tls: 'no TLS',
  peer: 'wrong answer',
  declined: 'declined by the server',
  here: 'not sent by this machine',
};
