/** Sight of a server for those who operate it: metrics for programs, its health, and a page for people. */
import type { Endpoint } from '../../facts/connection.ts';
import { OPEN_METRICS_TYPE, openMetricsText } from '../../text/open-metrics.ts';
import { type ProcessFacts, processFamilies, serverFamilies } from './families.ts';
import { LoopDelay } from './loop-delay.ts';
import { PAGE_POLICY, page } from './page.ts';
import type { Shown } from './rows.ts';
import { type SideAnswer, type SideServer, startSideServer } from './side-server.ts';

const MS_PER_S = 1_000;
const US_PER_S = 1_000_000;

export interface MetricsOptions {
  /** Name or address to listen on. Default `127.0.0.1`: this machine only. */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** How many lines of its log the program has dropped. */
  readonly logLinesDropped?: () => number;
  /** What keeps it from answering, after the start; the server goes on. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface Metrics {
  readonly endpoints: readonly Endpoint[];
  /** From now on it tells of this server; before, that one is starting. */
  show(server: Shown): void;
  close(): void;
}

/** @throws EcholotError `network` when the address cannot be had */
export async function startMetrics(
  { host = '127.0.0.1', port, logLinesDropped = () => 0, onTrouble = () => {} }: MetricsOptions,
  { version, node }: Pick<ProcessFacts, 'version' | 'node'>,
): Promise<Metrics> {
  let server: Shown | undefined;
  let side: SideServer | undefined;
  const loopDelay = new LoopDelay();
  const startSeconds = performance.timeOrigin / MS_PER_S;
  const metrics = (): SideAnswer => {
    const { user, system } = process.cpuUsage();
    const facts: ProcessFacts = {
      version,
      node,
      startSeconds,
      cpuSeconds: (user + system) / US_PER_S,
      residentBytes: process.memoryUsage.rss(),
      loopDelay: loopDelay.buckets,
      logLinesDropped: logLinesDropped(),
      metricsDropped: side?.dropped ?? 0,
    };
    const ofServer = server === undefined ? [] : serverFamilies(server.status(), server.limits);
    return ok(OPEN_METRICS_TYPE, openMetricsText([...processFamilies(facts), ...ofServer]));
  };
  const answer = (path: string): SideAnswer => {
    switch (path) {
      case '/metrics':
        return metrics();
      case '/healthz':
        return health(server);
      case '/':
        return {
          status: 200,
          headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': PAGE_POLICY },
          body: page(server, startSeconds, version),
        };
      default:
        return plain(404, 'there are /, /metrics and /healthz\n');
    }
  };
  try {
    side = await startSideServer({ host, port, answer, onTrouble });
  } catch (error) {
    loopDelay.stop();
    throw error;
  }
  const { endpoints, close } = side;
  return {
    endpoints,
    show: (shown) => {
      server = shown;
    },
    close: () => {
      loopDelay.stop();
      close();
    },
  };
}

function health(server: Shown | undefined): SideAnswer {
  if (server === undefined) return plain(503, 'starting\n');
  return server.status().isAccepting ? plain(200, 'ok\n') : plain(503, 'ending\n');
}

function ok(type: string, body: string): SideAnswer {
  return { status: 200, headers: { 'Content-Type': type }, body };
}

function plain(status: number, body: string): SideAnswer {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body };
}
