/**
 * The face for monitors, `echolot/monitor`: targets measured for as long as one likes, a store for what is found, metrics of it.
 * What is shown on a page stands in `web/`.
 */
import { hostname, uptime } from 'node:os';
import { monotonic } from './clock/monotonic.ts';
import { EcholotError } from './core/errors.ts';
import { load } from './index.ts';
import type { NativeOrLack } from './measure/choose-engine.ts';
import { watchSuspensions } from './measure/machine/suspension.ts';
import { toolInfo } from './measure/machine/system.ts';
import { planPaced } from './measure/paced/paced-plan.ts';
import { createInstrument, type Instrument } from './measure/standing/instrument.ts';
import { type AlertOptions, type AlertRule, DEFAULT_ALERTS, planAlerts } from './monitor/alerts/rule.ts';
import type { Silence } from './monitor/alerts/silence.ts';
import { type LabelledSpan, readBetween } from './monitor/history/read-between.ts';
import { startExporters } from './monitor/metrics/exporters.ts';
import type { Exposition } from './monitor/metrics/exposition.ts';
import type { MeasureLoopback } from './monitor/metrics/noise-floor.ts';
import { otlpUrl } from './monitor/metrics/otlp-push.ts';
import { Monitor, type MonitorListener } from './monitor/monitor.ts';
import { planTargets, type Target, type TargetOptions } from './monitor/plan/target.ts';
import { createKeepingStore } from './monitor/store/keeping-store.ts';
import { createMemoryStore } from './monitor/store/memory-store.ts';
import { isPostgresUrl, parseAddress, placeOf } from './monitor/store/postgres/address.ts';
import { openPostgresStore } from './monitor/store/postgres/postgres-store.ts';
import { openSqliteStore } from './monitor/store/sqlite/sqlite-store.ts';
import type { Span, Store } from './monitor/store/store.ts';
import { commandDelivery } from './monitor/telling/command.ts';
import { Courier, type Deliver } from './monitor/telling/courier.ts';
import { messageOf } from './monitor/telling/message.ts';
import { webhookDelivery } from './monitor/telling/webhook.ts';
import { nativeLack } from './net/native/available.ts';
import { createConcurrentHandshaker } from './net/native/handshakes/handshaker.ts';
import { createNativePacedEngine } from './net/native/paced/engine.ts';
import { createNodeHandshaker } from './net/node/handshaker.ts';
import { nodePacedEngine } from './net/node/paced-engine.ts';
import { betweenAnswer, betweenGrounds } from './report/document/monitor/between.ts';
import { utcSpanText } from './report/document/monitor/words.ts';
import type { LiveSource } from './web/live/live.ts';
import type { CompareRanges } from './web/views/views.ts';

const MS_PER_S = 1_000;
/** Of the loopback: paced as targets are by default, and three times as many. */
const LOOPBACK = { sizes: [100], ratesPerSecond: [5], stepMs: 12_000, warmupMs: 0, inFlight: 20, seed: 0 };

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
  /** Address of a collector of OpenTelemetry that is brought the metrics each minute, such as `http://localhost:4318`. */
  readonly otlp?: string | undefined;
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
  /** Null, or why it is not well, in a line. */
  health(): string | null;
  /** Of this program. */
  readonly version: string;
  /** In the format that a scraper likes best. @param accept its header; default OpenMetrics */
  metrics(accept?: string): Promise<Exposition>;
  /** Ends in good order: what was measured is written. */
  stop(): Promise<void>;
}

