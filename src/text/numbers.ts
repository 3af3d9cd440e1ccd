/** Numbers in words, for warnings and reports alike: rounded, in plain decimals, and never with an exponent. */

/** Rounded to so many significant digits, without zeros at the end: `1200`, `0.00012`. */
export function figureText(value: number, significantDigits: number): string {
  const rounded = Number(value.toPrecision(significantDigits));
  return rounded.toLocaleString('en-US', { useGrouping: false, maximumSignificantDigits: 21 });
}

/** A share from 0 to 1 in percent, with two significant digits. */
export function percentText(share: number): string {
  return `${figureText(share * 100, 2)} %`;
}

/** `1 block`, `2 blocks`. */
export function counted(n: number, what: string): string {
  return `${n.toLocaleString('en-US')} ${what}${n === 1 ? '' : 's'}`;
}
