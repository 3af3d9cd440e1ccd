/**
 * The whole program where its system calls fail, as strace makes them: a server goes on, and a client ends by itself with
 * samples that are true or an error that says what happened. Each call of a server within one process is failed in turn
 * by tests/server/native/faults.test.ts, of a client by tests/net/native/faults.test.ts.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { rawOf } from '../analysis/recordings.ts';
import { Program, programCommand, start } from '../e2e/program.ts';
import { measure } from './clients.ts';

const HOST = '127.0.0.1';
const PROBES = 200;
const CLIENT_MS = 40_000;
const TRIES = 8;

/** What each call may fail with. Those of Node itself are left out: it gives up where one of its own fails. */
const CALLS: readonly (readonly [call: string, errnos: readonly string[]])[] = [
  ['socket', ['EMFILE', 'ENOBUFS']],
  ['connect', ['EINTR', 'ENOBUFS']],
  ['accept4', ['EINTR', 'EMFILE', 'ENOMEM', 'ECONNABORTED']],
  ['getsockname', ['ENOBUFS']],
  ['getpeername', ['ENOTCONN']],
  ['getsockopt', ['ENOMEM']],
  ['setsockopt', ['ENOMEM']],
  ['sendto', ['EINTR', 'EAGAIN', 'ENOBUFS', 'ECONNRESET', 'EPIPE']],
  ['recvfrom', ['EINTR', 'EAGAIN', 'ENOMEM', 'ECONNRESET']],
  ['recvmsg', ['EINTR', 'EAGAIN', 'ENOMEM', 'ECONNRESET']],
  ['ppoll', ['EINTR', 'ENOMEM']],
  ['epoll_pwait2', ['EINTR', 'ENOMEM']],
  ['shutdown', ['ENOTCONN']],
];
/** `EVERY_CALL=1` tries each of the first calls and takes more than half an hour; one of them shows most of what there is to see. */
const isEvery = process.env['EVERY_CALL'] === '1';
const MOST_CALLS = 50;
/** Which call of a thread of a client fails. */
const FIRST = isEvery ? Array.from({ length: MOST_CALLS }, (_, i) => i + 1) : [4];
/** Of each thread of a server this one fails, and each so far behind; what it calls before it listens may end it. */
const SERVER_FIRST: Readonly<Record<string, number>> = { setsockopt: 40, sendto: 5, recvmsg: 9, ppoll: 9 };
const OTHERWISE_FIRST = 3;
const SERVER_STEP = 17;
const SERVER_SHIFTS = isEvery ? Array.from({ length: SERVER_STEP }, (_, i) => i) : [0];

const BOTH = CALLS.flatMap(([call, errnos]) => errnos.map((errno) => [call, errno] as const));

/** Node asks these about its own standard streams, and gives up. */
const OF_NODE = ['getsockname', 'getsockopt'];
const OF_CLIENTS = BOTH.filter(([call]) => !OF_NODE.includes(call));

/** A program whose calls of a kind fail, and which is the child itself, with strace beside it: the `when`-th of each thread, or more as strace(1) has it. */
function startFailing(
  call: string,
  errno: string,
  when: string,
  ...words: readonly (string | number)[]
): Program {
  const inject = `inject=${call}:error=${errno}:when=${when}`;
  const traced = [
    '-D',
    '-f',
    '-qqq',
    '--seccomp-bpf',
    '-o',
    '/dev/null',
    '-e',
    `trace=${call}`,
    '-e',
    inject,
  ];
  return new Program('strace', [...traced, ...programCommand(...words)], CLIENT_MS);
}

/** @returns why calls cannot be made to fail here; undefined when they can */
function missing(): string | undefined {
  const { status } = spawnSync('strace', [
    '-f',
    '-qqq',
    '--seccomp-bpf',
    '-o',
    '/dev/null',
    '-e',
    'trace=socket',
    'true',
  ]);
  return status === 0 ? undefined : 'needs strace, and the right to trace';
}

const reason = nativeUnavailable() ?? missing();

describe.skipIf(reason !== undefined)(`where system calls fail ${reason ?? ''}`, () => {
  const ofServers = BOTH.flatMap((pair) => SERVER_SHIFTS.map((shift) => [...pair, shift] as const));
  test.each(ofServers)(
    'a server goes on: %s, %s, shifted by %i',
    { timeout: 180_000 },
    async (call, errno, shift) => {
      const when = `${(SERVER_FIRST[call] ?? OTHERWISE_FIRST) + shift}+${SERVER_STEP}`;
      const at = ['--engine', 'native', '--host', HOST, '--port', 0];
      await using server = startFailing(call, errno, when, 'serve', ...at);
      const port = await server.port();
      let served = 0;
      for (let i = 0; i < TRIES; i++) {
        const rttNs = await measure(port, { probes: 5, timeoutMs: 5_000 }).catch(() => undefined);
        if (rttNs === undefined) continue;
        served++;
        for (const ns of rttNs) expect(ns).toBeGreaterThan(0);
      }
      expect({ running: server.running, stderr: server.stderr }).toMatchObject({ running: true });
      expect(served).toBeGreaterThan(0);
    },
  );

  test.each(OF_CLIENTS)(
    'a client ends, and says nothing wrong: %s, %s',
    { timeout: 2_000_000 },
    async (call, errno) => {
      await using server = start('serve', '--engine', 'native', '--host', HOST, '--port', 0, '--quiet');
      const port = await server.port();
      for (const at of FIRST) {
        const what = ['--type', 'rtt', '--sizes', 100, '--probes', PROBES, '--blocks', 1, '--timeout', '3s'];
        const words = ['measure', HOST, port, ...what, '--engine', 'native', '--json'];
        await using client = startFailing(call, errno, `${at}`, ...words);
        const { code, stdout, stderr } = await client.ended;
        const which = `call ${at}: ${stderr}`;
        expect([0, 1], which).toContain(code);
        expect(stderr, which).toMatch(code === 0 ? /^$/ : /^echolot: (network|peer|timeout|limit): [^\n]+\n/);
        const blocks = stdout === '' ? [] : (JSON.parse(stdout) as Result).blocks;
        const rttNs = blocks.flatMap((block) => [...rawOf(block).rttNs]);
        if (code === 0) expect(rttNs, which).toHaveLength(PROBES);
        for (const ns of rttNs) expect(ns, which).toBeGreaterThan(0);
      }
      expect(await measure(port, { probes: 5 })).toHaveLength(5);
    },
  );
});
