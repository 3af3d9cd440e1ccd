/**
 * Random numbers that can be had again, so that the same record gives the same interval. Not for secrets.
 */

/** The next number, from 0 to below 1. */
export type Random = () => number;

const TWO_TO_32 = 4_294_967_296;

/**
 * sfc32, "Small Fast Counter" of Doty-Humphrey's PractRand: 128 bits of state, of them a counter of 32, and no
 * known flaw at this use. The first twelve numbers are thrown away, as its author does after seeding.
 * @param seed a whole number; its lower 53 bits count
 */
export function seededRandom(seed: number): Random {
  let a = 0;
  let b = seed >>> 0;
  let c = Math.floor(seed / TWO_TO_32) >>> 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / TWO_TO_32;
  };
  for (let i = 0; i < 12; i++) next();
  return next;
}
