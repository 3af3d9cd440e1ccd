/** The assignment documents' own programs against ours, each way round: what they print is what the documents show. */
import { execFileSync } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { echolot, type Finished, Program, start } from '../program.ts';

const HOST = '127.0.0.1';

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import sys; assert sys.version_info >= (3, 6)'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const noPython = !hasPython();
if (noPython) console.log("the assignment's own programs are left out: there is no python3 on this machine");

function assignment(file: string, ...args: readonly (string | number)[]): Program {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return new Program('python3', ['-u', path, ...args.map(String)]);
}

async function runSeed(file: string, ...args: readonly (string | number)[]): Promise<Finished> {
  await using program = assignment(file, ...args);
  return await program.ended;
}

/** Ports and addresses differ from run to run. */
function withoutNumbers(transcript: string): string {
  return transcript.replace(/port \d+/g, 'port PORT').replace(/\('[\d.:]+', \d+\)/g, "('ADDRESS', PORT)");
}

/** As printed in the assignment, under "Client requests". */
const CLIENT_TRANSCRIPT = `Connecting to ${HOST} port PORT
Sending Hello world!
Received: Hello world!
Closing connection to the server
`;

/** As printed in the assignment, under "Server response", with the number of bytes in place of the data. */
const SERVER_TRANSCRIPT = `Starting up server on ${HOST} port PORT
Waiting to receive message from client
Data: Hello world!
send 12 bytes back to ('ADDRESS', PORT)
Waiting to receive message from client
`;

describe.skipIf(noPython).concurrent('the assignment, part I', () => {
  test("a student's client gets its transcript from our echo server, and our server prints its own", async () => {
    await using server = start('serve', '--echo', '--host', HOST, '--port', 0);
    const client = await runSeed('part1_client.py', '--host', HOST, '--port', await server.port());
    expect(client).toMatchObject({ code: 0, stderr: '' });
    expect(withoutNumbers(client.stdout)).toBe(CLIENT_TRANSCRIPT);
    await server.until('the second wait', ({ stdout }) => stdout.split('Waiting').length === 3);
    expect(withoutNumbers(server.stdout)).toBe(SERVER_TRANSCRIPT);
    expect(server.stderr).toBe('');
  });

  test("our client gets its transcript from a student's server, which prints its own", async () => {
    await using server = assignment('part1_server.py', '--host', HOST, '--port', 0);
    const client = await echolot('send', HOST, await server.port());
    expect(client).toMatchObject({ code: 0, stderr: '' });
    expect(withoutNumbers(client.stdout)).toBe(CLIENT_TRANSCRIPT);
    await server.until('the second wait', ({ stdout }) => stdout.split('Waiting').length === 3);
    expect(withoutNumbers(server.stdout)).toBe(SERVER_TRANSCRIPT);
  });

  test("a student's server, which closes after one echo, can be measured one probe at a time", async () => {
    await using server = assignment('part1_server.py', '--host', HOST, '--port', 0);
    const port = await server.port();
    const { code, stdout } = await echolot(
      ...['measure', HOST, port, '--plain', '--type', 'rtt', '--sizes', '12,1000', '--probes', 1],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +12 B +1 +[\d.,]+/m);
    expect(stdout).toMatch(/^ +1000 B +1 +[\d.,]+/m);
  });

  test("more probes than a student's server answers leave a report of the one it did", async () => {
    await using server = assignment('part1_server.py', '--host', HOST, '--port', 0);
    const port = await server.port();
    const { code, stdout, stderr } = await echolot(
      ...['measure', HOST, port, '--plain', '--type', 'rtt', '--sizes', 100, '--probes', 10],
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ +100 B +1 +[\d.,]+/m);
    expect(stderr).toMatch(/^echolot: (peer|network): .*clos.*\n$/);
  });
});

