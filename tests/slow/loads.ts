/** Loads of the slow suite: the built program, its lines while it runs, and the record that it leaves. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoadPhaseName, LoadResult } from '../../src/index.ts';
import { type Finished, Program, programCommand } from '../e2e/program.ts';

const TIMEOUT_MS = 60_000;
const HOST = '127.0.0.1';

export type LoadedPhase = LoadResult['statistics']['loaded'][number];

/** The words of a command line that runs these elsewhere, as in a namespace. */
export type Place = (...command: readonly string[]) => [program: string, args: string[]];

const HERE: Place = (program = '', ...args) => [program, args];

export async function serveLoads(
  place: Place = HERE,
  host: string = HOST,
): Promise<{ server: Program; port: number }> {
  const words = programCommand('serve', '--quiet', '--host', host, '--port', 0);
  const server = new Program(...place(...words), TIMEOUT_MS);
  return { server, port: await server.port() };
}

export class LoadProgram implements AsyncDisposable {
  readonly program: Program;
  private readonly folder = mkdtempSync(join(tmpdir(), 'echolot-load-'));

  constructor(port: number, flags: readonly (string | number)[], place: Place = HERE, host: string = HOST) {
    const out = ['--interval', '0.1s', '-o', join(this.folder, 'load.json')];
    this.program = new Program(...place(...programCommand('load', host, port, ...flags, ...out)), TIMEOUT_MS);
  }

  /** Until it is so far within a phase. */
  async reaches(phase: LoadPhaseName, afterMs: number): Promise<void> {
    await this.program.until(`the phase ${phase}`, ({ stdout }) => isIn(stdout, phase), TIMEOUT_MS);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
  }

  /** Its end and its record, within so long from now. */
  async endsWithin(timeoutMs: number): Promise<Finished & { readonly result: LoadResult }> {
    const finished = await this.program.endsWithin(timeoutMs);
    const result = JSON.parse(readFileSync(join(this.folder, 'load.json'), 'utf8')) as LoadResult;
    return { ...finished, result };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true });
  }
}

/** @throws Error where the record has no such phase */
export function phaseOf({ statistics }: LoadResult, name: LoadPhaseName): LoadedPhase {
  const found = statistics.loaded.find(({ phase }) => phase === name);
  if (found === undefined) throw new Error(`the record says nothing of the phase ${name}`);
  return found;
}

export function goodputIn(result: LoadResult, name: LoadPhaseName): number {
  return phaseOf(result, name).directions[0]?.goodput.value ?? Number.NaN;
}

/** A line of progress: the time, and the phase. */
function isIn(stdout: string, phase: LoadPhaseName): boolean {
  return new RegExp(`^ *[0-9.]+ s +${phase}\\b`, 'm').test(stdout);
}
