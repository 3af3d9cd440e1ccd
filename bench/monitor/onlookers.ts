/** Those who look at a monitor: browsers that hear of changes and fetch pages, and a scraper. They end when they are told to. */
import { get } from 'node:http';
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

async function bytesOf(url: string): Promise<number> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return (await response.arrayBuffer()).byteLength;
}
