/** Servers that lie about how long they kept probes. Only a client that asks for stamps meets them. */
import { type Hostile, speaking } from './peer.ts';

/** Both blocks of a run: it ends when the first is asked for its residences. */
const ALL = 20;
const STAMPS_READY = '200 OK: Ready +stamps +waits +busy\n';

/** @param value one of the residences that were asked for */
function residing(value: string): Hostile['manners'] {
  return speaking({
    ready: STAMPS_READY,
    residences: (count) => `200 OK: Residence kernel${` ${value}`.repeat(count)} +busy 0\n`,
  });
}

export const HOSTILE_STAMPERS: readonly Hostile[] = [
  ...['-5/-5', '1e308/0', 'NaN/NaN', '99999999999999999999/0', '0x10/0', '1.5/0', '/'].map(
    (value): Hostile => ({
      name: `tells residences of ${value}`,
      manners: residing(value),
      says: /^echolot: peer: .*residences/,
      samples: ALL,
    }),
  ),
  {
    name: 'tells residences without end',
    manners: speaking({
      ready: STAMPS_READY,
      residences: (count) => `200 OK: Residence kernel${' 1/1'.repeat(1_000 * count)} +busy 0\n`,
    }),
    says: /^echolot: peer: .*residences/,
    samples: ALL,
  },
  {
    name: 'tells one residence too few',
    manners: speaking({
      ready: STAMPS_READY,
      residences: (count) => `200 OK: Residence kernel${' 1/1'.repeat(count - 1)} +busy 0\n`,
    }),
    says: /^echolot: peer: .*residences/,
    samples: ALL,
  },
  ...['', ' +busy', ' +busy -5', ' +busy 1.5', ' +busy NaN', ' +busy 99999999999999999999', ' +busy 1 1'].map(
    (busy): Hostile => ({
      name: `tells how busy it was by "${busy}"`,
      manners: speaking({
        ready: STAMPS_READY,
        residences: (count) => `200 OK: Residence kernel${' 1/1'.repeat(count)}${busy}\n`,
      }),
      says: /^echolot: peer: .*residences/,
      samples: ALL,
    }),
  ),
  {
    name: 'agrees to stamps and refuses to tell them',
    manners: speaking({ ready: STAMPS_READY }),
    says: /^echolot: peer: .*residences/,
    samples: ALL,
  },
];
