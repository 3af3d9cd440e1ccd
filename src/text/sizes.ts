/** Numbers of bytes in binary units: the same in warnings, which are part of a result, and in reports. */
import { figureText } from './numbers.ts';

const KIB = 1024;
const UNITS = [
  { name: 'GiB', factor: KIB ** 3 },
  { name: 'MiB', factor: KIB ** 2 },
  { name: 'KiB', factor: KIB },
] as const;
const BYTE = { name: 'B', factor: 1 } as const;
const SIGNIFICANT_DIGITS = 4;

/** A payload size, which somebody typed: a binary unit where it is whole, bytes otherwise. */
export function sizeText(bytes: number): string {
  const { name, factor } = UNITS.find((unit) => bytes % unit.factor === 0) ?? BYTE;
  return `${bytes / factor} ${name}`;
}

/** An amount of memory, which is seldom round: four significant digits at most. */
export function memoryText(bytes: number): string {
  const { name, factor } = UNITS.find((unit) => bytes >= unit.factor) ?? BYTE;
  return `${figureText(bytes / factor, SIGNIFICANT_DIGITS)} ${name}`;
}

/** A workload by what was measured and the size of its payloads: `rtt 1 KiB`. */
export function workloadName(workload: { readonly kind: string; readonly payloadBytes: number }): string {
  return `${workload.kind} ${sizeText(workload.payloadBytes)}`;
}
