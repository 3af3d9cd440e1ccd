/** Quantities as people write them, for options and conditions alike: a number with its unit. */

const KIB = 1024;
const SECONDS_PER_MINUTE = 60;
const NS_PER_UNIT: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9 };
const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 };
const PER_PREFIX: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };
const BYTES_PER_UNIT: Readonly<Record<string, number>> = { '': 1, k: KIB, m: KIB ** 2, g: KIB ** 3 };

/** `500ms`, `0.5s`, `50us`, `2m`, or a bare `0`, in ns; undefined for what is none. */
export function parseTimeNs(text: string): number | undefined {
  if (text === '0') return 0;
  const match = /^(\d{1,15}(?:\.\d+)?)(ns|us|ms|s|m)$/.exec(text);
  return match === null ? undefined : scaled(match, NS_PER_UNIT);
}

/** `30d`, `12h`, `90m`, in seconds; undefined for what is none. Longer than what a measurement takes. */
export function parseSpanSeconds(text: string): number | undefined {
  const match = /^(\d{1,6})(m|h|d)$/.exec(text);
  return match === null ? undefined : scaled(match, SECONDS_PER_UNIT);
}

/** `50G/d`, `500M/d` (K = 1024), in bytes a day; undefined for what is none. */
export function parseBytesPerDay(text: string): number | undefined {
  return text.endsWith('/d') ? parseBytes(text.slice(0, -2)) : undefined;
}

/** `100Mbit/s`, `9.6kbit/s`, `1Gbit/s`, `300bit/s`, in bits per second; undefined for what is none. */
export function parseRate(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d+)?)([kmg]?)bit\/s$/i.exec(text);
  return match === null ? undefined : scaled(match, PER_PREFIX);
}

/** The same with the unit left out as well, as tools that send data take it: `90M`, `1.5G`, `100Mbit/s`. */
export function parseShortRate(text: string): number | undefined {
  return parseRate(text) ?? parseRate(`${text}bit/s`);
}

/** `2000/s`, `2k/s`, `1.5M/s`, `120/m` (k = 1000), as how many a second; undefined for what is none. */
export function parsePerSecond(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d+)?)([kM]?)\/(s|m)$/.exec(text);
  if (match === null) return undefined;
  return scaled(match, PER_PREFIX) / (match[3] === 'm' ? SECONDS_PER_MINUTE : 1);
}

/** `1000`, `2K`, `16M`, `1G` (K = 1024, with or without `B` or `iB`), in bytes; undefined for what is none. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d{1,15})(?:([kmg])(?:i?B)?)?$/i.exec(text);
  return match === null ? undefined : scaled(match, BYTES_PER_UNIT);
}

function scaled([, digits, unit = '']: RegExpExecArray, factors: Readonly<Record<string, number>>): number {
  return Number(digits) * (factors[unit.toLowerCase()] ?? 1);
}

/** `1%`, `0.1 %`, or a bare `0`, as a share of 1; undefined for what is none. */
export function parseShare(text: string): number | undefined {
  if (text === '0') return 0;
  const match = /^(\d{1,15}(?:\.\d+)?)\s?%$/.exec(text);
  return match === null ? undefined : Number(match[1]) / 100;
}
