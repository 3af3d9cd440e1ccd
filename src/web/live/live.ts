/** What the monitor tells a page while it runs. The page reads the figures themselves from the store. */
import type { MonitorEvent } from '../../monitor/records/event.ts';

export type LiveNote =
  /** An interval of this target was written. */
  | { readonly kind: 'interval'; readonly target: string }
  | { readonly kind: 'event'; readonly event: MonitorEvent };

export interface LiveSource {
  /** @returns a function that ends it */
  subscribe(listener: (note: LiveNote) => void): () => void;
}
