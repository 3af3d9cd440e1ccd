/**
 * Brings metrics to a collector of OpenTelemetry each minute, as one POST of JSON (OTLP/HTTP). What is not taken is not kept: the next
 * minute's counters have all of it. A collector that hangs costs its own minutes, and nothing else.
 */
import type { Timekeeper } from '../../clock/clock.ts';
import { EcholotError, usage } from '../../core/errors.ts';
import type { Deliver } from '../telling/courier.ts';

const EVERY_NS = 60_000_000_000n;
const PATH = '/v1/metrics';

export interface OtlpPushDeps {
  readonly timekeeper: Timekeeper;
  /** What there is by now, as JSON. */
  readonly document: () => Promise<string>;
  readonly deliver: Deliver;
  /** Told once when it fails, and with null once it is well again. */
  readonly onChange: (trouble: string | null) => void;
}

/** Where a collector takes metrics. @param text its address, with or without that path @throws EcholotError `usage` */
export function otlpUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw usage('the collector has no address', 'write it as in http://localhost:4318');
  if (!url.pathname.endsWith(PATH)) url.pathname = url.pathname.replace(/\/*$/, PATH);
  return url;
}

/** @returns a function that ends it, and gives up what is under way */
export function pushOtlp({ timekeeper, document, deliver, onChange }: OtlpPushDeps): () => Promise<void> {
  const abort = new AbortController();
  let cancelWake = (): void => {};
  let pushing: Promise<void> | undefined;
  let isTroubled = false;

  async function push(): Promise<void> {
    let trouble: string | null = null;
    try {
      await deliver(await document(), abort.signal);
    } catch (error) {
      trouble = error instanceof EcholotError ? error.message : String(error);
    }
    if (abort.signal.aborted) return;
    if (isTroubled !== (trouble !== null)) onChange(trouble);
    isTroubled = trouble !== null;
    sleep();
  }

  function sleep(): void {
    cancelWake = timekeeper.wakeAt(timekeeper.nowNs() + EVERY_NS, () => {
      pushing = push();
    });
  }

  sleep();
  return async () => {
    abort.abort();
    cancelWake();
    await pushing;
  };
}
