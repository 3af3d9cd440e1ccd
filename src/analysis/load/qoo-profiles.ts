/**
 * Profiles for the Quality of Outcome: some by name, and others from a file. The draft names none. Those for people who
 * talk are made of recommendations of the ITU, those for others are choices that say so.
 */
import { usage } from '../../core/errors.ts';
import type { QooLatency, QooProfile } from './waiting/qoo.ts';

const NS_PER_MS = 1_000_000;
const ADVICE =
  'write it as {"name": "calls", "bitsPerSecond": 4e6, "latencies": [{"percentile": 99, "optimalMs": 200, "unacceptableMs": 500}], "loss": {"optimal": 0.01, "unacceptable": 0.05}}';

function latency(percentile: number, optimalMs: number, unacceptableMs: number): QooLatency {
  return {
    p: Number((percentile / 100).toPrecision(6)),
    optimalNs: optimalMs * NS_PER_MS,
    unacceptableNs: unacceptableMs * NS_PER_MS,
  };
}

export const QOO_PROFILES: readonly QooProfile[] = [
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

/** @throws EcholotError `usage` when there is none of that name */
export function qooProfile(name: string): QooProfile {
  const profile = QOO_PROFILES.find((one) => one.name === name);
  if (profile !== undefined) return profile;
  const names = QOO_PROFILES.map((one) => one.name).join(', ');
  throw usage(`there is no profile ${name}`, `use one of ${names}, or give a file`);
}

/** One from the text of its file. @throws EcholotError `usage` when it is none, in words that say what is wrong */
export function parseQooProfile(text: string, file: string): QooProfile {
  const fault = (what: string): Error => usage(`${file} is no profile: ${what}`, ADVICE);
  const value = parsed(text);
  if (value === undefined) throw fault('it is not JSON');
  if (!isObject(value)) throw fault('it is no object');
  const { name, bitsPerSecond, latencies, loss } = value;
  if (typeof name !== 'string' || name === '') throw fault('it has no name');
  if (!isNumber(bitsPerSecond)) throw fault('bitsPerSecond is no rate');
  if (!Array.isArray(latencies) || latencies.length === 0) throw fault('it has no latencies');
  const read = latencies.map((one: unknown, i): QooLatency => {
    const { percentile, optimalMs, unacceptableMs } = isObject(one) ? one : {};
    if (!isNumber(percentile) || percentile > 100) throw fault(`latencies[${i}].percentile is none`);
    if (!isNumber(optimalMs) || !isNumber(unacceptableMs) || unacceptableMs <= optimalMs) {
      throw fault(`latencies[${i}] has no optimalMs below its unacceptableMs`);
    }
    return latency(percentile, optimalMs, unacceptableMs);
  });
  const { optimal, unacceptable } = isObject(loss) ? loss : {};
  if (!isNumber(optimal) || !isNumber(unacceptable) || unacceptable <= optimal || unacceptable > 1) {
    throw fault('loss has no share optimal below its unacceptable');
  }
  return { name, bitsPerSecond, latencies: read, loss: { optimal, unacceptable } };
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
