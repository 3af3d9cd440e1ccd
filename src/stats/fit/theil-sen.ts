/**
 * A line through points that a few wild ones do not turn: its slope is the median of the slopes of all pairs. Theil,
 * "A rank-invariant method of linear and polynomial regression analysis" (1950); Sen, "Estimates of the Regression
 * Coefficient Based on Kendall's Tau", Journal of the American Statistical Association 63 (1968).
 *
 * The work grows with the square of the points; it is meant for tens of them.
 */
import { quantile, sorted } from '../quantile/quantiles.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Line {
  readonly slope: number;
  /** Median of y - slope x (Conover, "Practical Nonparametric Statistics", 1980). */
  readonly intercept: number;
  /** The share of the variance of y that the line explains, below 0 for a line worse than none; null when y is constant. */
  readonly rSquared: number | null;
}

/** @returns null when fewer than two points differ in x */
export function theilSen(points: readonly Point[]): Line | null {
  const slopes: number[] = [];
  for (const [i, first] of points.entries()) {
    for (let j = i + 1; j < points.length; j++) {
      const second = points[j] as Point;
      if (second.x !== first.x) slopes.push((second.y - first.y) / (second.x - first.x));
    }
  }
  if (slopes.length === 0) return null;
  const slope = medianOf(slopes);
  const intercept = medianOf(points.map(({ x, y }) => y - slope * x));
  return { slope, intercept, rSquared: rSquared(points, slope, intercept) };
}

function rSquared(points: readonly Point[], slope: number, intercept: number): number | null {
  const mean = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const total = points.reduce((sum, { y }) => sum + (y - mean) ** 2, 0);
  if (total === 0) return null;
  const rest = points.reduce((sum, { x, y }) => sum + (y - intercept - slope * x) ** 2, 0);
  return 1 - rest / total;
}

function medianOf(values: readonly number[]): number {
  return quantile(sorted(values), 0.5);
}
