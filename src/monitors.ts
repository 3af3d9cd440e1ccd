/**
 * The face for monitors, `echolot/monitor`: targets measured for as long as one likes, a store for what is found, metrics of it.
 * What is shown on a page stands in `web/`.
 */
import { uptime } from 'node:os';
import { monotonic } from './clock/monotonic.ts';
import { load } from './index.ts';
import type { NativeOrLack } from './measure/choose-engine.ts';
import { watchSuspensions } from './measure/machine/suspension.ts';
import { toolInfo } from './measure/machine/system.ts';
import { createInstrument, type Instrument } from './measure/standing/instrument.ts';
import { type AlertOptions, type AlertRule, DEFAULT_ALERTS, planAlerts } from './monitor/alerts/rule.ts';
import type { Silence } from './monitor/alerts/silence.ts';
import { monitorFamilies } from './monitor/metrics/families.ts';
import { Tallies } from './monitor/metrics/tallies.ts';
import { Monitor, type MonitorListener } from './monitor/monitor.ts';
import { planTargets, type Target, type TargetOptions } from './monitor/plan/target.ts';
import { createKeepingStore } from './monitor/store/keeping-store.ts';
import { createMemoryStore } from './monitor/store/memory-store.ts';
import { isPostgresUrl, parseAddress, placeOf } from './monitor/store/postgres/address.ts';
import { openPostgresStore } from './monitor/store/postgres/postgres-store.ts';
import { openSqliteStore } from './monitor/store/sqlite/sqlite-store.ts';
import type { Store } from './monitor/store/store.ts';
import { commandDelivery } from './monitor/telling/command.ts';
import { Courier, type Deliver } from './monitor/telling/courier.ts';
import { messageOf } from './monitor/telling/message.ts';
import { webhookDelivery } from './monitor/telling/webhook.ts';
import { nativeLack } from './net/native/available.ts';
import { createConcurrentHandshaker } from './net/native/handshakes/handshaker.ts';
import { createNativePacedEngine } from './net/native/paced/engine.ts';
import { createNodeHandshaker } from './net/node/handshaker.ts';
import { nodePacedEngine } from './net/node/paced-engine.ts';
import { OPEN_METRICS_TYPE, openMetricsText } from './text/open-metrics.ts';
import type { LiveSource } from './web/live/live.ts';

const MS_PER_S = 1_000;

export interface MonitorOptions {
  readonly targets: readonly TargetOptions[];
  /** File of the store, or URL of a database, `postgres://user@host/database`; undefined keeps everything in memory, and nothing beyond the end. */
  readonly store: string | undefined;
  /** Of the moments at which targets are measured, so that two monitors choose others. Default 0. */
  readonly seed?: number;
  /** Default: that a path has changed by more than 10 % is told in the log. */
  readonly alerts?: readonly AlertOptions[];
  /** Times at which nothing is told. */
  readonly silences?: readonly Silence[];
  /** Told from the first moment on. */
  readonly onNews?: MonitorListener;
}

export interface RunningMonitor {
  readonly states: Monitor['states'];
  /** For reading. */
  readonly store: Store;
  /** Which engine measures, and why not the native one. */
  readonly engine: ReturnType<Instrument['engineFor']>;
  /** @returns a function that ends it */
  subscribe(listener: MonitorListener): () => void;
  /** Goes on with these. @throws EcholotError `usage` before anything has changed */
  reload(wanted: Pick<MonitorOptions, 'targets' | 'alerts' | 'silences'>): Promise<void>;
  /** Where its page is, for links in what is told of alerts. */
  shownAt(page: string): void;
  /** For the page. */
  readonly live: LiveSource;
  /** Of this program. */
  readonly version: string;
  /** As text in the format OpenMetrics. */
  metrics(): Promise<{ readonly type: string; readonly body: string }>;
  /** Ends in good order: what was measured is written. */
  stop(): Promise<void>;
}

