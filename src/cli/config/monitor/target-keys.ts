/** The keys by which a configuration says what a target is: how each is written, what it means, and what of a target it sets. */
import type { ValueParser } from '@optique/core/valueparser';
import { usage } from '../../../core/errors.ts';
import { ENGINES } from '../../../facts/engine.ts';
import {
  DIALECT_NAMES,
  MAX_DURATION_MS,
  MAX_MONITOR_BYTES,
  MAX_MONITOR_INTERVAL_MS,
  MAX_MONITOR_PROBES,
  MAX_SEGMENT_BYTES,
  MAX_TRAFFIC_CLASS,
  MIN_MONITOR_INTERVAL_MS,
  MIN_SEGMENT_BYTES,
  parseDayWindow,
  type TargetKind,
  type TargetOptions,
} from '../../../options.ts';
import { MAX_PEM_BYTES, readSmall } from '../../files/small-files.ts';
import { given } from '../../options/given.ts';
import { rhythm } from '../../options/words/rhythm.ts';
import { bitRate, byteSize, count, dscp, duration } from '../../options/words/values.ts';
import { heldTokenOf } from '../../run/token/held-token.ts';
import { plainMessage } from '../reader.ts';

type Part = Partial<TargetOptions>;

export interface TargetKey {
  /** How it is written, for the document. */
  readonly form: string;
  readonly meaning: string;
  /** Of which kinds of targets; undefined for all. */
  readonly kinds?: readonly TargetKind[];
  /** @throws EcholotError `usage` for a value that cannot be */
  readonly part: (value: unknown) => Part;
}

const LOAD_RATE = { min: 10_000, max: 1e12 };
const MOST_STREAMS = 128;
const MOST_LOAD_MS = 600_000;

/** @param set what of a target it says */
function parsed<T>(
  form: string,
  meaning: string,
  parser: ValueParser<'sync', T>,
  set: (value: T) => Part,
): TargetKey {
  return {
    form,
    meaning,
    part(value) {
      if (typeof value !== 'string' && typeof value !== 'number')
        throw usage('it is a text or a number', form);
      const result = parser.parse(String(value));
      if (!result.success) throw usage(plainMessage(result.error), form);
      return set(result.value);
    },
  };
}

function word<T extends string>(meaning: string, words: readonly T[], set: (value: T) => Part): TargetKey {
  const form = words.map((one) => `"${one}"`).join(', ');
  return {
    form,
    meaning,
    part(value) {
      const found = words.find((one) => one === value);
      if (found === undefined) throw usage(`there is no ${String(value)}`, `write one of ${form}`);
      return set(found);
    },
  };
}

function text(form: string, meaning: string, set: (value: string) => Part): TargetKey {
  return {
    form,
    meaning,
    part(value) {
      if (typeof value !== 'string' || value === '') throw usage('it is a text', `write it as in ${form}`);
      return set(value);
    },
  };
}

function yes(meaning: string, part: Part): TargetKey {
  return {
    form: 'true',
    meaning,
    part(value) {
      if (typeof value !== 'boolean') throw usage('it is true or false', 'write one of them');
      return value ? part : {};
    },
  };
}

function of(kinds: readonly TargetKind[], key: TargetKey): TargetKey {
  return { ...key, kinds };
}

export const TARGET_KEYS: Readonly<Record<string, TargetKey>> = {
  kind: word('echoes, TCP handshakes, or loads', ['measure', 'ping', 'load'], (kind) => ({ kind })),
  interval: parsed(
    '"10s"',
    'from the start of one run to the start of the next, also in hours and days ("6h"); a day for loads',
    rhythm({ min: MIN_MONITOR_INTERVAL_MS, max: MAX_MONITOR_INTERVAL_MS }),
    (intervalMs) => ({ intervalMs }),
  ),
  timeout: parsed(
    '"2s"',
    'how long an answer may take; a quarter of the interval, from 3 s to 10 s',
    duration({ min: 1, max: MAX_DURATION_MS }),
    (timeoutMs) => ({ timeoutMs }),
  ),
  size: of(
    ['measure'],
    parsed('"1K"', 'payload of each echo', byteSize({ min: 1, max: MAX_MONITOR_BYTES }), (payloadBytes) => ({
      payloadBytes,
    })),
  ),
  probes: of(
    ['measure'],
    parsed('20', 'echoes of each interval', count({ min: 1, max: MAX_MONITOR_PROBES }), (probes) => ({
      probes,
    })),
  ),
  dialect: of(
    ['measure'],
    word('what the server speaks', ['auto', ...DIALECT_NAMES], (protocol) => ({ protocol })),
  ),
  plain: of(['measure', 'load'], yes('a plain echo server without a protocol', { protocol: 'plain' })),
  family: word('this family of addresses only', ['4', '6'], (family) => ({ family: family === '4' ? 4 : 6 })),
  engine: word('what measures', ENGINES, (engine) => ({ engine })),
  bind: text('"192.0.2.1"', 'address of this machine to send from', (bindAddress) => ({
    socket: { bindAddress },
  })),
  interface: text('"eth0"', 'network interface to send through', (device) => ({ socket: { device } })),
  cc: text('"bbr"', 'congestion control', (congestionControl) => ({ socket: { congestionControl } })),
  tos: parsed('184', 'traffic class', count({ min: 0, max: MAX_TRAFFIC_CLASS }), (trafficClass) => ({
    socket: { trafficClass },
  })),
  dscp: parsed('"EF"', 'its upper six bits, by number or name', dscp(), (trafficClass) => ({
    socket: { trafficClass },
  })),
  mss: parsed(
    '1400',
    'largest segment',
    byteSize({ min: MIN_SEGMENT_BYTES, max: MAX_SEGMENT_BYTES }),
    (maxSegmentBytes) => ({ socket: { maxSegmentBytes } }),
  ),
  tls: yes('speak TLS, and check the certificate', { socket: { tls: {} } }),
  'tls-ca': text('"ca.pem"', 'certificates to trust (PEM); says tls as well', (path) => ({
    socket: { tls: { ca: readSmall(path, 'certificates (PEM)', MAX_PEM_BYTES).text } },
  })),
  'tls-name': text('"host.example"', 'name that the certificate must have; says tls as well', (name) => ({
    socket: { tls: { name } },
  })),
  token: of(
    ['measure', 'load'],
    text('"lab.token"', 'show the server the token in this file, written by echolot token issue', (path) =>
      given({ token: heldTokenOf(path) }),
    ),
  ),
  seconds: of(
    ['load'],
    parsed(
      '"5s"',
      'of loads: how long each direction carries data',
      duration({ min: 1_000, max: MOST_LOAD_MS }, 'seconds'),
      (durationMs) => ({
        load: {
          phases: [{ name: 'idle' }, { name: 'down', durationMs }, { name: 'up', durationMs }],
        },
      }),
    ),
  ),
  streams: of(
    ['load'],
    parsed('4', 'of loads: connections that carry data', count({ min: 1, max: MOST_STREAMS }), (streams) => ({
      load: { streams },
    })),
  ),
  rate: of(
    ['load'],
    parsed(
      '"50M"',
      'of loads: most that is carried each way, bit/s',
      bitRate(LOAD_RATE),
      (bitsPerSecond) => ({
        load: { bitsPerSecond },
      }),
    ),
  ),
  during: of(
    ['load'],
    text('"at night"', "of loads: the part of the day in which one may begin, as '1:00..5:00'", (words) => ({
      during: parseDayWindow(words),
    })),
  ),
};
