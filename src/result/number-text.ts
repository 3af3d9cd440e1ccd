/** Numbers in words, for warnings and reports alike: rounded, in plain decimals, and never with an exponent. */

/** Rounded to so many significant digits, without zeros at the end: `1200`, `0.00012`. */
export function figureText(value: number, significantDigits: number): string {
  const rounded = Number(value.toPrecision(significantDigits));
  return rounded.toLocaleString('en-US', { useGrouping: false, maximumSignificantDigits: 21 });
}
