/** A server delay in words: it is a number that somebody typed, so it is told in the unit in which it is whole. */

const UNITS = [
  { name: 's', ns: 1_000_000_000 },
  { name: 'ms', ns: 1_000_000 },
  { name: 'µs', ns: 1_000 },
  { name: 'ns', ns: 1 },
] as const;

/** `10 ms`; an hour at most, so it needs no longer unit. */
export function delayText(delayNs: number): string {
  const unit = UNITS.find(({ ns }) => delayNs % ns === 0) ?? { name: 'ns', ns: 1 };
  return `${(delayNs / unit.ns).toLocaleString('en-US')} ${unit.name}`;
}
