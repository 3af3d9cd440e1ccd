/** Logarithms without Math.log2(), which takes longer than all else where a time is counted, and may be wrong by one. */

/** Whole numbers below it are what the operators of bits take. */
export const INT_VALUES: number = 2 ** 32;
const INT_BITS = 32;

/** The power of two at or below a number, as its exponent. @param value from 1 to 2^53 */
export function floorLog2(value: number): number {
  return value < INT_VALUES
    ? INT_BITS - 1 - Math.clz32(value)
    : 2 * INT_BITS - 1 - Math.clz32(Math.floor(value / INT_VALUES));
}
