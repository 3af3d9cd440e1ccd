/** `echolot check HOST PORT` as a teacher runs it: servers of every kind, and every form of what is told of them. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CheckResult } from '../../../src/check.ts';
import { echolot, type Program, start } from '../program.ts';
import { HOST, inDirectory, lines, noPython, studentServer } from './programs.ts';

/** What a whole check of a good server may take on a machine that does other things as well, ms. */
const WHOLE_MS = 10_000;
const SOON_MS = 5_000;

function serve(...args: readonly (string | number)[]): Program {
  return start('serve', '--host', HOST, '--port', 0, '--quiet', ...args);
}

describe('the own server', () => {
  // In every dialect it is held to them by the slow suite.
  test('keeps every rule, and soon', async () => {
    await using server = serve();
    await using run = start('check', HOST, await server.port());
    const { code, stdout, stderr } = await run.endsWithin(WHOLE_MS);
    expect(lines('fail', stdout)).toEqual([]);
    expect(lines('not run', stdout)).toEqual([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^the server keeps \d\d of 54 rules/);
  });

  test('is reached by HOST:PORT in one word, and by an address of version 6', async () => {
    await using server = start('serve', '--host', '::1', '--port', 0, '--quiet');
    const port = await server.port();
    for (const target of [['::1', port], [`[::1]:${port}`]]) {
      const { code, stdout } = await echolot('check', ...target, '--rule', 'setup-rtt');
      expect(code).toBe(0);
      expect(stdout).toContain(`Check of the server ::1 port ${port}\n`);
    }
  });
});

describe.skipIf(noPython)('a server in another language', () => {
  test('that is right keeps every rule', async () => {
    await using server = studentServer();
    const { code, stdout } = await echolot('check', HOST, await server.port());
    expect(lines('fail', stdout)).toEqual([]);
    expect(code).toBe(0);
  });

  test('that checks nothing breaks the rules that are named, with what was sent and what came', async () => {
    await using server = studentServer('lax');
    const { code, stdout } = await echolot('check', HOST, await server.port());
    expect(code).toBe(3);
    expect(lines('fail', stdout)).toContain(
      'fail     sequence-skipped: a probe that leaves out a number is refused',
    );
    expect(stdout).toContain('         expected  the text 404 ERROR: Invalid Measurement Message\n');
    expect(stdout).toMatch(/^the server breaks \d+ of 54 rules/m);
  });

  test.each([
    // The first client is the one that finds the dialect.
    ['with a client', ['ends-after', 6], 1, 0, 'setup-without-probes'],
    ['at a message', ['crashes'], 3, 1, 'setup-without-type'],
    ['soon after a refusal', ['exits'], 1, 0, 'setup-without-type'],
  ] as const)(
    'that ends %s is told as gone after that rule, and the rest as not run',
    async (_when, fault, exit, fails, rule) => {
      await using server = studentServer(...fault);
      const { code, stdout } = await echolot('check', HOST, await server.port());
      expect(code).toBe(exit);
      expect(lines('fail', stdout)).toHaveLength(fails);
      const told = stdout.replace(/\n */g, ' ');
      expect(told.match(/\(the server ended after [^)]+\)/g)).toEqual(
        Array.from(lines('not run', stdout), () => `(the server ended after ${rule})`),
      );
    },
  );

  test('Ctrl-C in the middle: what was found is printed', async () => {
    await using server = studentServer('slow');
    await using run = start('check', HOST, await server.port());
    await server.until('some rules', ({ stdout }) => stdout.includes('client 25\n'));
    run.kill('SIGINT');
    const { code, stdout, stderr } = await run.endsWithin(SOON_MS);
    expect(code).toBe(130);
    expect(lines('pass', stdout).length).toBeGreaterThan(10);
    expect(lines('not run', stdout).length).toBeGreaterThan(10);
    expect(stdout.replace(/\n */g, ' ')).toContain('another one is done (interrupted)');
    expect(stdout).toContain('incomplete: the check was cancelled');
    expect(stderr).toBe('echolot: cancelled: the run was cancelled\n');
  });

  test('Ctrl-C in the middle: what was found is written in each form for graders, with the rest', async () => {
    await inDirectory(async (directory) => {
      const xml = join(directory, 'check.xml');
      for (const form of ['--tap', '--json']) {
        await using server = studentServer('slow');
        await using run = start('check', HOST, await server.port(), form, '--junit', xml);
        await server.until('some rules', ({ stdout }) => stdout.includes('client 25\n'));
        run.kill('SIGINT');
        const { code, stdout } = await run.endsWithin(SOON_MS);
        expect(code).toBe(130);
        expect(stdout.match(/interrupted/g)?.length).toBeGreaterThan(10);
        if (form === '--tap')
          expect(stdout).toMatch(/^1\.\.54\n(.*\n)+ok 54 - crlf: .* # SKIP interrupted\n/m);
        else
          expect(JSON.parse(stdout)).toMatchObject({
            outcome: { status: 'cancelled' },
            rules: { length: 54 },
          });
        expect(await readFile(xml, 'utf8')).toMatch(/tests="54" failures="0" errors="0" skipped="[1-4]\d"/);
      }
    });
  });
});

test('a port that nobody listens on is one line, and exit code 1', async () => {
  const { code, stdout, stderr } = await echolot('check', HOST, 1);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^echolot: network: .*connection refused.*\n$/);
});

