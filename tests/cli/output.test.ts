/** Files of reports: what was there before is lost only to a report that is whole. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openOutput, writeFileAtomically } from '../../src/cli/output.ts';

let directory: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'echolot-'));
  file = join(directory, 'run.json');
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function content(): string {
  return readFileSync(file, 'utf8');
}

/** Writes and exits in a program of its own. */
function inAnotherProgram(statements: string): void {
  const module = JSON.stringify(new URL('../../src/cli/output.ts', import.meta.url).href);
  const program = `const { openOutput } = await import(${module}); const output = openOutput(${JSON.stringify(file)}); ${statements}`;
  execFileSync(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' });
}

describe('a report to a file', () => {
  test('replaces what was there only when all of it is written', async () => {
    writeFileSync(file, 'old');
    const output = openOutput(file);
    await output.write(['new', ' ']);
    await output.write('report');
    expect(content()).toBe('old');
    output.commit();
    expect(content()).toBe('new report');
    expect(readdirSync(directory)).toEqual(['run.json']);
  });

  test('can be committed twice, and not written to after that', async () => {
    const output = openOutput(file);
    await output.write('report');
    output.commit();
    output.commit();
    await output.write('more');
    expect(() => output.commit()).toThrow(/cannot write to/);
    expect(content()).toBe('report');
  });

  test('leaves what was there when nothing is written', () => {
    writeFileSync(file, 'old');
    openOutput(file).commit();
    expect(content()).toBe('old');
    expect(readdirSync(directory)).toEqual(['run.json']);
  });

  test('leaves what was there, and nothing else, when the program fails', () => {
    writeFileSync(file, 'old');
    inAnotherProgram("await output.write('half a re'); process.exit(0);");
    expect(content()).toBe('old');
    expect(readdirSync(directory)).toEqual(['run.json']);
  });

  test('keeps the permissions of the file it replaces, and a new one has the usual ones', () => {
    writeFileSync(file, 'old');
    chmodSync(file, 0o640);
    writeFileAtomically(file, 'new');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    const other = join(directory, 'other');
    writeFileAtomically(other, 'new');
    writeFileSync(join(directory, 'usual'), '');
    expect(statSync(other).mode).toBe(statSync(join(directory, 'usual')).mode);
  });

  test.skipIf(process.geteuid?.() !== 0)(
    'refuses a link that another user left where everybody can write',
    () => {
      const secret = join(directory, 'secret');
      writeFileSync(secret, 'kept');
      const shared = join(directory, 'shared');
      mkdirSync(shared);
      chmodSync(shared, 0o1777);
      symlinkSync(secret, join(shared, 'run.json'));
      lchownSync(join(shared, 'run.json'), 12_345, 12_345);
      expect(() => openOutput(join(shared, 'run.json'))).toThrow('link');
      expect(() => writeFileAtomically(join(shared, 'run.json'), 'x')).toThrow('link');
      expect(readFileSync(secret, 'utf8')).toBe('kept');
    },
  );

  test('has nothing in it that a terminal would obey, wherever it is written', async () => {
    const output = openOutput(file);
    await output.write('host \u001b[31mred\u202e\n');
    output.commit();
    expect(content()).toBe('host \\u001b[31mred\\u202e\n');
  });

  test('is kept under another name, and told, where it cannot get its own', async () => {
    const output = openOutput(file);
    await output.write('measured');
    mkdirSync(file);
    const failure = await (async () => output.commit())().catch((error: unknown) => error);
    const [draft = ''] = readdirSync(directory).filter((name) => name !== 'run.json');
    expect(failure).toMatchObject({ code: 'limit', advice: expect.stringContaining(draft) });
    expect(readFileSync(join(directory, draft), 'utf8')).toBe('measured');
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('leaves nothing behind when %s ends the program', (signal) => {
    const statements = `await output.write('half'); process.kill(process.pid, '${signal}'); await new Promise((resolve) => setTimeout(resolve, 10_000));`;
    expect(() => inAnotherProgram(statements)).toThrow();
    expect(readdirSync(directory)).toEqual([]);
  });

  test('follows a link instead of replacing it', () => {
    const link = join(directory, 'latest.json');
    writeFileSync(file, 'old');
    symlinkSync(file, link);
    writeFileAtomically(link, 'new');
    expect(content()).toBe('new');
    expect(readFileSync(link, 'utf8')).toBe('new');
    expect(readdirSync(directory).sort()).toEqual(['latest.json', 'run.json']);
  });

  test.each([
    ['a directory that is not there', 'nowhere/run.json', /no such file or directory/],
    ['a directory', '.', /it is a directory/],
  ])('to %s is refused before anything is measured', (_name, path, words) => {
    expect(() => openOutput(join(directory, path))).toThrow(words);
    expect(() => writeFileAtomically(join(directory, path), '')).toThrow(words);
    expect(() => openOutput(join(directory, path))).not.toThrow(/\.tmp/);
    expect(readdirSync(directory)).toEqual([]);
  });

  test('to a pipe is written at once: its reader waits', async () => {
    const pipe = join(directory, 'pipe');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    const reader = openSync(pipe, 'r+');
    try {
      const output = openOutput(pipe);
      await output.write('line\n');
      expect(statSync(pipe).isFIFO()).toBe(true);
      expect(readdirSync(directory)).toEqual(['pipe']);
      output.commit();
    } finally {
      closeSync(reader);
    }
  });

  test('to /dev/null and /dev/stdout leaves no file beside them', async () => {
    const output = openOutput('/dev/null');
    await output.write('text');
    output.commit();
    const script = `const { openOutput } = await import(${JSON.stringify(new URL('../../src/cli/output.ts', import.meta.url).href)}); const output = openOutput('/dev/stdout'); await output.write('text'); output.commit();`;
    execFileSync('sh', [
      '-c',
      `{ echo before; "$0" --input-type=module -e "$1"; echo after; } > "$2"`,
      process.execPath,
      script,
      file,
    ]);
    expect(content()).toMatch(/^before\ntextafter\n$/);
  });

  test('takes bytes as well', () => {
    writeFileAtomically(file, Uint8Array.of(0x89, 0x50));
    expect([...readFileSync(file)]).toEqual([0x89, 0x50]);
  });
});
