/**
 * How sure the ends of a capacity are. Its truth is the rate at which the condition holds in every other try: below it
 * more often, above it less often.
 *
 * Testing by betting (Ville 1939; Shafer, "Testing by betting", J. R. Stat. Soc. A 184 (2021)). Who doubts that the
 * capacity is above a rate offers even odds on each try there: that it holds wins as much as was staked. One half of a stake
 * of 1 is put on each try as a whole, and three fifths of the other half. If the capacity were not above, each such bet would be unfavourable,
 * and the stake would ever grow to 40 with a chance of 1 in 40 at most, however rates were chosen and whenever the search stopped. So both
 * ends together are wrong in 5 searches of 100 at most. Six tries that held in a row are enough; one that did not takes twelve.
 *
 * Each try is a bet of one side only, that on which it was believed to lie beforehand: a rate on the way to the threshold, or at the
 * very place where it was believed to be, is none.
 */
import { type Gap, gapOf, type Tried } from './threshold.ts';

const SURE = 40;
const STAKES: readonly number[] = [1, 0.6];

export interface SureEnds {
  /** The condition holds here and below; null where that is not sure of any rate. */
  readonly low: number | null;
  /** It does not from here on. */
  readonly high: number | null;
}

interface Bet {
  readonly perSecond: number;
  readonly held: boolean;
  /** Of where the threshold was believed to be. */
  readonly side: 'below' | 'above';
}

/** Tries that this program was in the way of are no bets. */
export function sureEnds(tries: readonly Tried[]): SureEnds {
  const bets = tries.flatMap((tried, i) => betOf(tried, tries.slice(0, i)));
  const rates = [...new Set(bets.map(({ perSecond }) => perSecond))].sort((a, b) => a - b);
  // No rate may be passed over: what is sure of a higher one has to be of those below it.
  const firstUnsure = rates.findIndex((rate) => !isSureToHold(rate, bets));
  const holding = firstUnsure === -1 ? rates : rates.slice(0, firstUnsure);
  const lastUnsure = rates.findLastIndex((rate) => !isSureToFail(rate, bets));
  return { low: holding.at(-1) ?? null, high: rates[lastUnsure + 1] ?? null };
}

function betOf({ perSecond, outcome }: Tried, earlier: readonly Tried[]): Bet[] {
  const side = sideOf(perSecond, gapOf(earlier));
  return outcome === 'own' || side === undefined ? [] : [{ perSecond, held: outcome === 'held', side }];
}

function sideOf(perSecond: number, { low, high, middle }: Gap): Bet['side'] | undefined {
  const isOpen = middle === 0 || middle === Number.POSITIVE_INFINITY;
  if (isOpen ? perSecond <= low : perSecond < middle) return 'below';
  return (isOpen ? perSecond >= high : perSecond > middle) ? 'above' : undefined;
}

function isSureToHold(rate: number, bets: readonly Bet[]): boolean {
  return grows(
    bets.filter(({ perSecond, side }) => side === 'below' && perSecond >= rate).map(({ held }) => held),
  );
}

function isSureToFail(rate: number, bets: readonly Bet[]): boolean {
  return grows(
    bets.filter(({ perSecond, side }) => side === 'above' && perSecond <= rate).map(({ held }) => !held),
  );
}

function grows(wins: readonly boolean[]): boolean {
  const purses = STAKES.map(() => 1 / STAKES.length);
  return wins.some((win) => {
    for (const [i, stake] of STAKES.entries())
      purses[i] = (purses[i] as number) * (win ? 1 + stake : 1 - stake);
    return purses.reduce((sum, purse) => sum + purse, 0) >= SURE;
  });
}