/** Begins at once. @throws EcholotError `usage` for options that cannot be, and for a store that never can be */
export async function startMonitor({
  targets,
  store: place,
  seed = 0,
  alerts = DEFAULT_ALERTS,
  silences = [],
  otlp,
  onNews,
}: MonitorOptions): Promise<RunningMonitor> {
  const planned = planTargets(targets);
  const shown = shownPlace(place);
  const rules = planAlerts(alerts);
  const collector = otlp === undefined ? undefined : otlpUrl(otlp);
  let opened = await openAtStart(place);
  const instrument = openInstrument();
  let page: string | undefined;
  let trouble: string | null = null;
  const courier = new Courier({
    timekeeper: monotonic,
    onTrouble: (receiver, text) => monitor.note(`${receiver} cannot be told: ${text}`),
  });
  const startSeconds = Date.now() / MS_PER_S;
  const store = createKeepingStore({
    async open() {
      const first = opened;
      opened = undefined;
      return first ?? (await openStore(place, 'write'));
    },
    place: shown,
    timekeeper: monotonic,
    onTrouble({ text }) {
      trouble = `the store cannot be written: ${text}`;
      monitor.note(trouble, 'store');
    },
    onMended({ lostIntervals }) {
      trouble = null;
      const lost = lostIntervals === 0 ? '' : `; ${lostIntervals} intervals were lost`;
      monitor.note(`the store can be written again${lost}`, 'store');
    },
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
  const { version, node } = toolInfo();
  const exporters = startExporters({
    ...{ timekeeper: monotonic, store, version, node, startSeconds },
    measureLoopback: loopbackOf(instrument),
    collector:
      collector === undefined
        ? undefined
        : {
            deliver: webhookDelivery(collector),
            hostName: hostname(),
            onChange: (trouble) => monitor.note(metricsNote(collector, trouble)),
          },
  });
  monitor.subscribe((news) => exporters.hear(news));
  if (onNews !== undefined) monitor.subscribe(onNews);
  await monitor.start(planned);
  exporters.keep(monitor.states);
  return {
    get states() {
      return monitor.states;
    },
    store,
    engine: engineOf(planned, instrument),
    health: () => trouble,
    version,
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
      exporters.keep(monitor.states);
    },
    metrics: async (accept = '') => await exporters.metrics(accept),
    async stop() {
      await exporters.stop();
      await monitor.stop();
      courier.stop();
      await store.close();
      await instrument.close();
    },
  };
}

function metricsNote({ host }: URL, trouble: string | null): string {
  return trouble === null ? `${host} takes metrics again` : `${host} takes no metrics: ${trouble}`;
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

/** What is in the way of a store may pass, and is no reason not to measure: then it is undefined. @throws EcholotError `usage` for what is no store */
async function openAtStart(place: string | undefined): Promise<Store | undefined> {
  try {
    return await openStore(place, 'write');
  } catch (error) {
    if (error instanceof EcholotError && error.code !== 'usage') return undefined;
    throw error;
  }
}

/** In a database, a file, or memory. @throws EcholotError where it cannot be opened; the reason may pass */
async function openStore(place: string | undefined, mode: 'read' | 'write'): Promise<Store> {
  if (place === undefined) return createMemoryStore();
  return isPostgresUrl(place)
    ? await openPostgresStore(place, { mode })
    : await openSqliteStore(place, { mode });
}

/** For people: a URL may have a password in it. @throws EcholotError `usage` for one that cannot be */
function shownPlace(place = 'memory'): string {
  return isPostgresUrl(place) ? placeOf(parseAddress(place, 'write')) : place;
}

/** The judge of a page that lays two ranges over each other: its words are those of `compare --between`. */
export function rangesJudge(store: Store): CompareRanges {
  const named = (name: string, span: Span): LabelledSpan => ({
    ...{ fromMs: span.fromMs, toMs: span.toMs },
    label: `${name} (${utcSpanText(span)})`,
  });
  return async ({ target, first, second }) => {
    const record = await readBetween(store, { target, a: named('A', first), b: named('B', second) });
    return { text: betweenAnswer(record), details: betweenGrounds(record) };
  };
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

/** Runs with a server of this program, on a thread of its own and only for as long as they take. */
function loopbackOf(instrument: Instrument): MeasureLoopback {
  return async (signal) => {
    const { engine } = instrument.engineFor({ engine: 'auto', socket: {} });
    const { APART_HOST: host, startApart } = await import('./server/apart.ts');
    const server = await startApart(engine === 'native' ? engine : 'node');
    try {
      const plan = planPaced({ host, port: server.port, ...LOOPBACK });
      return (await instrument.echo(plan, { signal })).responseNs;
    } finally {
      await server.close();
    }
  };
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
export { checkBetween, requireOfBetween } from './monitor/history/between-conditions.ts';
export { readBetween } from './monitor/history/read-between.ts';
export { readHistory } from './monitor/history/read-history.ts';
export { readStanding, type StandingQuery } from './monitor/history/read-standing.ts';
export type { MonitorListener, MonitorNews } from './monitor/monitor.ts';
export { planTargets, type TargetOptions } from './monitor/plan/target.ts';
export type { BetweenRecord } from './monitor/records/between.ts';
export type { HistoryRecord } from './monitor/records/history.ts';
export type { Store } from './monitor/store/store.ts';
export { refuseOpenPage } from './web/http/access.ts';
export { startWeb, type Web, type WebOptions } from './web/web.ts';