/** A server that answers every message with these bytes, and closes. */
async function answering(answer: string, use: (port: number) => Promise<void>): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(Buffer.from(answer, 'latin1')));
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  try {
    const address = server.address();
    await use(typeof address === 'object' && address !== null ? address.port : 0);
  } finally {
    server.close();
  }
}

test('words of a server cannot write to the terminal, nor end an element of the XML', async () => {
  await inDirectory(async (directory) => {
    await answering('\x1b]0;title\x07\x1b[31m</failure>\x00\x9b200 OK\n', async (port) => {
      const file = join(directory, 'check.xml');
      const forms = [['--full'], ['--tap'], ['--json'], ['--junit', file]];
      for (const form of forms) {
        const { code, stdout } = await echolot('check', HOST, port, ...form);
        expect(code).toBe(3);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
        expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      }
      const xml = await readFile(file, 'utf8');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
      expect(xml).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
      expect(xml).toContain('\\x1b]0;title\\x07\\x1b[31m&lt;/failure&gt;');
    });
  });
});

test('a server that sends megabytes without end costs neither memory nor time', async () => {
  const server = createServer((socket) => {
    const flood = (): void => {
      while (socket.writable && socket.write('200 OK: Ready\n'.repeat(100_000)));
    };
    socket.on('error', () => {}).on('drain', flood);
    socket.once('data', flood);
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  try {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await using run = start('check', HOST, port);
    const { code, stdout } = await run.endsWithin(WHOLE_MS);
    expect(code).toBe(3);
    expect(stdout).toContain('received  more than 512 bytes, which begin 200 OK: Ready\\n');
    expect(stdout).toContain('breaks 2 of 54 rules (52 not run): setup-rtt, setup-throughput\n');
  } finally {
    server.close();
  }
});

test('a web server is named', async () => {
  await answering('HTTP/1.1 400 Bad Request\r\n\r\n', async (port) => {
    const { code, stdout } = await echolot('check', HOST, port);
    expect(code).toBe(3);
    expect(stdout.replace(/\n */g, ' ')).toContain(
      'setup-throughput; this is a web server, and no echo server',
    );
  });
});

describe('forms for graders', () => {
  test('--tap has its plan, and a line for each rule', async () => {
    await using server = serve();
    const { code, stdout } = await echolot('check', HOST, await server.port(), '--tap');
    expect(code).toBe(0);
    const [version, plan, ...results] = stdout.trimEnd().split('\n');
    expect([version, plan]).toEqual(['TAP version 14', '1..54']);
    expect(results.map((line) => Number(/^ok (\d+) - [a-z-]+: /.exec(line)?.[1]))).toEqual(
      Array.from({ length: 54 }, (_, i) => i + 1),
    );
  });

  test('--junit counts what it holds, and the report is printed beside it', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'check.xml');
      await using server = serve();
      const { code, stdout } = await echolot(
        ...['check', HOST, await server.port(), '--dialect', 'literal-newline', '--junit', file],
      );
      expect(code).toBe(0);
      expect(lines('pass', stdout).length).toBeGreaterThan(0);
      const xml = await readFile(file, 'utf8');
      expect(xml).toMatch(/<testsuite name="127\.0\.0\.1:\d+" tests="54" failures="0" errors="0"/);
      expect(xml.match(/<testcase /g)).toHaveLength(54);
      expect(xml.match(/<testcase [^>]*[^/]>/g)?.length ?? 0).toBe(xml.match(/<\/testcase>/g)?.length ?? 0);
    });
  });

  test('--json is read again: as lines, and as a page', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'check.json');
      await using server = serve();
      const checked = await echolot('check', HOST, await server.port(), '-o', file);
      const { format, rules }: CheckResult = JSON.parse(await readFile(file, 'utf8'));
      expect(format).toBe('echolot-check');
      expect(rules).toHaveLength(54);
      const again = await echolot('report', file);
      expect(again).toMatchObject({ code: 0, stdout: checked.stdout });
      const page = join(directory, 'check.html');
      expect((await echolot('report', file, '--html', page)).code).toBe(0);
      expect(await readFile(page, 'utf8')).toContain('<code>sequence-skipped</code>');
    });
  });

  test('a name that ends in .tap gets TAP', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'check.tap');
      await using server = serve();
      expect((await echolot('check', HOST, await server.port(), '-o', file)).code).toBe(0);
      expect(await readFile(file, 'utf8')).toMatch(/^TAP version 14\n1\.\.54\n/);
    });
  });

  test('--list names the rules of servers, and with --client those of clients', async () => {
    for (const [words, count, name] of [
      [[], 54, 'sequence-repeated'],
      [['--client'], 14, 'client-no-echo'],
    ] as const) {
      const { code, stdout } = await echolot('check', ...words, '--list');
      expect(code).toBe(0);
      expect(stdout.trimEnd().split('\n')).toHaveLength(count);
      expect(stdout).toMatch(new RegExp(`^${name} +\\S.*\\[.+\\]$`, 'm'));
    }
  });

  test('--rule holds it to that one alone', async () => {
    await using server = serve();
    const port = await server.port();
    const { code, stdout } = await echolot('check', HOST, port, '--rule', 'crlf');
    expect(code).toBe(0);
    expect(lines('pass', stdout)).toHaveLength(1);
    expect(stdout).toContain('the server keeps 1 of 1 rule\n');
    const unknown = await echolot('check', HOST, port, '--rule', 'tabs');
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('there is no rule tabs');
  });
});

