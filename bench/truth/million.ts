/** What a result of a million samples costs: its analysis, and the page that is made of it. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyse } from '../../src/analysis/analyse.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import { seededRandom } from '../../src/stats/random.ts';
import { type Part, runJson, type TruthContext } from './part.ts';

const BLOCKS = 100;
const PROBES = 10_000;
const MOST_MS = 1_000;
const MOST_BYTES = 2_000_000;
const TIMEOUT_MS = 120_000;
const REPETITIONS = 3;

export const million: Part = {
  name: 'million',
  async *run(context) {
    const recording = await largeRecording(context);
    const times = Array.from({ length: REPETITIONS }, () => {
      const startMs = performance.now();
      analyse(recording);
      return performance.now() - startMs;
    });
    const most = Math.max(...times);
    yield {
      question: 'a result of 1,000,000 samples, summarised',
      found: `${Math.round(most)} ms (slowest of ${REPETITIONS}, the first one cold: ${Math.round(times[0] ?? 0)} ms)`,
      target: `under ${MOST_MS} ms`,
      met: most < MOST_MS,
      numbers: { times },
    };
    const folder = mkdtempSync(join(tmpdir(), 'echolot-truth-'));
    try {
      const result: Result = { ...recording, ...analyse(recording) };
      const file = join(folder, 'million.json');
      const page = join(folder, 'million.html');
      writeFileSync(file, JSON.stringify(result));
      const startMs = performance.now();
      const args = [context.cli, 'report', file, '--html', page];
      await context.processes.run(process.execPath, args, { timeoutMs: TIMEOUT_MS });
      const tookMs = performance.now() - startMs;
      const bytes = statSync(page).size;
      yield {
        question: 'its HTML page',
        found: `${Math.round(bytes / 1_000)} kB, made in ${(tookMs / 1_000).toFixed(1)} s with reading ${Math.round(statSync(file).size / 1e6)} MB of JSON`,
        target: 'under 2 MB',
        met: bytes < MOST_BYTES,
        numbers: { bytes, tookMs },
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** A short real run whose blocks are made long: times as a path has them, log-normal with a slow tail. */
async function largeRecording(context: TruthContext): Promise<Recording> {
  await using server = await context.processes.serve(
    process.execPath,
    [...[context.cli, 'serve', '--quiet', '--host', '127.0.0.1', '--port', '0']],
    {},
  );
  const args = [
    'measure',
    '127.0.0.1',
    String(server.port),
    '-t',
    'rtt',
    '-s',
    '100',
    '-n',
    '1000',
    '--stamps',
    'off',
  ];
  const { series, fits, checks, warnings, ...recording } = await runJson<Result>(context, args, {
    timeoutMs: TIMEOUT_MS,
  });
  const [block] = recording.blocks.filter(({ kind }) => kind === 'measured');
  if (block === undefined) throw new Error('the result has no block');
  const random = seededRandom(1);
  const blocks = Array.from({ length: BLOCKS }, (_, i) => {
    const rttNs = Array.from({ length: PROBES }, () => {
      const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
      return Math.round(12_000 * Math.exp(0.2 * normal) * (random() < 0.01 ? 10 : 1));
    });
    let atNs = i * 1e9;
    const sentAtNs = rttNs.map((ns) => {
      atNs += ns + 1_000;
      return atNs;
    });
    return { ...block, round: i + 1, warmupProbes: 0, rttNs, sentAtNs };
  });
  return { ...recording, blocks };
}
