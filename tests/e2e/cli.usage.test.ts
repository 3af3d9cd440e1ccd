/** Command lines that cannot be: one line on standard error says what to type instead, and nothing is sent. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { echolot } from './program.ts';

/** Nothing is sent, so nothing needs to listen here. */
const TARGET = ['measure', '127.0.0.1', '9900'] as const;

const SEE_MEASURE = 'see echolot measure --help';
const SIZE_FORM = 'Expected a number of bytes such as 1000, 2K or 16M (K = 1024)';

const WRONG: readonly (readonly [args: readonly string[], complaint: string])[] = [
  [['weigh'], 'Unexpected option or subcommand: `weigh`; see echolot --help'],
  [['help', 'bogus'], 'Unexpected option or subcommand: `bogus`; see echolot --help'],
  [['--nope'], 'Unexpected option or subcommand: `--nope`; see echolot --help'],
  [['measure'], `Expected a \`HOST\`, but too few arguments; ${SEE_MEASURE}`],
  [['measure', 'localhost'], 'localhost: the port is missing; give HOST PORT or HOST:PORT'],
  [
    ['compare', 'http://localhost:9900'],
    'http://localhost:9900 is a URL; give host and port alone: localhost:9900',
  ],
  [
    ['measure', 'localhost', '70000'],
    `\`PORT\`: Expected a whole number from 1 to 65535, but got "70000"; ${SEE_MEASURE}`,
  ],
  [['send', 'localhost', '0'], '"0" is no port; give a whole number from 1 to 65535'],
  [
    ['serve', '--port', '70000'],
    '`-p`/`--port`: Expected a whole number from 0 to 65535, but got "70000"; see echolot serve --help',
  ],
  [[...TARGET, '--nope'], `Unexpected option or subcommand: \`--nope\`; ${SEE_MEASURE}`],
  [
    [...TARGET, '--probe', '3'],
    `Unexpected option or subcommand: \`--probe\`: did you mean --probes?; ${SEE_MEASURE}`,
  ],
  [
    [...TARGET, '--timout', '3s'],
    `Unexpected option or subcommand: \`--timout\`: did you mean --timeout?; ${SEE_MEASURE}`,
  ],
  [
    [...TARGET, '-J'],
    `Unexpected option or subcommand: \`-J\`: the result as JSON is --json; ${SEE_MEASURE}`,
  ],
  [
    [...TARGET, '-P', '4'],
    `Unexpected option or subcommand: \`-P\`: there is one connection at a time, and no parallel ones; ${SEE_MEASURE}`,
  ],
  [
    ['ping', 'localhost', '1', '--intrval', '1'],
    'Unexpected option or subcommand: `--intrval`: did you mean --interval?; see echolot ping --help',
  ],
  [[...TARGET, 'surplus'], `Unexpected option or subcommand: \`surplus\`; ${SEE_MEASURE}`],
  [
    [...TARGET, '--sizes', '0'],
    `\`-s\`/\`--sizes\`: Expected a size from 1 to 1G, but got "0"; ${SEE_MEASURE}`,
  ],
  [[...TARGET, '--sizes', '-1'], `\`-s\`/\`--sizes\`: ${SIZE_FORM}, but got "-1"; ${SEE_MEASURE}`],
  [[...TARGET, '--sizes', 'abc'], `\`-s\`/\`--sizes\`: ${SIZE_FORM}, but got "abc"; ${SEE_MEASURE}`],
  [[...TARGET, '--sizes', '1,,2'], `\`-s\`/\`--sizes\`: ${SIZE_FORM}, but got ""; ${SEE_MEASURE}`],
  [
    [...TARGET, '--probes', '0'],
    `\`-n\`/\`-c\`/\`--probes\`: Expected a whole number from 1 to 1000000, but got "0"; ${SEE_MEASURE}`,
  ],
  [
    [...TARGET, '--timeout', '5'],
    `\`--timeout\`: Expected a time with its unit, such as 500ms or 2s, but got "5"; ${SEE_MEASURE}`,
  ],
  [[...TARGET, '--json', '--csv'], `"--json" and "--csv" cannot be used together; ${SEE_MEASURE}`],
  [
    [...TARGET, '--json', '--brief'],
    '--brief is of the report, and --json prints none; leave one of them out, or add --output FILE, which prints the report, too',
  ],
  [
    ['selftest', '--full', '--json'],
    '--full is of the report, and --json prints none; leave one of them out, or add --output FILE, which prints the report, too',
  ],
  [
    ['compare', 'localhost:9', 'localhost:10', '--json', '--brief'],
    '--brief is of the report, and --json prints none; leave one of them out, or add --output FILE, which prints the report, too',
  ],
  [
    ['merge', 'a.json', 'b.json', '--json', '--brief'],
    '--brief is of the report, and --json prints none; leave one of them out, or add --output FILE, which prints the report, too',
  ],
  [
    [...TARGET, '--with-warmup', '--json'],
    '--with-warmup is of rows of samples, and none are printed; add --csv or --ndjson; --json has them always',
  ],
  [
    [...TARGET, '--histograms'],
    '--histograms is of the record, and none is written; add --json or --csv, or an --output of such a name',
  ],
  [
    [...TARGET, '--histograms', '--ndjson'],
    '--histograms is of the record, and --ndjson writes each probe; add --json or --csv, or an --output of such a name',
  ],
  [
    [...TARGET, '--histograms', '--csv', '--with-warmup'],
    '--histograms keeps nothing of the warm-up, so there are no rows of it; leave out --with-warmup or --histograms',
  ],
  [
    [...TARGET, '--short', '--sizes', '1'],
    'the short form has sizes of its own; leave out either the sizes or the short form',
  ],
  [
    [...TARGET, '--plain', '--server-delay', '1s'],
    'a plain echo server cannot be asked for a delay; leave out the server delay',
  ],
  [
    [...TARGET, '--dialect', 'hello-numeric', '--probes', '3'],
    'the dialect hello-numeric knows no fewer than 20 probes in a session; ask for 20 or more',
  ],
  [
    [...TARGET, '--engine', 'node', '--wait', 'spin'],
    'the wait mode spin needs the native engine; leave it out, or use --engine native',
  ],
  [
    [...TARGET, '--engine', 'node', '--cc', 'bbr', '--dscp', 'EF'],
    'a congestion control and a traffic class need the native engine; leave it out, or use --engine native',
  ],
  [
    [...TARGET, '--tos', '1', '--dscp', 'EF'],
    `"--tos" "1" and "--dscp" "EF" cannot be used together; ${SEE_MEASURE}`,
  ],
  [
    [...TARGET, '--tos', '256'],
    `\`--tos\`: Expected a whole number from 0 to 255, but got "256"; ${SEE_MEASURE}`,
  ],
  [[...TARGET, '--mss', '87'], `\`--mss\`: Expected a size from 88 to 32767, but got "87"; ${SEE_MEASURE}`],
  [
    [...TARGET, '--engine', 'node', '--bind', 'localhost'],
    'there is no address localhost to send from; give a numeric address of this host',
  ],
  [['measure', '', '9900'], 'the host is empty; name a host or give an address'],
  [['send', '127.0.0.1', '9900', ''], 'the message is empty; send at least one byte'],
];

