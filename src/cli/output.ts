/**
 * Where a report goes: standard output, or a file that is whole or not there. What a file held before is replaced
 * by a rename when all of the new is written; until then it stays in a file of its own in the same directory, which
 * goes away when the program fails. Terminals, pipes and what /dev names are written at once.
 */
import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { EcholotError } from '../core/errors.ts';
import { harmless } from '../text/printable.ts';
import { endBySignal } from './signals.ts';
import { outliveReader, print, type Text } from './streams.ts';

/**
 * Where a report goes. What fails to be written is told once, by {@link commit}: until then whatever else a command
 * does goes on, since a full disk must not cost what was measured.
 */
export interface Output {
  /** Whether it is a place that was named; standard output otherwise. */
  readonly named: boolean;
  /** Adds to what was written; after a failure it does nothing. */
  write(text: Text): Promise<void>;
  /**
   * All is written: puts the file in its place. Without it the file is as it was before. Does nothing when nothing
   * was written, for standard output, and the second time.
   * @throws EcholotError `limit` that names the file when it could not be written
   */
  commit(): void;
}

/** Of the name of a file: the whole of it may be as long as a name can be already. */
const KEPT_CHARACTERS = 48;
/** Permissions beyond the kind of the file. */
const MODE_BITS = 0o7777;
/** chmod(2). */
const STICKY = 0o1000;
const OTHERS_WRITE = 0o002;

/**
 * Anything wrong with the path is found here, before anything is measured.
 * @param path undefined for standard output
 * @throws EcholotError `usage`
 */
export function openOutput(path: string | undefined): Output {
  if (path === undefined) return { named: false, write: print, commit: () => {} };
  // Opened anew, a file behind /dev/stdout would have a second place to write to.
  if (path === '/dev/stdout') return { named: true, write: print, commit: () => {} };
  outliveReader();
  const place = attempt('usage', path, () => placeOf(path));
  const sink = attempt('usage', path, () => (place === undefined ? new Opened(path) : new Draft(place)));
  return new NamedOutput(path, sink);
}

/** What a report is written into, piece by piece. */
interface Sink {
  write(data: string | Uint8Array): void;
  commit(): void;
  discard(): void;
}

class NamedOutput implements Output {
  readonly named = true;
  private readonly path: string;
  private readonly sink: Sink;
  private failure: unknown;

  constructor(path: string, sink: Sink) {
    this.path = path;
    this.sink = sink;
  }

  async write(text: Text): Promise<void> {
    for (const piece of typeof text === 'string' ? [text] : text) {
      if (this.failure !== undefined) return;
      // So that a signal is heard between two pieces of a long record.
      await setImmediate();
      try {
        attempt('limit', this.path, () =>
          this.sink.write(harmless(typeof piece === 'string' ? piece : piece.text)),
        );
      } catch (error) {
        this.failure = error;
        this.sink.discard();
      }
    }
  }

  commit(): void {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure;
    try {
      attempt('limit', this.path, () => this.sink.commit());
    } finally {
      this.sink.discard();
    }
  }
}

/** What is written at once: a terminal, a pipe, a device. */
class Opened implements Sink {
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'a');
  }

  write(data: string | Uint8Array): void {
    writeFileSync(this.file, data);
  }

  commit(): void {}

  discard(): void {}
}

/** Writes a file that is whole or not there. @throws EcholotError `usage` or `limit` */
export function writeFileAtomically(path: string, data: string | Uint8Array): void {
  const place = attempt('usage', path, () => placeOf(path));
  if (place === undefined) {
    attempt('limit', path, () => writeFileSync(path, data, { flag: 'a' }));
    return;
  }
  const draft = attempt('usage', path, () => new Draft(place));
  try {
    attempt('limit', path, () => {
      draft.write(data);
      draft.commit();
    });
  } finally {
    draft.discard();
  }
}

interface Place {
  /** Links followed, since a rename would replace the link. */
  readonly path: string;
  /** Permissions of the file that is replaced; undefined where there is none. */
  readonly mode: number | undefined;
}

