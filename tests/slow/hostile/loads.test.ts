/** Servers that take part in a load and break its rules: what is said, and that no goodput is believed. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { LoadResult } from '../../../src/index.ts';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { nodeListener } from '../../../src/net/node/listener.ts';
import { KEY, listenLoad, type PeerScript } from '../../net/flow/load-peer.ts';
import { type Ended, echolotAgainst } from './against.ts';

const WITHIN_MS = 60_000;
const ENGINES = nativeUnavailable() === undefined ? (['native', 'node'] as const) : (['node'] as const);
const folder = mkdtempSync(join(tmpdir(), 'echolot-hostile-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface HostileLoad {
  readonly name: string;
  readonly script: PeerScript;
  readonly says: RegExp;
}

const PEER = /^echolot: peer: /;

const WRONG_LOADS: readonly HostileLoad[] = [
  { name: 'grants nothing at all', script: { grant: `200 OK: Load ${KEY} 0 0 0\n` }, says: PEER },
  {
    name: 'grants numbers that are none',
    script: { grant: `200 OK: Load ${KEY} 1e308 NaN -1\n` },
    says: PEER,
  },
  {
    name: 'grants with a key that is none',
    script: { grant: '200 OK: Load ../../etc 20000 0 8\n' },
    says: PEER,
  },
  {
    name: 'lets wait for thirty thousand years',
    script: { grant: '200 OK: Wait 999999999999999\n' },
    says: /^echolot: (limit|peer|timeout): /,
  },
  {
    name: 'reports more than it was sent',
    script: { reportsAlways: true, reported: () => 999_999_999_999_999 },
    says: PEER,
  },
  {
    name: 'answers markers that were never sent',
    script: {
      hear: (message, peer) => {
        if (message.kind === 'marker') peer.say('a 999999999 1\n');
        return false;
      },
    },
    says: PEER,
  },
  {
    name: 'sends markers itself',
    script: {
      hear: (message, peer) => {
        if (message.kind === 'marker') peer.say('m 1\n');
        return false;
      },
    },
    says: PEER,
  },
  {
    name: 'commands a terminal in the place of a message',
    script: {
      hear: (message, peer) => {
        if (message.kind === 'marker') peer.say('\u001b]0;owned\u0007\u001b[2J\n');
        return false;
      },
    },
    says: /^echolot: peer: .*\\x1b/,
  },
  {
    name: 'sends what it was not asked for',
    script: {
      hear: (message, peer) => {
        if (message.kind === 'marker') peer.say('d 4\nabcd');
        return false;
      },
    },
    says: PEER,
  },
  {
    name: 'frames more than may be',
    script: {
      hear: (message, peer) => {
        if (message.kind === 'begin') peer.say('d 999999999999999\n');
        return false;
      },
    },
    says: PEER,
  },
  {
    name: 'never ends its data',
    script: { hear: (message) => message.kind === 'end' },
    says: /^echolot: timeout: /,
  },
];

/** What they break leaves something that is true; what is not is named as a doubt. */
const DOUBTFUL_LOADS: readonly HostileLoad[] = [
  {
    name: 'grants a millisecond',
    script: { grant: `200 OK: Load ${KEY} 1 0 8\n` },
    says: /doubt: the server grants 1 ms of the 1\.5 s/,
  },
  {
    name: 'tells that markers were kept for a month',
    script: {
      hear: (message, peer) => {
        if (message.kind === 'marker') peer.say(`a ${message.marker} 999999999999999\n`);
        return message.kind === 'marker';
      },
    },
    says: /doubt: the server says of \d+ of \d+ probes that it kept them for longer than can be/,
  },
  {
    name: 'ends with more than it sent',
    script: {
      hear: (message, peer) => {
        if (message.kind !== 'end') return false;
        peer.sender.stop();
        peer.say('e 999999999999999\n');
        return true;
      },
    },
    says: /doubt: .*ended too early.*the server says it sent other than the/,
  },
  {
    name: 'answers no marker',
    script: { hear: (message) => message.kind === 'marker' },
    says: /doubt: 100 % of the probes were never answered/,
  },
];

describe.each(ENGINES)('a load (%s) of a server that', (engine) => {
  test.concurrent.each(WRONG_LOADS)('$name', async (hostile) => {
    const { code, stderr, result } = await loadOf(hostile, engine);
    expect(stderr).toMatch(hostile.says);
    expect(code).toBe(1);
    expect(result?.outcome.status ?? 'failed').toBe('failed');
  });

  test.concurrent.each(DOUBTFUL_LOADS)('$name, which is doubted', async (hostile) => {
    const { stdout } = await loadOf(hostile, engine);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(hostile.says);
  });
});

async function loadOf(
  { name, script }: HostileLoad,
  engine: string,
): Promise<Ended & { readonly result: LoadResult | undefined }> {
  const peer = await listenLoad(nodeListener, { reportsAlways: true, ...script });
  const out = join(folder, `${engine} ${name}.json`);
  const what = ['--phases', 'idle,down,up', '--duration', '500ms', '--timeout', '1s', '--rate', '20M'];
  const ended = await echolotAgainst(
    WITHIN_MS,
    ...['load', '127.0.0.1', peer.port, ...what, '--engine', engine, '--quiet', '-o', out],
  );
  for (const { connection } of peer.connections) connection.destroy();
  const result = existsSync(out) ? (JSON.parse(readFileSync(out, 'utf8')) as LoadResult) : undefined;
  for (const ns of result?.foreignProbes.rttNs ?? []) expect(ns ?? 1).toBeGreaterThan(0);
  return { ...ended, result };
}
