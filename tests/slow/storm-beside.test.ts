/** A storm of hostile clients, bounded: a client of good faith beside it is let in and served. `npm run bench:storm` has the numbers. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import { Program } from '../e2e/program.ts';
import { mib, tell } from './server-child.ts';

const CONNECTIONS = 2_000;
const TIMEOUT_MS = 240_000;
/** What the kinds of a storm may agree on together, and as much again for what is queued, and the runtime. */
const MOST_BYTES = 1024 * 1024 * 1024;
/** Generous: the machine is shared by the storm, the server and both clients. */
const MOST_RATIO = 20;
const folder = mkdtempSync(join(tmpdir(), 'echolot-storm-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Seen {
  readonly longestAdmissionNs: number;
  readonly rtt?: { readonly p50Ns: number };
}

interface Weather {
  readonly storm: { readonly mostOpen: number };
  readonly good: readonly { readonly alone: Seen; readonly within: Seen }[];
  readonly residentBytes: { readonly before: number; readonly most: number; readonly after: number };
}

test.skipIf(nativeUnavailable() !== undefined)(
  'a storm of two thousand hostile clients from 256 addresses neither ends a server nor keeps a good one out',
  { timeout: TIMEOUT_MS },
  async () => {
    const out = join(folder, 'storm.json');
    const what = ['--kinds', 'mix', '--scenes', 'loopback', '--connections', `${CONNECTIONS}`];
    const words = ['bench/storm.ts', ...what, '--seconds', '15', '--recovery', '5', '--json', out];
    await using storm = new Program(process.execPath, words, TIMEOUT_MS);
    const { code, stdout, stderr } = await storm.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    if (stdout.startsWith('skipped')) return;
    tell(stdout.trimEnd());
    const [weather] = JSON.parse(readFileSync(out, 'utf8')) as [Weather];
    expect(weather.storm.mostOpen).toBeGreaterThan(CONNECTIONS / 4);
    const served = weather.good.flatMap(({ alone, within }) =>
      alone.rtt === undefined || within.rtt === undefined ? [] : [within.rtt.p50Ns / alone.rtt.p50Ns],
    );
    expect(served.length).toBeGreaterThan(0);
    for (const ratio of served) expect(ratio).toBeLessThan(MOST_RATIO);
    tell(`memory at most ${mib(weather.residentBytes.most)}, after ${mib(weather.residentBytes.after)}`);
    expect(weather.residentBytes.most).toBeLessThan(MOST_BYTES);
  },
);
