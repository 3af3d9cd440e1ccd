/** Goodput of one probe: its payload in bits over its round-trip time. */

const BITS_PER_BYTE = 8;
const NS_PER_S = 1_000_000_000;

/** @returns bits per second; infinite where the clock saw no time pass */
export function goodputBitsPerSecond(payloadBytes: number, rttNs: number): number {
  return (payloadBytes * BITS_PER_BYTE * NS_PER_S) / rttNs;
}