describe.concurrent('words that do not go together are refused before anything is asked', () => {
  test.each([
    [[], 'there is no server to check'],
    [[HOST], 'the port is missing'],
    [[HOST, 1, '--client'], 'three different things'],
    [[HOST, 1, '--batch', 'x'], 'three different things'],
    [['--client', '--batch', 'x'], 'three different things'],
    [[HOST, 1, '--start', 'x {port}'], '--start is of --client'],
    [[HOST, 1, '--port', 2], '--port is of --client'],
    [[HOST, 1, '--expect-rtt', '2ms'], '--expect-rtt is of --client'],
    [[HOST, 1, '--keep', 'x'], '--keep is of --batch'],
    [['--client', '--rule', 'crlf'], '--rule is of a server'],
    [['--client', '--family', 4], '--family is of a server'],
    [['--batch', 'x', '--rule', 'crlf'], '--rule is of a server'],
    [['--batch', 'x', '--json'], '--batch prints a table'],
    [['--batch', 'x', '--list'], '--list checks nothing'],
    [[HOST, 1, '--list'], '--list checks nothing'],
    [[HOST, 1, '--json', '--full'], '--full is of the report'],
    [['--client', '--start', 'x'], 'there is no {port} in x'],
    [['--batch', '/nowhere/servers.txt'], 'cannot read /nowhere/servers.txt'],
  ] as const)('%j', async (words, why) => {
    const { code, stdout, stderr } = await echolot('check', ...words);
    expect(stderr).toContain(why);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
