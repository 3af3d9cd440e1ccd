/** The whole result as JSON, with arrays of numbers on one line each. */
import type { Comparison } from '../result/comparison.ts';
import type { PingResult } from '../result/ping-result.ts';
import type { Result } from '../result/result.ts';
import type { SelfTestResult } from '../result/self-test-result.ts';

export function jsonReport(result: Result | PingResult | Comparison | SelfTestResult): string {
  const indented = JSON.stringify(result, null, 2);
  return `${indented.replace(/\[\n(?:[\s\d.,e+-]|null)+\]/g, (numbers) => numbers.replace(/\s+/g, ''))}\n`;
}
