/** Those who look at a monitor: browsers that hear of changes and fetch pages, and a scraper. They end when they are told to. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** As a browser does that was told of changes. */
const PAGE_EVERY_MS = 1_000;

export interface Onlookers {
  /** How long each scrape took, from asking to the last byte. */
  readonly scrapesNs: readonly number[];
  readonly scrapeBytes: number;
  /** @throws Error where one of them was not answered */
  stop(): Promise<void>;
}

/** @param scrapeEveryMs from the start of one scrape to that of the next */
export function startOnlookers(
  page: string,
  { watchers, scrapeEveryMs }: { watchers: number; scrapeEveryMs: number },
): Onlookers {
  const abort = new AbortController();
  const { signal } = abort;
  const scrapesNs: number[] = [];
  let scrapeBytes = 0;
  const watching = Array.from({ length: watchers }, () => {
    const request = get(`${page}/live`, (response) => response.resume());
    return request.on('error', () => {});
  });

  const repeat = async (everyMs: number, work: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      const beginMs = performance.now();
      await work();
      await sleep(Math.max(0, beginMs + everyMs - performance.now()), undefined, { signal }).catch(() => {});
    }
  };
  const scrapes = repeat(scrapeEveryMs, async () => {
    const begin = process.hrtime.bigint();
    scrapeBytes = await bytesOf(`${page}/metrics`);
    scrapesNs.push(Number(process.hrtime.bigint() - begin));
  });
  const looks =
    watchers === 0
      ? undefined
      : repeat(PAGE_EVERY_MS, async () => {
          await bytesOf(`${page}/`);
          await bytesOf(`${page}/target/target%200`);
        });
  const all = Promise.all([scrapes, looks]);
  // Whoever stops them hears of it.
  all.catch(() => {});
  return {
    scrapesNs,
    get scrapeBytes() {
      return scrapeBytes;
    },
    async stop() {
      abort.abort();
      for (const request of watching) request.destroy();
      await all;
    },
  };
}

/** Over a connection of its own: one that is kept may be closed by the other side in the moment in which it is used again. */
async function bytesOf(url: string): Promise<number> {
  const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
  let bytes = 0;
  for await (const chunk of response) bytes += (chunk as Buffer).length;
  if (response.statusCode !== 200) throw new Error(`${url}: ${response.statusCode}`);
  return bytes;
}
