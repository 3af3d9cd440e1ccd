/**
 * Profiles for the Quality of Outcome: some by name, and others from a file. The draft names none. Those for people who
 * talk are made of recommendations of the ITU, those for others are choices that say so.
 */
import { type EcholotError, usage } from '../../core/errors.ts';
import type { QooLatencyRecord, QooProfileRecord } from '../../result/load/load-result.ts';
import { printable } from '../../text/printable.ts';

const NS_PER_MS = 1_000_000;
const ADVICE =
  'write it as {"name": "calls", "bitsPerSecond": 4e6, "latencies": [{"percentile": 99, "optimalMs": 200, "unacceptableMs": 500}], "loss": {"optimal": 0.01, "unacceptable": 0.05}}';

function latency(percentile: number, optimalMs: number, unacceptableMs: number): QooLatencyRecord {
  return {
    p: Number((percentile / 100).toPrecision(6)),
    optimalNs: optimalMs * NS_PER_MS,
    unacceptableNs: unacceptableMs * NS_PER_MS,
  };
}

export const QOO_PROFILES: readonly QooProfileRecord[] = [
  {
    // The example of draft-ietf-ippm-qoo-11, 3.4.
    name: 'example',
    bitsPerSecond: 4e6,
    latencies: [latency(99, 200, 500), latency(99.9, 300, 600)],
    loss: { optimal: 0.01, unacceptable: 0.05 },
  },
  {
    // ITU-T G.114 (2003): 150 ms one way are good for all, 400 ms for none. ITU-T G.1010 (2001): 3 % of loss at most.
    name: 'voice',
    bitsPerSecond: 100e3,
    latencies: [latency(99, 300, 800)],
    loss: { optimal: 0, unacceptable: 0.03 },
  },
  {
    // The same times, and 1 % of loss, of ITU-T G.1010 (2001); the rate is a choice, of one picture in high definition.
    name: 'video-call',
    bitsPerSecond: 3e6,
    latencies: [latency(99, 300, 800)],
    loss: { optimal: 0, unacceptable: 0.01 },
  },
  {
    // A choice: three pictures of 60 a second at best, nine at worst.
    name: 'gaming',
    bitsPerSecond: 1e6,
    latencies: [latency(99, 50, 150)],
    loss: { optimal: 0, unacceptable: 0.02 },
  },
];

/** Longer texts are no profile. */
export const MAX_PROFILE_BYTES: number = 64 * 1024;
/** More say nothing more, and each is estimated. */
const MAX_LATENCIES = 16;
const MAX_NAME_CHARACTERS = 40;
/** Nobody waits longer, and whole ns have room. */
const MAX_LATENCY_NS: number = 3_600_000 * NS_PER_MS;
const MAX_BITS_PER_SECOND = 1e12;

/** @throws EcholotError `usage` when there is none of that name */
export function qooProfile(name: string): QooProfileRecord {
  const profile = QOO_PROFILES.find((one) => one.name === name);
  if (profile !== undefined) return profile;
  const names = QOO_PROFILES.map((one) => one.name).join(', ');
  throw usage(`there is no profile ${name}`, `use one of ${names}, or give a file`);
}

/** One from the text of its file. @throws EcholotError `usage` when it is none, in words that say what is wrong */
export function parseQooProfile(text: string | Uint8Array, file: string): QooProfileRecord {
  const fault = (what: string): EcholotError => usage(`${file} is no profile: ${what}`, ADVICE);
  if (text.length > MAX_PROFILE_BYTES) throw fault(`it is longer than ${MAX_PROFILE_BYTES / 1024} KiB`);
  const value = parsed(typeof text === 'string' ? text : new TextDecoder().decode(text));
  if (value === undefined) throw fault('it is not JSON');
  if (!isObject(value)) throw fault('it is no object');
  const unknown =
    unknownIn(value, ['name', 'bitsPerSecond', 'latencies', 'loss']) ??
    unknownIn(value['loss'], ['optimal', 'unacceptable']);
  if (unknown !== undefined) throw fault(`it has ${unknown}, which no profile has`);
  const { name, bitsPerSecond, latencies, loss } = value;
  const read = Array.isArray(latencies)
    ? latencies.map((one: unknown, i): QooLatencyRecord => {
        const extra = unknownIn(one, ['percentile', 'optimalMs', 'unacceptableMs']);
        if (extra !== undefined) throw fault(`latencies[${i}] has ${extra}, which none has`);
        const { percentile, optimalMs, unacceptableMs } = isObject(one) ? one : {};
        if (!isNumber(percentile) || percentile > 100) throw fault(`latencies[${i}].percentile is none`);
        if (!isNumber(optimalMs) || !isNumber(unacceptableMs)) {
          throw fault(`latencies[${i}] has no optimalMs below its unacceptableMs`);
        }
        return latency(percentile, optimalMs, unacceptableMs);
      })
    : latencies;
  const profile = { name, bitsPerSecond, latencies: read, loss };
  const wrong = qooProfileFault(profile);
  if (wrong !== undefined) throw fault(wrong);
  return profile as QooProfileRecord;
}

/** For callers without types, too. @throws EcholotError `usage` when it is none */
export function checkQooProfile(value: unknown): QooProfileRecord {
  const fault = qooProfileFault(value);
  if (fault !== undefined) throw usage(`the profile is none: ${fault}`, 'give one as qooProfile returns it');
  return value as QooProfileRecord;
}

/** What is wrong with a profile, whoever gives it; undefined for nothing. */
export function qooProfileFault(value: unknown): string | undefined {
  if (!isObject(value)) return 'it is no object';
  const { name, bitsPerSecond, latencies, loss } = value;
  if (typeof name !== 'string' || name.trim() === '') return 'it has no name';
  if (name !== printable(name, MAX_NAME_CHARACTERS)) {
    return `its name has what cannot be seen, or more than ${MAX_NAME_CHARACTERS} characters`;
  }
  if (!isNumber(bitsPerSecond) || bitsPerSecond > MAX_BITS_PER_SECOND) return 'bitsPerSecond is no rate';
  if (!Array.isArray(latencies) || latencies.length === 0) return 'it has no latencies';
  if (latencies.length > MAX_LATENCIES) return `it has more than ${MAX_LATENCIES} latencies`;
  const { optimal, unacceptable } = isObject(loss) ? loss : {};
  return (
    latencies.map(latencyFault).find((fault) => fault !== undefined) ??
    (isNumber(optimal) && isNumber(unacceptable) && optimal < unacceptable && unacceptable <= 1
      ? undefined
      : 'loss has no share optimal below its unacceptable')
  );
}

function latencyFault(value: unknown, i: number): string | undefined {
  const { p, optimalNs, unacceptableNs } = isObject(value) ? value : {};
  if (!isNumber(p) || p > 1) return `latencies[${i}].p is no share`;
  const isInOrder = isNumber(optimalNs) && isNumber(unacceptableNs) && optimalNs < unacceptableNs;
  if (!isInOrder) return `latencies[${i}] has no optimalMs below its unacceptableMs`;
  return unacceptableNs > MAX_LATENCY_NS ? `latencies[${i}] is longer than an hour` : undefined;
}

function unknownIn(value: unknown, names: readonly string[]): string | undefined {
  if (!isObject(value)) return undefined;
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  return unknown === undefined ? undefined : printable(unknown, MAX_NAME_CHARACTERS);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