describe.concurrent('a slip on the command line is explained in one line', () => {
  test.each(WRONG)('%j', async (args, complaint) => {
    expect(await echolot(...args)).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr: `echolot: usage: ${complaint}\n`,
    });
  });

  test('also where the complaint is long: an unknown dialect', async () => {
    const { code, stdout, stderr } = await echolot(...TARGET, '--dialect', 'nope');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^echolot: usage: .*"size-first".*"hello-numeric".*"nope"; see .*--help\n$/);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  test('also where the complaint guesses what was meant', async () => {
    const { code, stdout, stderr } = await echolot('mesaure');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^echolot: usage: [^\n]*`mesaure`[^\n]*Did you mean `measure`\?[^\n]*\n$/);
  });

  test('also where the complaint brings a help page: completion without a shell', async () => {
    const { code, stdout, stderr } = await echolot('completion');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^echolot: usage: [^\n]+\n$/);
  });
});

describe.concurrent('--output', () => {
  test('into a directory that does not exist is refused before anything is sent', async () => {
    const path = join(tmpdir(), 'echolot-no-such-directory', 'run.json');
    // Nothing listens on port 1: were the connection tried first, this would be a network error.
    const { code, stdout, stderr } = await echolot('measure', '127.0.0.1', 1, '--json', '--output', path);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^echolot: usage: cannot write to \S+run\.json: [^\n]+; choose another [^\n]+\n$/);
  });

  test.each([
    ['a slip on the command line', ['127.0.0.1', '9900', '--short', '--sizes', '1']],
    ['a server that is not there', ['127.0.0.1', '1', '--short']],
  ])('%s leaves an older report as it was', async (_why, args) => {
    const folder = await mkdtemp(join(tmpdir(), 'echolot-'));
    try {
      const path = join(folder, 'run.txt');
      await writeFile(path, 'the report of yesterday\n');
      await echolot('measure', ...args, '--output', path);
      expect(await readFile(path, 'utf8')).toBe('the report of yesterday\n');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
