/** `echolot monitor`: measures in the foreground, with its page and a line each minute, until it is told to stop. */
import { monotonic } from '../../../clock/monotonic.ts';
import { EcholotError, usage } from '../../../core/errors.ts';
import {
  type MonitorOptions,
  planTargets,
  type RunningMonitor,
  startMonitor,
  type TargetOptions,
} from '../../../monitors.ts';
import { takeFromManager } from '../../../service/environment.ts';
import { ServiceLife } from '../../../service/life.ts';
import type { MonitorArguments } from '../../commands/monitor/monitor.ts';
import type { MonitorConfig } from '../../config/monitor/monitor-config.ts';
import { configAtStart, readMonitor } from '../../config/read-config.ts';
import { EXIT } from '../../exit-codes.ts';
import { stopSignal } from '../../stop-signal.ts';
import { complain, print } from '../../streams.ts';
import { visible } from '../../visible.ts';
import { targetInOneWord } from '../target.ts';
import { Lines } from './lines.ts';
import { openPage, pageOptions } from './page.ts';
import { storeToWrite } from './store-file.ts';

export async function monitorCommand(options: MonitorArguments): Promise<number> {
  const targets = targetsOf(options);
  planTargets(targets);
  const asked = pageOptions(options);
  if (options.checkConfig) {
    await print(
      `${targets.length === 1 ? '1 target' : `${targets.length} targets`}, nothing to complain about\n`,
    );
    return EXIT.done;
  }
  const life = new ServiceLife(takeFromManager(process.env, process.pid), {
    timekeeper: monotonic,
    onTrouble: (message) => complain(`echolot: ${visible(message)}\n`),
  });
  const lines = new Lines(options.quiet);
  const monitor = await startMonitor({
    targets,
    ...alertsOf(options.config === undefined ? undefined : configAtStart('monitor', options.config)),
    store: storeToWrite(options.store),
    otlp: options.otlp?.href,
    onNews: (news) => lines.hear(news),
  });
  const { config } = options;
  const stopped = stopSignal(() => {
    if (config !== undefined) void life.reload(() => reload(monitor, options, config));
    return config !== undefined;
  });
  void stopped.then(() => life.stopping());
  try {
    const page = asked === undefined ? undefined : await openPage(asked, monitor);
    if (page !== undefined) monitor.shownAt(page.url);
    try {
      lines.begin(await greeting(monitor, page?.url), () => monitor.states);
      life.ready();
      await stopped;
    } finally {
      await page?.close();
    }
  } finally {
    lines.end();
    await monitor.stop();
    life.end();
  }
  return EXIT.done;
}

async function greeting({ states, store, engine }: RunningMonitor, url: string | undefined): Promise<string> {
  const { place, trouble } = await store.state();
  const kept = trouble === null ? `kept in ${place}` : `nothing is kept yet: ${trouble}`;
  const count = states.length === 1 ? '1 target' : `${states.length} targets`;
  const how = engine.fallback === null ? '' : ` with the node engine (${engine.fallback})`;
  const where = url === undefined ? '' : `, shown on ${url}`;
  return `echolot monitors ${count}${how}${where}, ${visible(kept)}`;
}

/** Of the file and of the command line. @throws EcholotError `usage` */
function targetsOf(options: MonitorArguments): readonly TargetOptions[] {
  const { config } = options;
  const all = [
    ...(config === undefined ? [] : configAtStart('monitor', config).targets),
    ...typedTargets(options),
  ];
  if (all.length > 0) return all;
  throw usage('there is no target', 'name one, HOST:PORT, or a file with --config');
}

/** Names of options that the file says otherwise than at the start. */
function changedOptions(now: MonitorConfig, before: MonitorConfig): readonly string[] {
  const textsOf = ({ options }: MonitorConfig): Map<string, string> =>
    new Map(options.map(({ name, args }) => [name, args.join(' ')]));
  const [texts, others] = [textsOf(now), textsOf(before)];
  const names = new Set([...texts.keys(), ...others.keys()]);
  return [...names].filter((name) => texts.get(name) !== others.get(name));
}

function alertsOf(config: MonitorConfig | undefined): Pick<MonitorOptions, 'alerts' | 'silences'> {
  if (config === undefined) return {};
  const { alerts, silences } = config;
  return { silences, ...(alerts === undefined ? {} : { alerts }) };
}

/** @throws EcholotError `usage` */
function typedTargets({
  targets,
  kind,
  intervalMs,
  payloadBytes,
  probes,
  plain,
  engine,
}: MonitorArguments): readonly TargetOptions[] {
  const echo = { payloadBytes, probes, ...(plain ? { protocol: 'plain' as const } : {}) };
  return targets.map((word) => ({
    ...targetInOneWord(word),
    ...{ kind, intervalMs, engine },
    ...(kind === 'measure' ? echo : {}),
  }));
}

async function reload(monitor: RunningMonitor, options: MonitorArguments, file: string): Promise<void> {
  try {
    const config = readMonitor(file);
    const targets = [...config.targets, ...typedTargets(options)];
    await monitor.reload({ targets, ...alertsOf(config) });
    const later = changedOptions(config, configAtStart('monitor', file));
    if (later.length > 0)
      complain(`echolot: for these the monitor has to be started anew: ${later.join(', ')}\n`);
  } catch (error) {
    const known = error instanceof EcholotError ? [error.message, ...error.details] : [String(error)];
    for (const line of known) complain(`echolot: the configuration stays as it was: ${visible(line)}\n`);
  }
}
