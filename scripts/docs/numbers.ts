/** Numbers of the code as the documents write them. */

const KIB = 1024;
const NS_PER_US = 1_000;
const NS_PER_MS = 1_000_000;
const NS_PER_S = 1_000_000_000;

/** A share of 0.05 is "5 %". */
export function percent(share: number): string {
  return `${figure(share * 100)} %`;
}

/** 75,000 ns are "75 µs". */
export function us(ns: number | bigint): string {
  return `${figure(Number(ns) / NS_PER_US)} µs`;
}

/** 39,000,000 ns are "39 ms". */
export function ms(ns: number | bigint): string {
  return `${figure(Number(ns) / NS_PER_MS)} ms`;
}

/** 60,000,000,000 ns are "60 s". */
export function seconds(ns: number | bigint): string {
  return `${figure(Number(ns) / NS_PER_S)} s`;
}

/** 65,536 bytes are "64 KiB". */
export function kib(bytes: number): string {
  return `${figure(bytes / KIB)} KiB`;
}

/** 1,048,576 bytes are "1 MiB". */
export function mib(bytes: number): string {
  return `${figure(bytes / KIB ** 2)} MiB`;
}

/** With a comma at the thousands, and without the last digits of binary fractions. */
export function figure(value: number): string {
  return Number(value.toPrecision(12)).toLocaleString('en-US', { maximumFractionDigits: 9 });
}
