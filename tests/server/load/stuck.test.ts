/** A load whose client does not read, and one whose kernel stamps: what the pretend link cannot show. */
import { describe, expect, test } from 'vitest';
import type { OnResidence } from '../../../src/net/connection.ts';
import type { ServerEvent } from '../../../src/server/events.ts';
import { startServer } from '../../../src/server/server.ts';
import { MS, SECOND } from '../pretend-server.ts';
import { type RecordedConnection, RecordedNetwork } from '../recorded-network.ts';

const SETUP = 's RTT 1 1 0 +load\n';

interface Scene {
  readonly network: RecordedNetwork;
  readonly owner: RecordedConnection;
  readonly events: readonly ServerEvent[];
  /** A stream of the load. */
  join(): RecordedConnection;
}

/** @param prepare what is done to the owner's connection before it asks */
async function begun(prepare: (owner: RecordedConnection) => void = () => {}): Promise<Scene> {
  const network = new RecordedNetwork();
  const events: ServerEvent[] = [];
  await startServer(network, { onEvent: (event) => events.push(event) }, { processorTime: () => 0 });
  const owner = network.connect();
  prepare(owner);
  owner.receive(SETUP);
  owner.receive('l new 20000 0 8\n');
  const key = /Load ([0-9a-f]{32})/.exec(owner.done.join())?.[1];
  const join = (): RecordedConnection => {
    const stream = network.connect();
    stream.receive(SETUP);
    stream.receive(`l ${key}\n`);
    stream.done.length = 0;
    return stream;
  };
  owner.done.length = 0;
  return { network, owner, events, join };
}

function writes({ done }: RecordedConnection): string[] {
  return done.filter((what) => what.startsWith('write ')).map((what) => what.slice('write '.length));
}

describe('a client that does not read', () => {
  test('costs a frame of data, and no more however long it does not', async () => {
    const { network, owner, join } = await begun();
    const stream = join();
    stream.stuck = true;
    stream.receive('b 0\n');
    for (let i = 0; i < 40; i++) {
      owner.receive('m 1\n');
      await network.pass(100 * MS);
    }
    expect(writes(stream)).toHaveLength(1);
  });

  test('is not answered without bound, and hears the first answers when it reads again', async () => {
    const { owner, network, join } = await begun();
    const stream = join();
    stream.stuck = true;
    stream.receive('b 0\n');
    for (let i = 0; i < 20; i++) {
      stream.receive('m 1\n'.repeat(500));
      owner.receive('m 1\n');
      await network.pass(SECOND / 10);
    }
    expect(writes(stream)).toHaveLength(1);
    stream.receive('e 0\n');
    stream.drain();
    const answers = writes(stream).filter((what) => what.startsWith('a '));
    expect(answers).toHaveLength(1_024);
    expect(writes(stream).at(-1)).toMatch(/^e \d+\n$/);
  });

  test('on the connection of the owner, neither', async () => {
    const { owner, network } = await begun();
    owner.stuck = true;
    for (let i = 0; i < 20; i++) {
      owner.receive('m 1\n'.repeat(500));
      await network.pass(SECOND / 10);
    }
    expect(writes(owner).length).toBeLessThanOrEqual(1_025);
    owner.drain();
    owner.done.length = 0;
    owner.receive('m 2\n');
    expect(writes(owner)).toEqual(['a 2 0\n']);
  });

  test('is dropped soon after the end, and the next client has its load', async () => {
    const { owner, network, events, join } = await begun();
    const stream = join();
    stream.stuck = true;
    stream.receive('b 0\n');
    owner.finish();
    await network.pass(100 * MS);
    expect(events.filter(({ kind }) => kind === 'load-end')).toHaveLength(1);
    await network.pass(2 * SECOND);
    expect(stream.done.at(-1)).toBe('destroy');
    expect(stream.isGone).toBe(true);
    const next = network.connect();
    next.receive(SETUP);
    next.receive('l new 20000 0 8\n');
    expect(next.done.at(-1)).toMatch(/Load [0-9a-f]{32}/);
  });

  test('and has vanished altogether leaves nothing behind after 5 s', async () => {
    const { owner, network, events, join } = await begun();
    const stream = join();
    const other = join();
    stream.stuck = true;
    stream.receive('b 0\n');
    await network.pass(5 * SECOND);
    expect(events.filter(({ kind }) => kind === 'load-end')).toHaveLength(1);
    for (const connection of [owner, stream, other]) expect(connection.isGone).toBe(true);
  });

  test('and reads again in time hears why it is over, behind the frame that was under way', async () => {
    const { owner, network, join } = await begun();
    const stream = join();
    stream.stuck = true;
    stream.receive('b 0\n');
    owner.finish();
    await network.pass(SECOND);
    stream.drain();
    expect(writes(stream)).toHaveLength(2);
    expect(stream.done.slice(-2)).toEqual(['write x done\n', 'end']);
  });
});

describe('with stamps of the kernel', () => {
  async function stamped(granted = true) {
    const told: { tell: OnResidence } = { tell: () => {} };
    const scene = await begun((owner) => {
      owner.stamps = {
        enable: (onResidence) => {
          told.tell = onResidence;
          return granted;
        },
        answered: () => owner.done.push('answered'),
        stampArrivals: () => {},
      };
    });
    return { ...scene, tell: (ns: number, waitNs: number) => told.tell(ns, waitNs) };
  }

  test('each answer is followed by its true residence, in one packet with a later answer', async () => {
    const { owner, tell } = await stamped();
    owner.receive('m 1\n');
    owner.receive('m 2\n');
    tell(28_100, 4_000);
    tell(27_000, 0);
    owner.receive('m 3\n');
    expect(owner.done).toEqual([
      'write a 1 0\n',
      'answered',
      'write a 2 0\n',
      'answered',
      'write k 1 28100 4000\nk 2 27000 0\na 3 0\n',
      'answered',
    ]);
  });

  test('one that is missing is not told, and the next one is told of the right marker', async () => {
    const { owner, tell } = await stamped();
    owner.receive('m 1\nm 2\n');
    tell(Number.NaN, Number.NaN);
    tell(27_000, 0);
    owner.receive('m 3\n');
    expect(writes(owner).at(-1)).toBe('k 2 27000 0\na 3 0\n');
  });

  test('the last ones come with a report', async () => {
    const { network, owner, tell } = await stamped();
    owner.receive('m 1\n');
    tell(27_000, 0);
    await network.pass(100 * MS);
    expect(writes(owner).at(-1)).toMatch(/^k 1 27000 0\nr 0 \d+ 0\n$/);
  });

  test('or with the end', async () => {
    const { owner, tell } = await stamped();
    owner.receive('m 1\n');
    tell(27_000, 0);
    owner.finish();
    expect(writes(owner).at(-1)).toBe('k 1 27000 0\nx done\n');
  });

  test('a kernel that refuses leaves the program’s own times', async () => {
    const { owner } = await stamped(false);
    owner.receive('m 1\n');
    expect(owner.done).toEqual(['write a 1 0\n']);
  });

  test('a stream has none: its markers wait behind data', async () => {
    const { owner, join } = await stamped();
    const stream = join();
    stream.stamps = { enable: () => expect.unreachable(), answered: () => {}, stampArrivals: () => {} };
    stream.receive('m 1\n');
    owner.receive('m 1\n');
    expect(stream.done).toEqual(['write a 1 0\n']);
  });
});
