/** The extension `+stamps` in a server: whose stamps a residence is made of, and what a question may cost. */
import { describe, expect, test } from 'vitest';
import type { OnResidence } from '../../src/net/connection.ts';
import type { LinkOptions } from '../../src/net/memory/network.ts';
import type { ServeOptions } from '../../src/server/plan.ts';
import { startServer } from '../../src/server/server.ts';
import { BAD_PROBE, MS, PretendServer, SECOND } from './pretend-server.ts';
import { type RecordedConnection, RecordedNetwork } from './recorded-network.ts';

const READY = '200 OK: Ready +stamps +waits +busy\n';
const APPLICATION = '200 OK: Residence application';

/** What a client hears that sends all this, each part when the part before was answered. */
async function conversation(parts: readonly string[], link: LinkOptions = {}): Promise<string> {
  const server = await PretendServer.start({}, link);
  const client = await server.dial();
  for (const part of parts) {
    client.send(part);
    await server.pass(10 * SECOND);
  }
  return client.received;
}

describe('without stamps of a kernel', () => {
  test('a delayed echo was here from the arrival of its probe to its writing', async () => {
    const heard = await conversation([
      's RTT 5 2 0.5 +stamps\n',
      'm hello 1\n',
      'm hello 2\n',
      'r 0 2\n',
      't\n',
    ]);
    expect(heard).toBe(
      `${READY}m hello 1\nm hello 2\n${APPLICATION} 500000000 500000000\n200 OK: Closing Connection\n`,
    );
  });

  test('the time counts from the last byte of a probe that comes in pieces', async () => {
    const slow = { chunkBytes: 3, bytesPerSecond: 1_000, latencyNs: MS };
    const heard = await conversation(['s RTT 5 2 0.5 +stamps\n', 'm hello 1\n', 'r 0 1\n'], slow);
    expect(heard).toBe(`${READY}m hello 1\n${APPLICATION} 500000000\n`);
  });

  test('a probe that came with the one before it waited for that one, too', async () => {
    const heard = await conversation(['s RTT 5 2 0.5 +stamps\n', 'm hello 1\nm hello 2\nr 0 2\n']);
    expect(heard).toBe(`${READY}m hello 1\nm hello 2\n${APPLICATION} 500000000 1000000000\n`);
  });

  test('an echo that is not held back was here for no longer than it took', async () => {
    const heard = await conversation(['s RTT 5 2 0 +stamps\n', 'm hello 1\nr 0 2\nm hello 2\nr 0 2\n']);
    expect(heard).toBe(`${READY}m hello 1\n${APPLICATION} 0 -\nm hello 2\n${APPLICATION} 0 0\n`);
  });

  test('a client that does not ask for the extension meets the server as it was', async () => {
    const heard = await conversation(['s RTT 5 2 0\n', 'm hello 1\n', 'r 0 1\n']);
    expect(heard).toBe(`200 OK: Ready\nm hello 1\n${BAD_PROBE}`);
  });

  test('the log says that it was agreed', async () => {
    const server = await PretendServer.start();
    const client = await server.dial();
    client.send('s RTT 5 2 0 +stamps\n');
    await server.pass(0);
    expect(server.events.at(-1)).toMatchObject({ kind: 'setup', readings: [{ setup: { stamps: true } }] });
  });
});

interface Scene {
  readonly network: RecordedNetwork;
  readonly connection: RecordedConnection;
}

async function connected(options: ServeOptions = {}): Promise<Scene> {
  const network = new RecordedNetwork();
  await startServer(network, options);
  return { network, connection: network.connect() };
}

/** Kernel stamps as a test tells them; `granted` is what the kernel says to being asked. */
function kernel(connection: RecordedConnection, granted = true): { tell: OnResidence } {
  const told: { tell: OnResidence } = { tell: () => {} };
  connection.stamps = {
    enable: (onResidence) => {
      connection.done.push('enable');
      told.tell = onResidence;
      return granted;
    },
    answered: () => connection.done.push('answered'),
    stampArrivals: () => {},
  };
  return told;
}

