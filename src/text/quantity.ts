/** Quantities as people write them, for options and conditions alike: a number with its unit. */

const KIB = 1024;
const NS_PER_UNIT: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9 };
const BITS_PER_UNIT: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };
const BYTES_PER_UNIT: Readonly<Record<string, number>> = { '': 1, k: KIB, m: KIB ** 2, g: KIB ** 3 };

/** `500ms`, `0.5s`, `50us`, `2m`, or a bare `0`, in ns; undefined for what is none. */
export function parseTimeNs(text: string): number | undefined {
  if (text === '0') return 0;
  const match = /^(\d{1,15}(?:\.\d+)?)(ns|us|ms|s|m)$/.exec(text);
  return match === null ? undefined : scaled(match, NS_PER_UNIT);
}

/** `100Mbit/s`, `9.6kbit/s`, `1Gbit/s`, `300bit/s`, in bits per second; undefined for what is none. */
export function parseRate(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d+)?)([kmg]?)bit\/s$/i.exec(text);
  return match === null ? undefined : scaled(match, BITS_PER_UNIT);
}

/** The same with the unit left out as well, as tools that send data take it: `90M`, `1.5G`, `100Mbit/s`. */
export function parseShortRate(text: string): number | undefined {
  return parseRate(text) ?? parseRate(`${text}bit/s`);
}

/** `1000`, `2K`, `16M`, `1G` (K = 1024, with or without `B` or `iB`), in bytes; undefined for what is none. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d{1,15})(?:([kmg])(?:i?B)?)?$/i.exec(text);
  return match === null ? undefined : scaled(match, BYTES_PER_UNIT);
}

function scaled([, digits, unit = '']: RegExpExecArray, factors: Readonly<Record<string, number>>): number {
  return Number(digits) * (factors[unit.toLowerCase()] ?? 1);
}