describe.skipIf(noPython).concurrent('the assignment, part II', () => {
  test('the sample client finishes its ten probes against `serve --dialect sample`, and its setup is in the log', async () => {
    await using server = start(
      ...['serve', '--dialect', 'sample', '--host', HOST, '--port', 0, '--log', 'json'],
    );
    const { code, stdout, stderr } = await runSeed('part2_client.py', HOST, await server.port(), '0.02');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [connecting, ready, ...rest] = withoutNumbers(stdout).split('\n');
    expect([connecting, ready]).toEqual([`Connecting to ${HOST} port PORT`, '200 Ok: Ready']);
    const echoes = Array.from({ length: 10 }, (_, i) => [`m Hello_World_welcome_to_lit ${i}`, '']).flat();
    expect(rest.slice(0, 20)).toEqual(echoes);
    const [mean, closing, ...nothing] = rest.slice(20);
    // The mean contains the delay that was asked for; the text says seconds.
    expect(Number(mean)).toBeGreaterThan(0.02);
    expect(Number(mean)).toBeLessThan(0.2);
    expect([closing, nothing]).toEqual(['200 OK: Closing Connection', ['']]);

    // "The server should parse the connection setup message to log the values of all the variables therein."
    await server.until('the end in the log', ({ stderr }) => stderr.includes('"terminated"'));
    const log = server.stderr.trim().split('\n');
    const setup: unknown = JSON.parse(log.find((line) => line.includes('"setup"')) ?? 'null');
    expect(setup).toMatchObject({
      dialect: 'sample',
      measurement: 'rtt',
      payloadBytes: 1000,
      probes: 10,
      serverDelayMs: 20,
      delayUnit: 'seconds',
    });
  });

  test('our client measures a server that speaks only the sample dialect', async () => {
    await using server = start('serve', '--dialect', 'sample', '--host', HOST, '--port', 0, '--quiet');
    const { code, stdout, stderr } = await echolot(
      ...['measure', HOST, await server.port(), '--dialect', 'sample', '--short', '--probes', 10],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ +1000 B +10 /m);
    expect(stdout).toMatch(/^ +2 KiB +10 /m);
  });
});

describe.skipIf(noPython).concurrent('the second description of the assignment', () => {
  test('its client measures our echo server', async () => {
    await using server = start('serve', '--echo', '--host', HOST, '--port', 0, '--quiet');
    const { code, stdout, stderr } = await runSeed('description_client.py', HOST, await server.port());
    expect(code).toBe(0);
    expect(stderr).toBe('sending "String of message"\nreceived "String of message"\n');
    const [, rtt, tput] = /^RTT is (\S+) seconds\nTPUT is (\S+) bytes\/seconds\n$/.exec(stdout) ?? [];
    expect(Number(rtt)).toBeGreaterThan(0);
    expect(Number(tput)).toBeCloseTo(1000 / Number(rtt), 0);
  });

  test('our client sends to its server, which echoes byte by byte and prints its phases', async () => {
    await using server = assignment('description_server.py', HOST, 0);
    const client = await echolot('send', HOST, await server.port(), 'String of message');
    expect(client).toMatchObject({ code: 0, stderr: '' });
    expect(client.stdout).toContain('Received: String of message\n');
    await server.until('the next wait', ({ stdout }) => stdout.split('waiting').length === 3);
    const [first, ...lines] = withoutNumbers(server.stdout).trimEnd().split('\n');
    expect(first).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6} starting up on 127\.0\.0\.1 port PORT$/);
    expect(lines.slice(0, 3)).toEqual(['s tput 1 1000 1', 'waiting for a connection', '1000 OK']);
    expect(lines.slice(3, -3)).toEqual(Array(18).fill('m 1 1'));
    expect(lines.slice(-3)).toEqual(['1 OK: Closing Connection', 't .', 'waiting for a connection']);
    const [connection, ...echoes] = withoutNumbers(server.stderr).split('\n');
    expect(connection).toBe("connection from ('ADDRESS', PORT)");
    expect(echoes[0]).toBe('received "S"');
  });

  test('our client measures its server', async () => {
    await using server = assignment('description_server.py', HOST, 0);
    const { code, stdout, stderr } = await echolot(
      ...['measure', HOST, await server.port(), '--plain', '--type', 'rtt', '--sizes', 17, '--probes', 10],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^ +17 B +10 /m);
  });

  test('the setup of its transcript is understood: one probe of 1000 bytes', async () => {
    await using server = start('serve', '--host', HOST, '--port', 0, '--log', 'json');
    const port = await server.port();
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect({ host: HOST, port }, () => socket.write('s tput 1 1000 1\n'));
      socket.setTimeout(5_000, () => socket.destroy(new Error('no answer')));
      socket.once('data', (chunk) => {
        socket.destroy();
        resolve(chunk.toString());
      });
      socket.once('error', reject);
    });
    expect(answer).toBe('200 OK: Ready\n');
    await server.until('the setup in the log', ({ stderr }) => stderr.includes('"setup"'));
    expect(server.stderr).toContain('"measurement":"throughput","payloadBytes":1000,"probes":1');
  });
});
