/**
 * Tokens that are good no more: those that were given, and those of a file, which is looked at again whenever a token is
 * shown, once a second at most. It is read at once, on the thread that serves, whose loop hears of no file.
 */
import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '../../clock/clock.ts';
import { usage } from '../../core/errors.ts';
import { readRevoked } from '../../token/revoked.ts';

const LOOK_AGAIN_NS = 1_000_000_000n;
/** Some 30,000 tokens; reading as much takes a few milliseconds. */
const MAX_FILE_BYTES = 1024 * 1024;

export class RevokedTokens {
  private readonly given: ReadonlySet<string>;
  private readonly file: string | undefined;
  private readonly clock: Clock;
  private listed: ReadonlySet<string> = new Set();
  /** What tells one version of the file from another. */
  private version = '';
  private lookAgainNs: bigint;

  /** @throws EcholotError `usage` for a file that cannot be read: nobody would know of what is in it */
  constructor(given: readonly string[], file: string | undefined, clock: Clock) {
    this.given = new Set(given);
    this.file = file;
    this.clock = clock;
    this.lookAgainNs = clock.nowNs() + LOOK_AGAIN_NS;
    if (file !== undefined && !this.read(file)) {
      throw usage(
        `the list of revoked tokens ${file} cannot be read, or is no file of 1 MiB at most`,
        'name one that echolot token revoke has written, or an empty file',
      );
    }
  }

  has(id: string): boolean {
    const { file } = this;
    const nowNs = this.clock.nowNs();
    if (file !== undefined && nowNs >= this.lookAgainNs) {
      this.lookAgainNs = nowNs + LOOK_AGAIN_NS;
      // While it is gone, or being replaced, what was revoked stays so.
      this.read(file);
    }
    return this.given.has(id) || this.listed.has(id);
  }

  private read(file: string): boolean {
    try {
      const { ino, size, mtimeNs, isFile } = statOf(file);
      if (!isFile || size > MAX_FILE_BYTES) return false;
      const version = `${ino} ${size} ${mtimeNs}`;
      if (version === this.version) return true;
      this.listed = readRevoked(readFileSync(file, 'latin1'));
      this.version = version;
      return true;
    } catch {
      return false;
    }
  }
}

function statOf(file: string): { ino: bigint; size: bigint; mtimeNs: bigint; isFile: boolean } {
  const stat = statSync(file, { bigint: true });
  return { ino: stat.ino, size: stat.size, mtimeNs: stat.mtimeNs, isFile: stat.isFile() };
}
