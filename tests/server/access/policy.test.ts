/** A public server: strangers have their terms, this machine and friends have others, and a mistake in them is named. */
import { describe, expect, test } from 'vitest';
import { Policy, type PolicyOptions } from '../../../src/server/access/policy.ts';
import type { ClassTerms } from '../../../src/server/access/terms.ts';
import { planServer } from '../../../src/server/plan.ts';
import { PretendServer, READY, SECOND } from '../pretend-server.ts';

const { limits } = planServer({});
const STRANGER = '203.0.113.5';

function publicServer(anyone: Partial<ClassTerms>, more: PolicyOptions = {}): Promise<PretendServer> {
  return PretendServer.start({ policy: { ...more, classes: { ...more.classes, anyone } } });
}

async function answerTo(server: PretendServer, address: string, setup = 's RTT 5 10 0\n'): Promise<string> {
  const client = await server.dial(address);
  client.send(setup);
  await server.drive(client.until(({ received, closed }) => received !== '' || closed));
  return client.received;
}

describe('the class of a client', () => {
  const policy = new Policy(
    {
      classes: {
        lab: { from: ['10.0.0.0/8'], maxProbes: 7 },
        students: { from: ['10.1.0.0/16'], maxProbes: 3 },
      },
    },
    limits,
  );

  test.each([
    ['127.0.0.1', 'local'],
    ['::1', 'local'],
    ['10.9.9.9', 'lab'],
    ['10.1.2.3', 'students'],
    ['203.0.113.5', 'anyone'],
    ['2001:db8::1', 'anyone'],
  ])('of %s is %s', (address, name) => {
    expect(policy.classOf(address).name).toBe(name);
  });

  test('has no terms over the limits of the server, and the usual ones where it says nothing', () => {
    const small = planServer({ limits: { maxPayloadBytes: 100, maxLoadBitsPerSecond: 1_000_000 } }).limits;
    const { terms } = new Policy(
      { classes: { anyone: { maxPayloadBytes: 5_000, maxDelayNs: 0 } } },
      small,
    ).named('anyone');
    expect(terms).toMatchObject({ maxPayloadBytes: 100, maxDelayNs: 0, maxLoadBitsPerSecond: 1_000_000 });
    expect(terms.maxClientSessions).toBe(32);
  });

  test('that is none of the usual ones is as strangers are where it says nothing', () => {
    const { terms } = new Policy(
      { classes: { lab: { maxProbes: 7 }, anyone: { bytesPerDay: 5_000 } } },
      limits,
    ).named('lab');
    expect(terms).toMatchObject({ maxProbes: 7, bytesPerDay: 5_000, newSessionsPerMinute: 600 });
  });

  test.each<[PolicyOptions, string]>([
    [
      { classes: { lab: { from: ['10.0.0.0/8'] }, other: { from: ['10.5.5.5/8'] } } },
      '10.0.0.0/8 and 10.5.5.5/8 are one',
    ],
    [{ classes: { anyone: { from: ['10.0.0.0/8'] } } }, 'anyone has no networks'],
    [{ classes: { lab: { from: ['10.0.0.0/40'] } } }, '10.0.0.0/40 is no network'],
    [{ classes: { lab: { maxProbes: 0 } } }, 'maxProbes of class lab'],
    [{ classes: { lab: { bytesPerDay: -1 } } }, 'bytesPerDay of class lab'],
    [{ classes: { 'Lab!': {} } }, 'cannot be called Lab!'],
    [{ classes: { lab: { maxProbs: 5 } as object } }, 'no term of class lab maxProbs'],
    [{ alow: [] } as object, 'no option of a policy alow'],
    [{ deny: ['nonsense'] }, 'deny: nonsense'],
    [{ clientBits: { ipv6: 129 } }, 'by 129 bits'],
  ])('that cannot be is named: %j', (options, told) => {
    expect(() => new Policy(options, limits)).toThrow(told);
  });
});

test('programs of this machine that are in a class of their own are held to it', async () => {
  const server = await PretendServer.start({
    policy: { classes: { lab: { from: ['127.0.0.5'], maxClientSessions: 1 } } },
  });
  expect(await answerTo(server, '127.0.0.5')).toBe(READY);
  expect(await answerTo(server, '127.0.0.5')).toBe(
    '404 ERROR: Not Served: too many sessions (at most 1 sessions)\n',
  );
  for (let i = 0; i < 40; i++) expect(await answerTo(server, '127.0.0.6')).toBe(READY);
});

