/**
 * When a target is measured: at fixed moments of Unix time, so that a monitor that is started again goes on in the same places,
 * and two monitors with seeds of their own do not measure at the same moment. The idea is that of Prometheus
 * (`scrape/target.go`, offset): the phase is a hash of what is measured.
 */

/** Of the texts, FNV-1a of 32 bits over their UTF-16 units; what is hashed may be anybody's, and nothing hangs on it but a phase. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    state ^= text.charCodeAt(i);
    state = Math.imul(state, 0x01000193);
  }
  // FNV leaves the upper bits of short texts alike: murmur3's last steps spread them.
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

/** @returns from 0 to less than the interval, whole ms */
export function phaseMs(name: string, intervalMs: number, seed: number): number {
  return Math.floor((hash(`${seed} ${name}`) / 2 ** 32) * intervalMs);
}

/** The first slot at `atMs` or later. */
export function slotFrom(atMs: number, intervalMs: number, phase: number): number {
  return Math.ceil((atMs - phase) / intervalMs) * intervalMs + phase;
}
