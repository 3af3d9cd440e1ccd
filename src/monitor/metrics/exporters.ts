/**
 * What a monitor tells other programs of what it found: metrics for those that ask, and for a collector that is brought them. It counts
 * what it hears, and measures nothing but the loopback of this machine.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import type { Family } from '../../text/open-metrics.ts';
import type { Monitor, MonitorNews } from '../monitor.ts';
import type { Store } from '../store/store.ts';
import type { Deliver } from '../telling/courier.ts';
import { type Exposition, exposition } from './exposition.ts';
import { type MonitorFacts, monitorFamilies } from './families.ts';
import { inTurns } from './in-turns.ts';
import { type MeasureLoopback, watchNoiseFloor } from './noise-floor.ts';
import { otlpDocument } from './otlp-document.ts';
import { pushOtlp } from './otlp-push.ts';
import { storeFacts } from './store-facts.ts';
import { Tallies } from './tallies.ts';

const MS_PER_S = 1_000;

export interface Collector {
  readonly deliver: Deliver;
  /** Of this machine, as it is told. */
  readonly hostName: string;
  /** Why it takes nothing, once; null once it does again. */
  readonly onChange: (trouble: string | null) => void;
}

export interface ExporterDeps extends Pick<MonitorFacts, 'version' | 'node' | 'startSeconds'> {
  readonly timekeeper: Timekeeper;
  readonly store: Pick<Store, 'state'>;
  readonly measureLoopback: MeasureLoopback;
  /** Undefined where none is to be brought anything. */
  readonly collector: Collector | undefined;
}

export interface Exporters {
  hear(news: MonitorNews): void;
  /** These are the targets now; what was counted of others is forgotten. */
  keep(states: Monitor['states']): void;
  /** @param accept header of who scrapes */
  metrics(accept: string): Promise<Exposition>;
  stop(): Promise<void>;
}

export function startExporters(deps: ExporterDeps): Exporters {
  const { timekeeper, store, collector, version, node, startSeconds } = deps;
  const tallies = new Tallies();
  const storeNow = storeFacts(store, timekeeper);
  const noiseFloor = watchNoiseFloor(timekeeper, deps.measureLoopback);

  async function families(): Promise<readonly Family[]> {
    const facts = { version, node, startSeconds, noiseFloorSeconds: noiseFloor.seconds };
    return monitorFamilies(tallies.all, { ...facts, store: await storeNow() });
  }

  async function documentFor({ hostName }: Collector): Promise<string> {
    const times = { startMs: startSeconds * MS_PER_S, nowMs: timekeeper.wallMs() };
    return await inTurns(otlpDocument(await families(), { version, hostName, ...times }));
  }

  const stopPushing =
    collector === undefined
      ? async () => {}
      : pushOtlp({ timekeeper, ...collector, document: () => documentFor(collector) });
  return {
    hear(news) {
      if (news.kind === 'interval') tallies.add(news.target, news.interval, news.state);
    },
    keep: (states) => tallies.keep(states),
    metrics: async (accept) => await exposition(await families(), accept),
    async stop() {
      await Promise.all([noiseFloor.stop(), stopPushing()]);
    },
  };
}