describe('a policy that is replaced', () => {
  test('holds for whoever comes from then on, and sessions under way keep theirs', async () => {
    const server = await publicServer({ maxProbes: 5 });
    const old = await server.measuring('s RTT 1 5 0\n', STRANGER);
    server.server.setPolicy({ classes: { anyone: { maxProbes: 2 } } });
    expect(await answerTo(server, STRANGER, 's RTT 1 5 0 +stamps\n')).toMatch(/at most 2 probes/);
    for (let i = 1; i <= 5; i++) old.send(`m x ${i}\n`);
    await server.pass(SECOND);
    expect(old.received).toBe('m x 1\nm x 2\nm x 3\nm x 4\nm x 5\n');
  });

  test('and cannot be, changes nothing', async () => {
    const server = await publicServer({ maxProbes: 5 });
    expect(() => server.server.setPolicy({ deny: ['nonsense'] })).toThrow('nonsense');
    expect(await answerTo(server, STRANGER)).not.toBe(READY);
    expect(await answerTo(server, STRANGER, 's RTT 1 5 0\n')).toBe(READY);
    const plain = await PretendServer.start();
    expect(() => plain.server.setPolicy('public')).toThrow('without classes');
  });
});

describe('loads of a stranger', () => {
  test('are as many in a day as his class may have', async () => {
    const server = await publicServer({ loadsPerDay: 2 });
    const ask = async (): Promise<string> => {
      const client = await server.dial(STRANGER);
      client.send('s RTT 1 1 0 +load\nl new 1000 0 1\n');
      await server.pass(SECOND);
      client.connection?.close();
      await server.pass(10 * SECOND);
      return client.received.split('\n')[1] ?? '';
    };
    expect(await ask()).toMatch(/^200 OK: Load/);
    expect(await ask()).toMatch(/^200 OK: Load/);
    expect(await ask()).toMatch(/^404 ERROR: Not Served: loads used up \(at most 2 a day\); again in \d+ s$/);
  });

  test('end in good order when his bytes of the day are used up', async () => {
    const server = await publicServer({ bytesPerDay: 1_000_000, maxLoadMs: 20_000 });
    const owner = await server.dial(STRANGER);
    owner.send('s RTT 1 1 0 +load\nl new 20000 0 1\n');
    await server.pass(SECOND);
    const key = /Load (\S+)/.exec(owner.received)?.[1];
    const stream = await server.dial(STRANGER);
    stream.send(`s RTT 1 1 0 +load\nl ${key}\n`);
    await server.pass(0);
    for (let i = 0; i < 60; i++) stream.send(`d 65536\n${'x'.repeat(65_536)}`);
    await server.pass(2 * SECOND);
    expect(owner.received).toMatch(/x time\n$/);
    expect(server.ends.map(({ reason }) => reason)).toContain('budget');
    expect(server.events.some(({ kind }) => kind === 'load-end')).toBe(true);
  });
});

