/** `echolot monitor`: measures in the foreground, with its page and a line each minute, until it is told to stop. */
import { EcholotError, usage } from '../../../core/errors.ts';
import { type RunningMonitor, startMonitor, type TargetOptions } from '../../../monitors.ts';
import type { MonitorArguments } from '../../commands/monitor/monitor.ts';
import { configAtStart, readMonitor } from '../../config/read-config.ts';
import { EXIT } from '../../exit-codes.ts';
import { complain, print } from '../../streams.ts';
import { visible } from '../../visible.ts';
import { targetOf } from '../target.ts';
import { Minutes } from './minute.ts';
import { openPage } from './page.ts';
import { storeToWrite } from './store-file.ts';

const LINE_EVERY_MS = 60_000;
const MOST_WAITING_LINES = 1_000;

export async function monitorCommand(options: MonitorArguments): Promise<number> {
  const targets = targetsOf(options);
  if (options.checkConfig) {
    await print(
      `${targets.length === 1 ? '1 target' : `${targets.length} targets`}, nothing to complain about\n`,
    );
    return EXIT.done;
  }
  const monitor = await startMonitor({ targets, store: storeToWrite(options.store) });
  const stopped = untilStopped(monitor, options);
  const page = await openPage(options, monitor).catch(async (error: unknown) => {
    await monitor.stop();
    throw error;
  });
  try {
    await greet(monitor, page?.url);
    const stopTelling = options.quiet ? () => {} : tellMinutes(monitor);
    await stopped;
    stopTelling();
  } finally {
    await page?.close();
    await monitor.stop();
  }
  return EXIT.done;
}

async function greet({ states, store, engine }: RunningMonitor, url: string | undefined): Promise<void> {
  const { place } = await store.state();
  const count = states.length === 1 ? '1 target' : `${states.length} targets`;
  const how = engine.fallback === null ? '' : ` with the node engine (${engine.fallback})`;
  const where = url === undefined ? '' : `, shown on ${url}`;
  await print(`echolot monitors ${count}${how}${where}, kept in ${visible(place)}\n`);
}

/** A line each minute, and one for each event. @returns how to end it */
function tellMinutes(monitor: RunningMonitor): () => void {
  const minutes = new Minutes();
  let waiting = 0;
  const tell = (text: string): void => {
    // A terminal that is held (Ctrl-S) is no reason to keep lines for ever.
    if (waiting >= MOST_WAITING_LINES) return;
    waiting++;
    void print(`${timeOfDay(Date.now())} ${visible(text)}\n`).finally(() => waiting--);
  };
  const unsubscribe = monitor.subscribe((news) => {
    if (news.kind === 'interval') minutes.add(news);
    else tell(news.event.text);
  });
  const timer = setInterval(() => {
    const line = minutes.line(monitor.states);
    if (line !== undefined) tell(line);
  }, LINE_EVERY_MS);
  return () => {
    clearInterval(timer);
    unsubscribe();
  };
}

/** @throws EcholotError `usage` */
function targetsOf(options: MonitorArguments): readonly TargetOptions[] {
  const { config, targets, kind, intervalMs, payloadBytes, probes, plain, engine } = options;
  const fromFile = config === undefined ? [] : configAtStart('monitor', config).targets;
  const typed = targets.map((word) => ({
    ...targetOf({ host: word, port: undefined }),
    ...{ kind, intervalMs, engine },
    ...(kind === 'measure' ? { payloadBytes, probes, ...(plain ? { protocol: 'plain' as const } : {}) } : {}),
  }));
  const all = [...fromFile, ...typed];
  if (all.length === 0) throw usage('there is no target', 'name one, HOST:PORT, or a file with --config');
  return all;
}

/** The first signal ends it in good order, the second at once; SIGHUP reads the configuration anew, where there is one. */
function untilStopped(monitor: RunningMonitor, options: MonitorArguments): Promise<void> {
  return new Promise((resolve) => {
    let signals = 0;
    const stop = (): void => {
      signals++;
      if (signals > 1) process.exit(EXIT.interrupted);
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
    process.on('SIGHUP', () => {
      if (options.config === undefined) stop();
      else void reload(monitor, options, options.config);
    });
  });
}

async function reload(monitor: RunningMonitor, options: MonitorArguments, file: string): Promise<void> {
  try {
    const { targets } = readMonitor(file);
    await monitor.reload([...targets, ...targetsOf({ ...options, config: undefined })]);
  } catch (error) {
    const known = error instanceof EcholotError ? [error.message, ...error.details] : [String(error)];
    for (const line of known) complain(`echolot: the configuration stays as it was: ${visible(line)}\n`);
  }
}

function timeOfDay(ms: number): string {
  return new Date(ms).toLocaleTimeString('en-GB');
}
