/** What makes a server make all that it makes once and keeps, before descriptors are counted: a delay needs threads and sockets. */
import { DIALECT_NAMES, DIALECTS } from '../src/core/wire/dialects.ts';
import { encodeSetup, ProbeWriter } from '../src/core/wire/encode.ts';
import { bytesOf, type FuzzInput, SERVER_KINDS, type ServerKind } from './input.ts';

const PAYLOAD_BYTES = 5;
const DELAY_NS = 1_000_000;

/** A session with a delay for each server that measures. */
export const DELAYED_SESSIONS: readonly FuzzInput[] = SERVER_KINDS.filter((kind) => kind !== 'echo').map(
  delayed,
);

function delayed(server: ServerKind): FuzzInput {
  const dialect = DIALECTS[DIALECT_NAMES.find((name) => name === server) ?? 'size-first'];
  const probes = dialect.setup.minProbes;
  const setup = encodeSetup(dialect, {
    measurement: 'rtt',
    payloadBytes: PAYLOAD_BYTES,
    probes,
    delay: { delayNs: DELAY_NS, unit: 'seconds' },
  });
  const writer = new ProbeWriter(dialect, PAYLOAD_BYTES);
  const messages = Array.from({ length: probes }, (_, i) =>
    writer.write(dialect.probe.firstSequence + i).slice(),
  );
  return {
    made: 'delayed session',
    server,
    pieces: [setup, ...messages, bytesOf(dialect.bye.message)],
    leaving: 'end',
  };
}
