/** Times in ns, and rates in bit/s. */
export const US = 1_000;
export const MS = 1_000_000;
export const S = 1_000_000_000;
export const MBIT = 1_000_000;