/** A client whose setup was accepted. @returns what tells the residence of its next echo */
function measuring(
  connection: RecordedConnection,
  setup = 's RTT 5 9 0 +stamps\n',
): (residenceNs: number, waitNs?: number) => void {
  const told = kernel(connection);
  connection.receive(setup);
  connection.done.length = 0;
  return (residenceNs, waitNs = Number.NaN) => told.tell(residenceNs, waitNs);
}

describe('with stamps of the kernel', () => {
  test('they are on before the first probe, and each echo is marked right after its writing', async () => {
    const { connection } = await connected();
    kernel(connection);
    connection.receive('s RTT 5 9 0 +stamps\n');
    connection.receive('m hello 1\n');
    connection.receive('m hello 2\nm hello 3\nt\n');
    expect(connection.done.slice(0, -2)).toEqual([
      'enable',
      `write ${READY}`,
      'write m hello 1\n',
      'answered',
      'write m hello 2\n',
      'answered',
      'write m hello 3\n',
      'answered',
      'write 200 OK: Closing Connection\n',
    ]);
  });

  test('they are told as they come, and one that is late or missing is missing', async () => {
    const { connection } = await connected();
    const tell = measuring(connection);
    connection.receive('m hello 1\n');
    connection.receive('m hello 2\n');
    connection.receive('m hello 3\n');
    tell(1_234);
    tell(Number.NaN);
    connection.receive('r 0 3\n');
    expect(connection.done.at(-1)).toBe('write 200 OK: Residence kernel 1234 - -\n');
    tell(1_300);
    connection.receive('r 2 1\n');
    expect(connection.done.at(-1)).toBe('write 200 OK: Residence kernel 1300\n');
  });

  test('a delayed echo is marked, too', async () => {
    const { network, connection } = await connected();
    measuring(connection, 's RTT 5 9 1 +stamps\n');
    connection.receive('m hello 1\n');
    await network.pass(SECOND);
    expect(connection.done).toEqual(['pause', 'write m hello 1\n', 'answered', 'resume']);
  });

  test('a kernel that refuses leaves the program’s own times', async () => {
    const { network, connection } = await connected();
    kernel(connection, false);
    connection.receive('s RTT 5 9 0.25 +stamps\n');
    connection.receive('m hello 1\n');
    await network.pass(SECOND);
    connection.receive('r 0 1\n');
    expect(connection.done).not.toContain('answered');
    expect(connection.done.at(-1)).toBe(`write ${APPLICATION} 250000000\n`);
  });

  test('a client that asks for none pays for none', async () => {
    const { connection } = await connected();
    kernel(connection);
    connection.receive('s RTT 5 9 0\nm hello 1\n');
    expect(connection.done).toEqual(['write 200 OK: Ready\n', 'write m hello 1\n']);
  });
});

