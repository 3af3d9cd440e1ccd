/** The extension `+pipeline` (docs/spec/protocol.md 17): a server that has many probes of one client before it. */
import { describe, expect, test } from 'vitest';
import { DIALECT_NAMES, DIALECTS } from '../../src/core/wire/dialects.ts';
import { MS, ServerEnd } from './ends.ts';

const READY = '200 OK: Ready +pipeline\n';
const CLOSING = '200 OK: Closing Connection\n';
const MANY = 3_000;
const US = 1_000n;

function setup(probes: number, delay = '0', extras = '+pipeline'): string {
  return `s RTT 5 ${probes} ${delay} ${extras}\n`;
}

function probes(count: number, first = 1): string {
  let all = '';
  for (let i = 0; i < count; i++) all += `m abcde ${first + i}\n`;
  return all;
}

/** A server that has been asked for a delay, and when each echo of it left. */
function serving(
  delay: string,
  count = 10,
): { server: ServerEnd; leftAtUs: number[]; wake(lateNs?: bigint): void } {
  const server = new ServerEnd('auto');
  server.feed(setup(count, delay));
  const leftAtUs: number[] = [];
  const note = (answer: string, nowNs: bigint): void => {
    for (const _ of answer.match(/m abcde \d+\n/g) ?? []) leftAtUs.push(Number(nowNs / US));
  };
  return {
    server,
    leftAtUs,
    wake(lateNs = 0n) {
      const nowNs = (server.session.deadlineNs() as bigint) + lateNs;
      note(server.wake(nowNs), nowNs);
    },
  };
}

describe('a client that asks to send ahead', () => {
  test('is told that it may', () => {
    expect(new ServerEnd('auto').feed(setup(2))).toBe(READY);
    expect(new ServerEnd('auto').feed(setup(2, '0', '+pipeline +stamps'))).toBe(
      '200 OK: Ready +stamps +waits +busy +pipeline\n',
    );
  });

  test('is refused in a dialect without extensions, and when it asks twice', () => {
    for (const sent of ['s rtt 2 5 0 +pipeline\n', setup(2, '0', '+pipeline +pipeline')]) {
      expect(new ServerEnd('auto').feed(sent), sent).toBe('404 ERROR: Invalid Connection Setup Message\n');
    }
  });

  test('finds it where there are stamps, and nowhere else', () => {
    for (const name of DIALECT_NAMES) {
      const { extensions } = DIALECTS[name];
      expect(extensions.includes('pipeline'), name).toBe(extensions.includes('stamps'));
    }
  });

  test('has no question by it', () => {
    const server = new ServerEnd('auto');
    server.feed(setup(2));
    expect(server.feed('r 0 1\n')).toBe('404 ERROR: Invalid Measurement Message\n');
  });
});

describe('thousands of probes before the first echo', () => {
  const sent = setup(MANY) + probes(MANY);

  test.each([[[sent.length]], [[1]], [[7, 3, 11]], [[1_460]], [[12]]])(
    'are echoed in order, each once, in pieces of %j',
    (sizes) => {
      const server = new ServerEnd('auto');
      expect(server.feedInPieces(sent, sizes) + server.settle()).toBe(READY + probes(MANY));
      expect(server.feed('t\n')).toBe(CLOSING);
      expect(server.ending).toMatchObject({ reason: 'terminated', probesEchoed: MANY });
    },
  );

  test('are all echoed before the termination that came with them is answered', () => {
    const server = new ServerEnd('auto');
    expect(server.feed(`${sent}t\n`) + server.settle()).toBe(READY + probes(MANY) + CLOSING);
  });

  test('are echoed up to the one with a wrong number, which ends the session', () => {
    for (const wrong of [MANY / 2, MANY / 2 + 2]) {
      const server = new ServerEnd('auto');
      const answer = server.feed(setup(MANY) + probes(MANY / 2) + probes(MANY / 2, wrong)) + server.settle();
      expect(answer).toBe(`${READY}${probes(MANY / 2)}404 ERROR: Invalid Measurement Message\n`);
      expect(server.ending).toMatchObject({ reason: 'invalid-measurement', probesEchoed: MANY / 2 });
    }
  });

  test('are answered between questions for residences, each in its turn', () => {
    const server = new ServerEnd('auto', { residencesNs: [11, 12, 13, 14] });
    server.feed(setup(4, '0', '+stamps +pipeline'));
    let answer = server.feed(`${probes(2)}r 0 3\n${probes(2, 3)}r 2 2\nt\n`);
    answer += server.settle();
    expect(answer).toBe(
      `${probes(2)}200 OK: Residence application 11 12 -\n` +
        `${probes(2, 3)}200 OK: Residence application 13 14\n${CLOSING}`,
    );
  });

  test('are still answered when the client sends no more', () => {
    const server = new ServerEnd('auto');
    expect(server.feed(sent) + server.end() + server.settle()).toBe(READY + probes(MANY));
  });
});

describe('a delay with many probes before it', () => {
  test('counts for each from when the one before it is answered', () => {
    const { server, leftAtUs, wake } = serving('0.001');
    server.feed(probes(4), 5n * MS);
    while (server.session.isHolding) wake();
    expect(leftAtUs).toEqual([6_000, 7_000, 8_000, 9_000]);
  });

  test('keeps its pace though the server wakes up late each time', () => {
    const { server, leftAtUs, wake } = serving('0.001');
    server.feed(probes(5), 0n);
    while (server.session.isHolding) wake(300n * US);
    expect(leftAtUs).toEqual([1_300, 2_300, 3_300, 4_300, 5_300]);
  });

  test('is made up for when the server was away for longer than several of them', () => {
    const { server, leftAtUs, wake } = serving('0.001');
    server.feed(probes(5), 0n);
    wake(2_500n * US);
    expect(leftAtUs).toEqual([3_500, 3_500, 3_500]);
    wake();
    wake();
    expect(leftAtUs.slice(3)).toEqual([4_000, 5_000]);
  });

  test('is no shorter for a probe that had come while another one was held', () => {
    const { server, leftAtUs, wake } = serving('0.001');
    server.feed(probes(1), 0n);
    wake();
    // Read only now, but it came when the first one was under way: an engine with stamps of the kernel knows.
    server.feed(probes(2, 2), 300n * US);
    while (server.session.isHolding) wake();
    expect(leftAtUs).toEqual([1_000, 2_000, 3_000]);
  });

  test('counts from its arrival for a probe that came to an idle server', () => {
    const { server, leftAtUs, wake } = serving('0.001');
    server.feed(probes(1), 0n);
    wake(200n * US);
    server.feed(probes(1, 2), 1_500n * US);
    wake();
    expect(leftAtUs).toEqual([1_200, 2_500]);
  });

  test('holds back the termination, too', () => {
    const server = new ServerEnd('auto');
    expect(server.feed(`${setup(3, '0.5')}${probes(3)}t\n`)).toBe(READY);
    expect(server.settle()).toBe(probes(3) + CLOSING);
  });
});
