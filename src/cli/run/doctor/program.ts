/** What this program finds of itself: optional packages, the folder of its state, its terminal. */
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { EcholotError, usage } from '../../../core/errors.ts';
import type { PartFacts, ProgramFacts } from '../../../index.ts';
import { wantedPackage } from '../../../options.ts';
import { loadDrawer, loadPngRenderer } from '../../show/pictures.ts';
import { stateFolder } from '../monitor/store-file.ts';

type Hide = (text: string) => string;

export async function lookAtProgram(hide: Hide): Promise<ProgramFacts> {
  const { isTTY, columns } = process.stdout;
  return {
    parts: await Promise.all([
      part('pictures', 'pictures of reports (echolot report --svg, --html)', hide, loadDrawer),
      part('PNG', 'pictures as PNG (echolot report --png)', hide, loadPngRenderer),
      part(
        'PostgreSQL',
        'a store in PostgreSQL (echolot monitor --store postgres://...)',
        hide,
        findPostgres,
      ),
    ]),
    stateFolder: stateFacts(hide),
    terminal: {
      columns: isTTY ? columns : null,
      hasColours: process.stdout.hasColors?.() === true,
    },
  };
}

async function part(name: string, use: string, hide: Hide, load: () => Promise<unknown>): Promise<PartFacts> {
  try {
    await load();
    return { name, use, lack: null, install: '' };
  } catch (error) {
    const { message, advice = '' } = error instanceof EcholotError ? error : { message: String(error) };
    return { name, use, lack: isAbsent(error) ? 'not installed' : hide(message), install: hide(advice) };
  }
}

/** Rather than there, and broken. */
function isAbsent(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

/** Not loaded: a store has a thread that does. */
async function findPostgres(): Promise<void> {
  const wanted = wantedPackage('postgres');
  if (wanted !== null) throw usage('not installed', `npm install ${wanted}`);
}

function stateFacts(hide: Hide): NonNullable<ProgramFacts['stateFolder']> {
  try {
    const folder = stateFolder();
    return { found: { path: hide(folder), problem: problemOf(folder, hide) } };
  } catch {
    return { unknown: 'this user has no home, and XDG_STATE_HOME is not set' };
  }
}

/** Of the folder, or of the one that it would be made in. */
function problemOf(folder: string, hide: Hide): string | null {
  let at = folder;
  while (!existsSync(at) && at !== dirname(at)) at = dirname(at);
  if (!statSync(at).isDirectory()) return `${hide(at)} is no folder`;
  try {
    accessSync(at, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'it is refused';
    return `${hide(at)}: ${code}`;
  }
}
