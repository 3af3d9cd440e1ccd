/** What a result of a million samples costs: its analysis, its files with every layer, and the page that is made of it. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { analyse } from '../../src/analysis/analyse.ts';
import { openOutput } from '../../src/cli/output.ts';
import { jsonPieces } from '../../src/report/json.ts';
import { csvPieces } from '../../src/report/samples-csv.ts';
import type { Recording, Result } from '../../src/result/result.ts';
import type { LayersRecord, RawSamples } from '../../src/result/samples.ts';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { type Finding, type Part, runJson, type TruthContext } from './part.ts';

const BLOCKS = 100;
const PROBES = 10_000;
const MOST_MS = 1_000;
const MOST_BYTES = 2_000_000;
const MOST_WRITING_MS = 3_000;
const MOST_WRITING_MB = 100;
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
      yield* written(result, file);
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

/** The files of the result, one of them the one that is read afterwards. */
async function* written(result: Result, file: string): AsyncGenerator<Finding> {
  const forms = [
    ['JSON', file, () => jsonPieces(result)],
    ['CSV', `${file}.csv`, () => csvPieces(result)],
  ] as const;
  for (const [form, path, pieces] of forms) {
    const startMs = performance.now();
    const startBytes = process.memoryUsage().rss;
    const output = openOutput(path);
    await output.write(pieces());
    output.commit();
    const tookMs = performance.now() - startMs;
    const grewMb = Math.max(0, process.memoryUsage().rss - startBytes) / 1e6;
    yield {
      question: `the same with every layer, written as ${form}`,
      found: `${Math.round(statSync(path).size / 1e6)} MB in ${(tookMs / 1_000).toFixed(1)} s, memory grown by ${Math.round(grewMb)} MB`,
      target: `under ${MOST_WRITING_MS / 1_000} s, and ${MOST_WRITING_MB} MB`,
      met: tookMs < MOST_WRITING_MS && grewMb < MOST_WRITING_MB,
      numbers: { tookMs, grewMb },
    };
  }
}

/** Every layer of such samples, some stamps missing. */
function layersOf(rttNs: readonly number[]): LayersRecord {
  const share = (part: number): number[] => rttNs.map((ns) => Math.round(ns * part));
  return {
    residenceSource: 'kernel',
    sendCallNs: share(0.1),
    localQueueNs: share(0.05),
    kernelRttNs: share(0.7).map((ns, i) => (i % 1_000 === 0 ? null : ns)),
    wakeUpNs: share(0.15),
    residenceNs: share(0.3),
  };
}

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
    const samples: RawSamples = { form: 'raw', warmupProbes: 0, rttNs, sentAtNs, layers: layersOf(rttNs) };
    return { ...block, round: i + 1, samples };
  });
  return { ...recording, blocks };
}