describe('how busy the server was with others', () => {
  /** What the thread tells of what comes next. */
  function others(connection: RecordedConnection): { busyNs: number } {
    const told = { busyNs: Number.NaN, enable: () => connection.done.push('others') };
    connection.others = told;
    return told;
  }

  test('is told for each echo, in their order, though its stamps come later', async () => {
    const { connection } = await connected();
    const told = others(connection);
    const tell = measuring(connection);
    for (const [i, busyNs] of [300, 0, 500].entries()) {
      told.busyNs = busyNs;
      connection.receive(`m hello ${i + 1}\n`);
    }
    tell(1_000, 100);
    tell(1_000, 100);
    connection.receive('r 0 1 +waits +busy\n');
    expect(connection.done.at(-1)).toBe('write 200 OK: Residence kernel 1000/100 +busy 300\n');
    tell(400, 100);
    connection.receive('r 0 3 +waits +busy\n');
    // More than the residence is no part of it.
    expect(connection.done.at(-1)).toBe(
      'write 200 OK: Residence kernel 1000/100 1000/100 400/100 +busy 300\n',
    );
  });

  test('is told without stamps of the kernel, too', async () => {
    const { connection } = await connected();
    const told = others(connection);
    kernel(connection, false);
    connection.receive('s RTT 5 9 0 +stamps\n');
    told.busyNs = 800;
    connection.receive('m hello 1\nm hello 2\n');
    connection.receive('r 0 2 +waits +busy\n');
    expect(connection.done.at(-1)).toBe(`write ${APPLICATION} 0/- 0/- +busy 1600\n`);
  });

  test('counts only where it is longer than the delay, and so has made an echo late', async () => {
    const { network, connection } = await connected();
    const told = others(connection);
    kernel(connection, false);
    connection.receive('s RTT 5 9 0.001 +stamps\n');
    for (const [i, busyNs] of [900_000, 1_200_000].entries()) {
      told.busyNs = busyNs;
      connection.receive(`m hello ${i + 1}\n`);
      await network.pass(SECOND);
    }
    connection.receive('r 0 1 +waits +busy\n');
    expect(connection.done.at(-1)).toContain('+busy 0\n');
    connection.receive('r 0 2 +waits +busy\n');
    expect(connection.done.at(-1)).toContain('+busy 200000\n');
  });

  test('is asked of no thread by a client that does not ask for stamps', async () => {
    const { connection } = await connected();
    others(connection);
    connection.receive('s RTT 5 9 0\nm hello 1\n');
    expect(connection.done).not.toContain('others');
  });

  test('a server that cannot know says so', async () => {
    const { connection } = await connected();
    const tell = measuring(connection);
    connection.receive('m hello 1\n');
    tell(1_000, 100);
    connection.receive('r 0 1 +waits +busy\n');
    expect(connection.done.at(-1)).toBe('write 200 OK: Residence kernel 1000/100 +busy -\n');
  });
});

describe('a client that floods the server with questions', () => {
  async function flooded(options: ServeOptions = {}): Promise<Scene> {
    const scene = await connected(options);
    scene.connection.receive('s RTT 5 9 0 +stamps\n');
    scene.connection.done.length = 0;
    scene.connection.receive('r 0 4096\n'.repeat(500));
    return scene;
  }

  function answers({ done }: RecordedConnection): number {
    return done.filter((what) => what.startsWith(`write ${APPLICATION}`)).length;
  }

  test('is answered one question at a time, and not read meanwhile', async () => {
    const { network, connection } = await flooded();
    expect(answers(connection)).toBe(1);
    expect(connection.paused).toBe(true);
    await network.pass(SECOND);
    expect(answers(connection)).toBe(500);
    expect(connection.paused).toBe(false);
  });

  test('gets no further answer before it has read the last one', async () => {
    const { network, connection } = await flooded();
    connection.stuck = true;
    await network.pass(SECOND);
    expect(answers(connection)).toBe(2);
    connection.drain();
    connection.stuck = true;
    await network.pass(SECOND);
    expect(answers(connection)).toBe(3);
    expect(connection.paused).toBe(true);
  });

  test('and does not read is ended at the idle limit', async () => {
    const { network, connection } = await flooded({ limits: { idleNs: 60 * SECOND } });
    connection.stuck = true;
    await network.pass(59 * SECOND);
    expect(connection.done).not.toContain(`write ${BAD_PROBE}`);
    await network.pass(2 * SECOND);
    expect(connection.done).toContain(`write ${BAD_PROBE}`);
    expect(answers(connection)).toBe(2);
  });

  test('does not keep another client from its echo', async () => {
    const { network } = await flooded();
    const other = network.connect();
    other.receive('s RTT 5 9 0\nm hello 1\n');
    expect(other.done).toEqual(['write 200 OK: Ready\n', 'write m hello 1\n']);
  });
});
