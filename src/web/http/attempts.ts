/** How often an address may be wrong: a token is too long to be guessed, and a program that tries costs time and log. */

const MOST_WRONG = 10;
const WITHIN_MS = 60_000;
/** Beyond so many addresses the oldest is forgotten: whoever has more of them than that could try from each anyway. */
const MOST_ADDRESSES = 1_000;

export interface Attempts {
  isOver(address: string, nowMs: number): boolean;
  wrong(address: string, nowMs: number): void;
}

export function createAttempts(): Attempts {
  const wrongs = new Map<string, { count: number; readonly sinceMs: number }>();

  function of(address: string, nowMs: number): { count: number; readonly sinceMs: number } | undefined {
    const key = networkOf(address);
    const one = wrongs.get(key);
    if (one === undefined || nowMs - one.sinceMs < WITHIN_MS) return one;
    wrongs.delete(key);
    return undefined;
  }

  return {
    isOver: (address, nowMs) => (of(address, nowMs)?.count ?? 0) >= MOST_WRONG,
    wrong: (address, nowMs) => {
      const one = of(address, nowMs);
      if (one !== undefined) one.count++;
      else {
        const [oldest] = wrongs.keys();
        if (wrongs.size >= MOST_ADDRESSES && oldest !== undefined) wrongs.delete(oldest);
        wrongs.set(networkOf(address), { count: 1, sinceMs: nowMs });
      }
    },
  };
}

/** A client of IPv6 has a whole /64. */
function networkOf(address: string): string {
  return address.includes(':') && !address.includes('.') ? address.split(':').slice(0, 4).join(':') : address;
}
