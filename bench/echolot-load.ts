/** `echolot load` as the rows use it: how it is asked, and what of its record the benchmark reads. */
import { engineFlags, type OurEngine, property } from './echolot.ts';
import type { StartOptions } from './processes.ts';
import type { BenchContext } from './row.ts';

export interface LoadQuestion {
  readonly port: number;
  readonly engine: OurEngine;
  /** The only one that runs. */
  readonly phase: 'up' | 'down' | 'both';
  readonly seconds: number;
  /** In each direction. */
  readonly streams: number;
  /** Further flags of `echolot load`. */
  readonly flags?: readonly string[];
  readonly where: StartOptions;
}

const HOST = '127.0.0.1';
const NS_PER_S = 1_000_000_000;

/** What the receivers counted, bytes a second of the whole phase, both directions together. */
export async function loadBytesPerSecond(context: BenchContext, question: LoadQuestion): Promise<number> {
  const { port, engine, phase, seconds, streams, flags = [], where } = question;
  const what = ['--phases', phase, '-t', String(seconds), '-P', String(streams), ...flags];
  const args = [context.cli, 'load', HOST, String(port), ...engineFlags(context, engine), ...what];
  const output = await context.processes.run(process.execPath, [...args, '--quiet', '--json'], where);
  return readLoad(JSON.parse(output), engine);
}

/** Bytes of the only phase that carried data over the time that it took; throws with the path of what is missing. */
export function readLoad(result: unknown, engine: OurEngine): number {
  const name = property(property(result, 'engine'), 'name');
  if (name !== engine) throw new Error(`asked for the ${engine} engine, the result is of "${String(name)}"`);
  const loaded = at(property(property(result, 'statistics'), 'loaded'), 0);
  const phase = at(property(result, 'phases'), 0);
  const directions = property(loaded, 'directions');
  if (!Array.isArray(directions)) throw new Error('the result has no statistics.loaded[0].directions');
  const bytes = directions.map((direction) => number(direction, 'receivedBytes'));
  const durationNs = number(phase, 'toAtNs') - number(phase, 'fromAtNs');
  const sum = bytes.reduce((total, each) => total + each, 0);
  if (!(sum > 0 && durationNs > 0)) throw new Error('the result is of a load that carried nothing');
  return (sum * NS_PER_S) / durationNs;
}

function at(list: unknown, index: number): unknown {
  return Array.isArray(list) ? list[index] : undefined;
}

function number(value: unknown, name: string): number {
  const found = property(value, name);
  if (typeof found !== 'number' || !Number.isFinite(found)) throw new Error(`the result has no ${name}`);
  return found;
}
