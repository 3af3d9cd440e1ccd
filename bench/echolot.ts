/**
 * The built command as the rows use it: which flags start its server and its client, and what of the client's
 * record the benchmark reads. The record is read like any foreign file: a change of its form must fail here, not
 * give a strange number.
 */
import type { RunningServer, StartOptions } from './processes.ts';
import type { BenchContext } from './row.ts';
import { sampleAt } from './stats.ts';

export type OurEngine = 'native' | 'node';

export interface Question {
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  readonly engine: OurEngine;
  readonly payloadBytes: number;
  readonly probes: number;
  /** Sent before those and left out; default 0. */
  readonly warmup?: number;
  /** Further flags of `echolot measure`. */
  readonly flags?: readonly string[];
  /** Default: on the client's CPU. */
  readonly where?: StartOptions;
}

/** Samples of one session in the order of sending, without the warm-up. */
export interface Answer {
  readonly rttNs: readonly number[];
  /** Undefined where the result has none: another engine, stamps off, no rights. */
  readonly layers: Layers | undefined;
}

/** Null where a stamp is missing. */
export interface Layers {
  readonly localQueueNs: readonly (number | null)[];
  readonly kernelRttNs: readonly (number | null)[];
  readonly residenceNs: readonly (number | null)[];
}

/** A row about layers is only worth its name when nearly every probe has them. */
const LEAST_STAMPED_SHARE = 0.9;
const MEASURE_TIMEOUT_MS = 30_000;

/** Starts `echolot serve`; on the server's CPU, if nothing else is said. */
export async function serveOurs(
  context: BenchContext,
  engine: OurEngine,
  flags: readonly string[] = [],
  host = '127.0.0.1',
  where?: StartOptions,
): Promise<RunningServer> {
  const threads = engine === 'native' ? ['--threads', '1'] : [];
  const args = ['serve', ...engineFlags(context, engine), ...threads, ...flags];
  const at = ['--quiet', '--host', host, '--port', '0'];
  return await context.processes.serve(process.execPath, [context.cli, ...args, ...at], where);
}

/** Runs `echolot measure` for one size. */
export async function measure(context: BenchContext, question: Question): Promise<Answer> {
  const { port, host = '127.0.0.1', engine, payloadBytes, probes, warmup = 0, flags = [] } = question;
  const what = ['--type', 'rtt', '--sizes', String(payloadBytes), '--probes', String(probes)];
  const args = [context.cli, 'measure', host, String(port), ...engineFlags(context, engine), ...flags];
  const output = await context.processes.run(
    process.execPath,
    [...args, ...what, '--blocks', '1', '--warmup', String(warmup), '--json'],
    { side: 'client', ...question.where, timeoutMs: MEASURE_TIMEOUT_MS },
  );
  const result: unknown = JSON.parse(output);
  if (context.choosesEngine && engineName(result) !== engine) {
    throw new Error(`asked for the ${engine} engine, the result is of "${engineName(result)}"`);
  }
  return readAnswer(result, probes, warmup);
}

/** Kernel RTT less residence, of each probe that has both stamps. */
export function networkRttNs(answer: Answer): number[] {
  const { kernelRttNs, residenceNs } = layersOf(answer);
  return stamped(
    kernelRttNs.map((kernel, i) => {
      const residence = residenceNs[i];
      return kernel === null || typeof residence !== 'number' ? null : kernel - residence;
    }),
  );
}

export function kernelRttNs(answer: Answer): number[] {
  return stamped(layersOf(answer).kernelRttNs);
}

/** The kernel round trip as it is from the packet's entry into the local queue on, of each probe that has both stamps. */
export function queuedKernelRttNs(answer: Answer): number[] {
  const { kernelRttNs, localQueueNs } = layersOf(answer);
  return stamped(
    kernelRttNs.map((kernel, i) => {
      const queue = localQueueNs[i];
      return kernel === null || typeof queue !== 'number' ? null : kernel + queue;
    }),
  );
}

/** Undefined where the server tells no residence. */
export function residenceNs(answer: Answer): number[] | undefined {
  const known = answer.layers?.residenceNs.filter((value) => value !== null) ?? [];
  return known.length === 0 ? undefined : known;
}

export function p50(values: readonly number[]): number {
  return sampleAt(values, 0.5);
}

export function p99(values: readonly number[]): number {
  return sampleAt(values, 0.99);
}

/** `blocks[0]` of a result, checked; throws with the path of what is missing. */
export function readAnswer(result: unknown, probes: number, warmup: number): Answer {
  const blocks = property(result, 'blocks');
  const block: unknown = Array.isArray(blocks) ? blocks[0] : undefined;
  // Of builds that write version 2 the samples are among the other fields.
  const kept = property(block, 'samples') ?? block;
  const rttNs = samples(property(kept, 'rttNs'), 'rttNs', probes + warmup);
  const numbers = rttNs.filter((value) => value !== null && value > 0) as number[];
  if (numbers.length !== rttNs.length) throw new Error('blocks[0].rttNs has samples that are no time');
  const layers: unknown = property(kept, 'layers');
  if (layers === undefined || layers === null) return { rttNs: numbers.slice(warmup), layers: undefined };
  const layer = (name: string): (number | null)[] =>
    samples(property(layers, name), `layers.${name}`, rttNs.length).slice(warmup);
  return {
    rttNs: numbers.slice(warmup),
    layers: {
      localQueueNs: layer('localQueueNs'),
      kernelRttNs: layer('kernelRttNs'),
      residenceNs: layer('residenceNs'),
    },
  };
}

export function engineFlags(context: BenchContext, engine: OurEngine): string[] {
  if (context.choosesEngine) return ['--engine', engine];
  if (engine === 'node') return []; // before there was a choice it was this one
  throw new Error('this build has no native engine');
}

function layersOf(answer: Answer): Layers {
  if (answer.layers === undefined) throw new Error('the result has no layers (blocks[0].layers)');
  return answer.layers;
}

function stamped(values: readonly (number | null)[]): number[] {
  const found = values.filter((value) => value !== null);
  if (found.length < values.length * LEAST_STAMPED_SHARE) {
    throw new Error(`only ${found.length} of ${values.length} probes have their stamps`);
  }
  return found;
}

function samples(value: unknown, name: string, count: number): (number | null)[] {
  const valid = (one: unknown): one is number | null => one === null || Number.isFinite(one);
  if (!Array.isArray(value) || value.length !== count || !value.every(valid)) {
    throw new Error(`the result does not hold ${count} samples at blocks[0].${name}`);
  }
  return value;
}

function engineName(result: unknown): unknown {
  return property(property(result, 'engine'), 'name');
}

/** Undefined where there is nothing of that name. */
export function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}
