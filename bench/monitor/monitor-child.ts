/**
 * A monitor in a process of its own, so that what looks at it costs its event loop nothing but the looking. It says where its page is,
 * and on each word of its parent what became of it since the word before. Ends with its parent.
 *
 *     monitor-child PLAN_AS_JSON
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startMonitor, startWeb } from '../../src/monitors.ts';
import { sampleAt } from '../stats.ts';
import type { Told, WatchedPlan } from './watched.ts';

const NS_PER_MS = 1e6;
/** How finely the event loop is looked at, ms. */
const LOOK_EVERY_MS = 1;

const { targets, kind, intervalMs, port, store } = JSON.parse(process.argv[2] ?? '') as WatchedPlan;
const loop = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });

interface Seen {
  readonly mediansNs: number[][];
  readonly latenessNs: number[];
  readonly counts: { runs: number; lateRuns: number; leftOut: number; failed: number };
  readonly fromMs: number;
  readonly cpu: NodeJS.CpuUsage;
}
let seen = nothingSeen();

const monitor = await startMonitor({
  targets: Array.from({ length: targets }, (_, i) => ({
    ...{ name: `target ${i}`, host: '127.0.0.1', port, kind, intervalMs },
  })),
  store: store ?? undefined,
  onNews(news) {
    if (news.kind !== 'interval') return;
    const { runs, answeredRuns, doubts, skipped, layers, fromMs } = news.interval;
    const { counts, mediansNs, latenessNs } = seen;
    counts.runs += runs;
    counts.failed += runs - answeredRuns;
    counts.lateRuns += doubts['generator-late'] ?? 0;
    counts.leftOut += Object.values(skipped).reduce((sum, n) => sum + n, 0);
    if (layers.application !== undefined) {
      const at = Number(news.target.name.split(' ')[1]);
      mediansNs[at]?.push(layers.application.quantile(0.5));
    }
    // From the moment at which it was to start until it was told, without the handshake itself.
    const [connect] = layers.connect?.bins() ?? [];
    if (connect !== undefined) latenessNs.push((nowMs() - fromMs) * NS_PER_MS - connect.fromNs);
  },
});
const web = await startWeb({
  ...{ port: 0, store: monitor.store, live: monitor.live, title: 'monitor', version: monitor.version },
  pictures: { drawer: null, png: null, advice: '' },
  metrics: (accept) => monitor.metrics(accept),
});
process.on('message', () => {
  process.send?.(told());
  seen = nothingSeen();
});
process.on('disconnect', () => process.exit());
process.send?.({ page: `http://localhost:${web.endpoints[0]?.port}`, engine: monitor.engine.engine });

function told(): Told {
  const { mediansNs, latenessNs, counts, fromMs, cpu } = seen;
  loop.disable();
  const { user, system } = process.cpuUsage(cpu);
  return {
    ...counts,
    mediansNs,
    lateness:
      latenessNs.length === 0
        ? null
        : { p50Ns: sampleAt(latenessNs, 0.5), p99Ns: sampleAt(latenessNs, 0.99) },
    loopDelay: { p99Ns: loop.percentile(99), longestNs: loop.max },
    processorShare: (user + system) / 1e3 / (nowMs() - fromMs),
  };
}

function nothingSeen(): Seen {
  loop.reset();
  loop.enable();
  return {
    mediansNs: Array.from({ length: targets }, () => []),
    latenessNs: [],
    counts: { runs: 0, lateRuns: 0, leftOut: 0, failed: 0 },
    fromMs: nowMs(),
    cpu: process.cpuUsage(),
  };
}

function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
