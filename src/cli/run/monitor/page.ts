/** The page of a monitor, as its options ask for it. */
import { createHash } from 'node:crypto';
import { EcholotError, usage } from '../../../core/errors.ts';
import {
  type RunningMonitor,
  rangesJudge,
  refuseOpenPage,
  startWeb,
  type Web,
  type WebOptions,
} from '../../../monitors.ts';
import { endpointText } from '../../../text/endpoint.ts';
import { MONITOR_PAGE, type MonitorArguments } from '../../commands/monitor/monitor.ts';
import { MAX_PEM_BYTES, readSecret, readSmall } from '../../files/small-files.ts';
import { loadDrawer, loadPngRenderer } from '../../show/pictures.ts';
import { complain } from '../../streams.ts';
import { visible } from '../../visible.ts';

/** Guessing a shorter one takes hours. */
const LEAST_TOKEN_LENGTH = 16;

export type PageOptions = Pick<WebOptions, 'port' | 'tls' | 'names' | 'tokenHash' | 'insecure'> & {
  readonly host: string;
};

export interface OpenPage {
  readonly url: string;
  close(): Promise<void>;
}

/** What the options ask for, with its files. @returns undefined where no page is wanted @throws EcholotError `usage` for one that cannot be */
export function pageOptions(options: MonitorArguments): PageOptions | undefined {
  if (options.noPage) return undefined;
  const page = {
    ...(options.page ?? MONITOR_PAGE),
    tls: tlsOf(options),
    names: options.pageNames,
    tokenHash: tokenHashOf(options),
    insecure: options.insecurePage,
  };
  refuseOpenPage(page);
  return page;
}

/** @throws EcholotError */
export async function openPage(asked: PageOptions, monitor: RunningMonitor): Promise<OpenPage> {
  const web = await startWeb({
    ...asked,
    store: monitor.store,
    live: monitor.live,
    compareRanges: rangesJudge(monitor.store),
    pictures: await pictures(),
    title: 'echolot monitor',
    version: monitor.version,
    metrics: (accept) => monitor.metrics(accept),
    health: () => monitor.health(),
    onTrouble: (error) =>
      complain(`echolot: page: ${visible(error instanceof Error ? error.message : String(error))}\n`),
  }).catch((error: unknown) => {
    if (!(error instanceof EcholotError) || error.code !== 'network') throw error;
    throw new EcholotError('network', `the page: ${error.message}`, {
      advice: 'choose another address with --page, or leave it out with --no-page',
      cause: error,
    });
  });
  return { url: urlOf(asked.host, web, asked.tls !== undefined), close: () => web.close() };
}

function urlOf(host: string, { endpoints: [first] }: Web, isSecured: boolean): string {
  const port = first?.port ?? 0;
  const named =
    host === MONITOR_PAGE.host ? `${host}:${port}` : endpointText({ address: first?.address ?? host, port });
  return `${isSecured ? 'https' : 'http'}://${named}`;
}

function tokenHashOf({ pageToken }: MonitorArguments): Uint8Array | undefined {
  if (pageToken === undefined) return undefined;
  const token = readSecret(pageToken, 'a page token').trim();
  if (token.length < LEAST_TOKEN_LENGTH) {
    throw usage(
      `the page token in ${pageToken} has less than ${LEAST_TOKEN_LENGTH} characters`,
      'make one with: openssl rand -hex 16',
    );
  }
  return createHash('sha256').update(token).digest();
}

function tlsOf({ pageCert, pageKey }: MonitorArguments): { cert: string; key: string } | undefined {
  if (pageCert === undefined && pageKey === undefined) return undefined;
  if (pageCert === undefined || pageKey === undefined)
    throw usage('HTTPS needs a certificate and its key', 'give both --page-cert and --page-key');
  return {
    cert: readSmall(pageCert, 'certificates (PEM)', MAX_PEM_BYTES).text,
    key: readSecret(pageKey, 'a key (PEM)'),
  };
}

/** What is there of the optional packages. */
async function pictures(): Promise<Parameters<typeof startWeb>[0]['pictures']> {
  const advice: string[] = [];
  const there = async <T>(load: () => Promise<T>): Promise<T | null> =>
    await load().catch((error: unknown) => {
      if (!(error instanceof EcholotError)) throw error;
      if (error.advice !== undefined) advice.push(error.advice);
      return null;
    });
  const drawer = await there(loadDrawer);
  const png = await there(loadPngRenderer);
  return { drawer, png, advice: advice[0] ?? '' };
}