describe('a stranger', () => {
  test('is held to the payload of his class, this machine is not', async () => {
    const server = await publicServer({ maxPayloadBytes: 100 });
    expect(await answerTo(server, STRANGER, 's RTT 101 1 0 +stamps\n')).toBe(
      '404 ERROR: Not Served: message size (at most 100 bytes)\n',
    );
    expect(await answerTo(server, '127.0.0.1', 's RTT 101 1 0\n')).toBe(READY);
  });

  test('who is denied, or not among the allowed, is told so before he says a word', async () => {
    const server = await publicServer(
      {},
      { allow: ['203.0.113.0/24', '127.0.0.0/8'], deny: ['203.0.113.5'] },
    );
    for (const address of [STRANGER, '198.51.100.1']) {
      const client = await server.dial(address);
      await server.drive(client.until(({ received }) => received !== ''));
      expect(client.received).toBe('404 ERROR: Not Served: address not served\n');
    }
    expect(await answerTo(server, '203.0.113.6')).toBe(READY);
    expect(server.server.status().refused.denied).toBe(2);
  });

  test('who begins too many sessions is told when to come again, and is served then', async () => {
    const server = await publicServer({ newSessionsPerMinute: 6 });
    for (let i = 0; i < 6; i++) expect(await answerTo(server, STRANGER)).toBe(READY);
    expect(await answerTo(server, STRANGER)).toBe(
      '404 ERROR: Not Served: too many new sessions (at most 6 a minute); again in 10 s\n',
    );
    expect(await answerTo(server, '203.0.113.99')).toBe(READY);
    expect(server.server.status().sessions).toBe(7);
    await server.pass(10 * SECOND);
    expect(await answerTo(server, STRANGER)).toBe(READY);
  });

  test('who sends more messages than he may is answered later, and nobody else is', async () => {
    const server = await publicServer({ messagesPerSecond: 100 });
    const eager = await server.measuring('s RTT 1 100000 0\n', STRANGER);
    const probes = Array.from({ length: 1_000 }, (_, i) => `m x ${i + 1}\n`).join('');
    eager.send(probes);
    await server.pass(SECOND);
    const echoed = eager.received.split('\n').length - 1;
    expect(echoed).toBeGreaterThanOrEqual(150);
    expect(echoed).toBeLessThanOrEqual(300);
    expect(await answerTo(server, '203.0.113.99')).toBe(READY);
    await server.pass(8 * SECOND);
    expect(eager.received).toBe(probes);
  });

  test('who is over his rate is read again as soon as that is paid, however long a silence may be', async () => {
    const server = await publicServer({ messagesPerSecond: 10 });
    const client = await server.measuring('s RTT 1 1000 0\n', STRANGER);
    const probes = Array.from({ length: 64 }, (_, i) => `m x ${i + 1}\n`).join('');
    client.send(probes);
    await server.pass(SECOND / 10);
    expect(client.received).toBe(probes);
    client.send('m x 65\n');
    const startNs = server.nowNs;
    await server.drive(client.whenReceived(`${probes}m x 65\n`));
    const waitedSeconds = (server.nowNs - startNs) / SECOND;
    expect(waitedSeconds).toBeGreaterThan(4);
    expect(waitedSeconds).toBeLessThan(6);
  });

  test('who is refused for what he has used takes no place from anybody in a full server', async () => {
    const server = await PretendServer.start({
      limits: { maxSessions: 3 },
      policy: { classes: { anyone: { newSessionsPerMinute: 1 } } },
    });
    await answerTo(server, STRANGER);
    for (let i = 0; i < 2; i++) await server.measuring();
    const silent = await server.dial('203.0.113.77');
    await server.pass(SECOND);
    expect(silent.closed).toBe(false);
    const [before] = [server.reasons];
    expect(await answerTo(server, STRANGER)).toMatch(/too many new sessions/);
    expect(server.reasons).toEqual(before);
  });

  test('is not taken for silent while the server keeps him waiting for his budget', async () => {
    const server = await PretendServer.start({
      limits: { idleNs: SECOND },
      policy: { classes: { anyone: { messagesPerSecond: 10 } } },
    });
    const client = await server.measuring('s RTT 1 1000 0\n', STRANGER);
    const probes = Array.from({ length: 64 }, (_, i) => `m x ${i + 1}\n`).join('');
    client.send(probes);
    await server.pass(4 * SECOND);
    client.send('m x 65\n');
    await server.pass(2 * SECOND);
    expect(client.received).toBe(`${probes}m x 65\n`);
  });

  test('who has used up his bytes of the day is told so, and comes in again when some are there', async () => {
    const server = await publicServer({ bytesPerDay: 200_000, maxPayloadBytes: 100_000 });
    const client = await server.measuring('s RTT 50000 10 0\n', STRANGER);
    for (let i = 1; i <= 2; i++) client.send(`m ${'x'.repeat(50_000)} ${i}\n`);
    await server.pass(SECOND);
    expect(client.received).toMatch(/404 ERROR: Not Served: budget used up\n$/);
    expect(server.reasons).toEqual(['budget']);
    expect(await answerTo(server, STRANGER)).toMatch(
      /^404 ERROR: Not Served: budget used up \(at most 200000 bytes a day\); again in \d+ s\n$/,
    );
    await server.pass(600 * SECOND);
    expect(await answerTo(server, STRANGER)).toBe(READY);
  });

  test('whose session is longer than his class may be is told, those of this machine go on', async () => {
    const server = await publicServer({ maxSessionNs: SECOND });
    const client = await server.measuring('s RTT 1 1 0\n', STRANGER);
    const own = await server.measuring();
    await server.pass(2 * SECOND);
    expect(client.ended).toBe(true);
    expect(own.ended).toBe(false);
    expect(server.ends).toMatchObject([{ reason: 'session-timeout', class: 'anyone' }]);
  });

  test('in plain echo has his bytes a second, and the end of his day', async () => {
    const server = await PretendServer.start({
      mode: 'echo',
      policy: { classes: { anyone: { bytesPerSecond: 20_000, bytesPerDay: 500_000 } } },
    });
    const client = await server.dial(STRANGER);
    client.send('x'.repeat(100_000));
    await server.pass(SECOND);
    expect(client.received.length).toBeLessThanOrEqual(100_000);
    await server.pass(20 * SECOND);
    expect(client.received.length).toBe(100_000);
    client.send('x'.repeat(400_000));
    await server.pass(60 * SECOND);
    expect(server.reasons).toEqual(['budget']);
  });
});