/** Begins at once. @throws EcholotError `usage` for options that cannot be */
export async function startMonitor({
  targets,
  store: place,
  seed = 0,
  alerts = DEFAULT_ALERTS,
  silences = [],
  onNews,
}: MonitorOptions): Promise<RunningMonitor> {
  const planned = planTargets(targets);
  const rules = planAlerts(alerts);
  const instrument = openInstrument();
  let page: string | undefined;
  const courier = new Courier({
    timekeeper: monotonic,
    onTrouble: (receiver, text) => monitor.note(`${receiver} cannot be told: ${text}`),
  });
  const startSeconds = Date.now() / MS_PER_S;
  const store = createKeepingStore({
    open: async () => (place === undefined ? createMemoryStore() : await openStore(place, 'write')),
    place: shownPlace(place),
    timekeeper: monotonic,
    onTrouble: ({ text }) => monitor.note(`the store cannot be written: ${text}`, 'store'),
    onMended: ({ lostIntervals }) =>
      monitor.note(
        `the store can be written again${lostIntervals === 0 ? '' : `; ${lostIntervals} intervals were lost`}`,
        'store',
      ),
  });
  const monitor = new Monitor({
    timekeeper: monotonic,
    uptimeMs: () => uptime() * MS_PER_S,
    watchSuspensions,
    instrument,
    store,
    seed,
    alerts: { rules, silences },
    onAlert(told) {
      const text = JSON.stringify(messageOf(told, page));
      for (const { name, deliver } of receiversOf(told.rule)) courier.send(name, deliver, text);
    },
  });
  const tallies = new Tallies();
  monitor.subscribe((news) => {
    if (news.kind === 'interval') tallies.add(news.target, news.interval, news.state);
  });
  if (onNews !== undefined) monitor.subscribe(onNews);
  await monitor.start(planned);
  tallies.keep(monitor.states);
  return {
    get states() {
      return monitor.states;
    },
    store,
    engine: engineOf(planned, instrument),
    version: toolInfo().version,
    live: {
      subscribe: (listener) =>
        monitor.subscribe((news) =>
          listener(news.kind === 'event' ? news : { kind: 'interval', target: news.target.name }),
        ),
    },
    subscribe: (listener) => monitor.subscribe(listener),
    shownAt(address) {
      page = address;
    },
    async reload(wanted) {
      const rules = planAlerts(wanted.alerts ?? DEFAULT_ALERTS);
      await monitor.reload(planTargets(wanted.targets), { rules, silences: wanted.silences ?? [] });
      tallies.keep(monitor.states);
    },
    async metrics() {
      const { version, node } = toolInfo();
      const facts = { version, node, startSeconds, store: await store.state(), noiseFloorSeconds: null };
      return { type: OPEN_METRICS_TYPE, body: openMetricsText(monitorFamilies(tallies.all, facts)) };
    },
    async stop() {
      await monitor.stop();
      courier.stop();
      await store.close();
      await instrument.close();
    },
  };
}

/** Who is to be told of an alert of this rule. */
function receiversOf({ webhook, command }: AlertRule): readonly { name: string; deliver: Deliver }[] {
  return [
    ...(webhook === undefined
      ? []
      : [{ name: `webhook ${webhook.host}`, deliver: webhookDelivery(webhook) }]),
    ...(command === undefined ? [] : [{ name: `command ${command[0]}`, deliver: commandDelivery(command) }]),
  ];
}

/** What a monitor has kept, for reading. @throws EcholotError where there is no store */
export async function openHistory(place: string): Promise<Store> {
  return await openStore(place, 'read');
}

/** In a database, or a file. @throws EcholotError where it cannot be opened; the reason may pass */
async function openStore(place: string, mode: 'read' | 'write'): Promise<Store> {
  return isPostgresUrl(place)
    ? await openPostgresStore(place, { mode })
    : await openSqliteStore(place, { mode });
}

/** For people: a URL may have a password in it. @throws EcholotError `usage` for one that cannot be */
function shownPlace(place = 'memory'): string {
  return isPostgresUrl(place) ? placeOf(parseAddress(place, 'write')) : place;
}

/** Engines that stay, for whoever makes many short runs with many targets; close it. */
export function openInstrument(): Instrument {
  return createInstrument({
    clock: monotonic,
    paced: { node: () => nodePacedEngine, native: nativeOr(createNativePacedEngine) },
    handshaker: { node: createNodeHandshaker, native: nativeOr(createConcurrentHandshaker) },
    load: async (options) => await load(options).result,
  });
}

/** Of the first target: what they ask for is mostly the same. */
function engineOf([first]: readonly Target[], instrument: Instrument): ReturnType<Instrument['engineFor']> {
  const wish =
    first === undefined
      ? undefined
      : first.kind === 'measure'
        ? first.paced
        : first.kind === 'ping'
          ? first
          : undefined;
  return instrument.engineFor(wish ?? { engine: 'auto', socket: {} });
}

function nativeOr<E>(create: () => E): () => NativeOrLack<E> {
  return () => nativeLack() ?? { engine: create() };
}

export type { AlertOptions } from './monitor/alerts/rule.ts';
export type { Silence } from './monitor/alerts/silence.ts';
export type { MonitorListener, MonitorNews } from './monitor/monitor.ts';
export { planTargets, type TargetOptions } from './monitor/plan/target.ts';
export type { Store } from './monitor/store/store.ts';
export { startWeb, type Web, type WebOptions } from './web/web.ts';