/** @returns undefined for what must be written at once: a terminal, a pipe, an open descriptor */
function placeOf(path: string): Place | undefined {
  if (/^\/(?:dev\/(?:std|fd\/)|proc\/)/.test(resolve(path))) return undefined;
  refuseForeignLink(path);
  const there: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return { path: resolve(path), mode: undefined };
  if (there.isDirectory()) throw new Error('it is a directory');
  if (!there.isFile()) return undefined;
  accessSync(path, constants.W_OK);
  return { path: realpathSync(path), mode: there.mode & MODE_BITS };
}

/**
 * A link that another user has put where everybody may write (/tmp) leads to a file of their choice. The kernel follows
 * none (proc(5), fs.protected_symlinks); a rename to where it leads would get round that.
 */
function refuseForeignLink(path: string): void {
  const uid = process.geteuid?.();
  const link = lstatSync(path, { throwIfNoEntry: false });
  if (uid === undefined || link?.isSymbolicLink() !== true) return;
  const folder = statSync(dirname(resolve(path)));
  const isShared = (folder.mode & STICKY) !== 0 && (folder.mode & OTHERS_WRITE) !== 0;
  if (isShared && link.uid !== uid && link.uid !== folder.uid) {
    throw new Error("it is another user's link in a folder that everybody can write to");
  }
}

/** The new content of a file, under another name until it is whole. */
class Draft implements Sink {
  private readonly place: Place;
  private readonly path: string;
  private file: number | undefined;
  private isDone = false;
  private readonly atExit = (): void => this.discard();
  /** Lets go of the signals again. */
  private heedNoSignal: () => void = () => {};

  constructor(place: Place) {
    this.place = place;
    const random = randomBytes(4).toString('hex');
    const name = basename(place.path).slice(0, KEPT_CHARACTERS);
    this.path = join(dirname(place.path), `.${name}.echolot-${process.pid}-${random}.tmp`);
    // Whether there can be one; until there is something in it, there is none to leave behind.
    closeSync(openSync(this.path, 'wx'));
    unlinkSync(this.path);
  }

  write(data: string | Uint8Array): void {
    if (this.isDone) throw new Error('it has been put in its place');
    this.file ??= this.open();
    writeFileSync(this.file, data);
  }

  commit(): void {
    this.isDone = true;
    if (this.file === undefined) return;
    const { file } = this;
    // On the disk before it has its name: else a crash may leave an empty file where a good one was.
    fsyncSync(file);
    if (this.place.mode !== undefined) fchmodSync(file, this.place.mode);
    this.letGo();
    closeSync(file);
    try {
      renameSync(this.path, this.place.path);
    } catch (error) {
      throw new EcholotError('limit', `${this.place.path} cannot get its name: ${reasonOf(error)}`, {
        advice: `all of it is in ${this.path}: move it to where it can be`,
        cause: error,
      });
    }
  }

  /** Does nothing once the file is in its place. */
  discard(): void {
    if (this.file === undefined) return;
    const { file } = this;
    this.letGo();
    // Whether it is gone already is nobody's concern. On a full disk its room counts, so it is not left open.
    for (const end of [() => unlinkSync(this.path), () => closeSync(file)]) {
      try {
        end();
      } catch {}
    }
  }

  private open(): number {
    const file = openSync(this.path, 'wx');
    process.once('exit', this.atExit);
    this.heedNoSignal = endBySignal();
    return file;
  }

  private letGo(): void {
    this.file = undefined;
    process.off('exit', this.atExit);
    this.heedNoSignal();
  }
}

/** Without the call and its path, which may be that of the file that nobody shall see. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, \w+(?: '.*)?$/, '') : String(error);
}

function attempt<T>(code: 'usage' | 'limit', path: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof EcholotError) throw error;
    throw new EcholotError(code, `cannot write to ${path}: ${reasonOf(error)}`, {
      advice: code === 'usage' ? 'choose another file' : 'make room there, or choose another file',
      cause: error,
    });
  }
}
