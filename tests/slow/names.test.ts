/**
 * Names that lead to a dead address or to a resolver that never answers: neither costs a run more than it must, nor
 * keeps the program when it is told to end. Needs root, network namespaces and TUN.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Result } from '../../src/index.ts';
import { type Finished, Program, programCommand } from '../e2e/program.ts';
import { Path, pathUnavailable } from '../path/path.ts';
import { tell } from './server-child.ts';

const MS = 1_000_000;
/** Takes what is asked of it, and answers nothing. */
const SILENT_RESOLVER = `
const socket = require('dgram').createSocket('udp4').bind(53, '127.0.0.1');
socket.on('listening', () => console.log('listening'));
socket.on('message', () => console.log('asked'));`;
/** A program that hangs does so for ten seconds and more; this is for a machine that is busy. */
const PROMPT_MS = 1_500;
const reason = pathUnavailable();

describe.skipIf(reason !== undefined)(`names ${reason ?? ''}`, () => {
  let path: Path;
  /** What programs in the namespace of the client find in place of /etc (ip-netns(8)). */
  let etc: string;
  const programs: Program[] = [];

  function start(side: 'client' | 'server', ...command: readonly string[]): Program {
    const program = new Program(...path.at(side, ...command));
    programs.push(program);
    return program;
  }

  function client(...args: readonly (string | number)[]): Program {
    return start('client', ...programCommand(...args));
  }

  beforeAll(async () => {
    path = await Path.make({ delayMs: 5 });
    etc = `/etc/netns/${path.client}`;
    mkdirSync(etc, { recursive: true });
    writeFileSync(`${etc}/hosts`, `127.0.0.1 localhost\n${path.serverAddress} mix\nfd09::99 mix\n`);
    writeFileSync(`${etc}/resolv.conf`, 'nameserver 127.0.0.1\n');
  });
  afterAll(async () => {
    for (const program of programs) await program[Symbol.asyncDispose]();
    await path[Symbol.asyncDispose]();
    rmSync(etc, { recursive: true });
  });

  test.each(['native', 'node'])('a dead first address costs one head start in a run (%s)', async (engine) => {
    const words = ['serve', '--quiet', '--host', path.serverAddress, '--port', '0'];
    const port = await start('server', ...programCommand(...words)).port();
    const what = ['--type', 'rtt', '--sizes', 100, '--probes', 40, '--blocks', 20, '--spread', '0ms'];
    const how = ['--engine', engine, '--json', ...what];
    const { stdout } = await client('measure', 'mix', port, ...how).ended;
    const { blocks, runs }: Result = JSON.parse(stdout);
    expect(new Set(blocks.map(({ remote }) => remote.address))).toEqual(new Set([path.serverAddress]));
    expect(runs[0]?.addresses).toMatchObject({
      lookedUp: ['fd09::99', path.serverAddress],
      chosen: path.serverAddress,
      failed: [{ address: 'fd09::99', error: { code: 'timeout' } }],
    });
    tell(`${blocks.length} sessions in ${((runs[0]?.durationNs ?? 0) / MS).toFixed(0)} ms`);
    expect(runs[0]?.durationNs).toBeLessThan(blocks.length * 250 * MS);
  });

  describe('with a resolver that never answers', () => {
    let resolver: Program;
    beforeAll(async () => {
      resolver = start('client', process.execPath, '-e', SILENT_RESOLVER);
      await resolver.until('a resolver', ({ stdout }) => stdout.includes('listening'));
    });

    test.each([
      ['measure', 'native'],
      ['measure', 'node'],
      ['ping', 'native'],
      ['ping', 'node'],
    ])('%s with the engine %s is over when its time-out is', async (command, engine) => {
      const program = client(command, 'nobody.example', 9_900, '--engine', engine, '--timeout', '1s');
      await program.until('an error', ({ stderr }) => stderr.includes('was not looked up within 1000 ms'));
      const { code } = await promptly(program);
      expect(code).toBe(1);
    });

    test.each([
      ['measure', 'SIGINT', 130],
      ['measure', 'SIGTERM', 130],
      ['ping', 'SIGINT', 1],
      ['serve', 'SIGTERM', 0],
    ] as const)('%s ends at the first %s', async (command, signal, expected) => {
      const before = resolver.stdout.length;
      const where = command === 'serve' ? ['--host', 'nobody.example'] : ['nobody.example', 9_900];
      const program = client(command, ...where);
      await resolver.until('a question', ({ stdout }) => stdout.length > before);
      program.kill(signal);
      const { code } = await promptly(program);
      expect(code).toBe(expected);
    });
  });

  async function promptly(program: Program): Promise<Finished> {
    const startMs = performance.now();
    const finished = await program.ended;
    const tookMs = performance.now() - startMs;
    tell(`gone after ${tookMs.toFixed(0)} ms`);
    expect(tookMs).toBeLessThan(PROMPT_MS);
    return finished;
  }
});
