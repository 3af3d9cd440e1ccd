/** The name of a payload size: the same in warnings, which are part of a result, and in reports. */

const KIB = 1024;
const UNITS = [
  { name: 'GiB', factor: KIB ** 3 },
  { name: 'MiB', factor: KIB ** 2 },
  { name: 'KiB', factor: KIB },
] as const;

/** Binary units where they are whole, bytes otherwise. */
export function sizeText(bytes: number): string {
  const unit = UNITS.find(({ factor }) => bytes % factor === 0);
  return unit === undefined ? `${bytes} B` : `${bytes / unit.factor} ${unit.name}`;
}
