/**
 * Ends a test run with what was skipped, tried again and failed, by its names, and one line that a person and a program can read:
 * `N passed, N failed, N skipped`.
 */
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Failures that are named at the end: whoever sees only the last lines sees where it began. */
const MOST_NAMED = 40;

export default class ClosingLine implements Reporter {
  onTestRunEnd(testModules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    const skipped = new Map<string, number>();
    const failed: string[] = [];
    const again: string[] = [];
    for (const module of testModules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state]++;
        if (state === 'failed') failed.push(`${module.relativeModuleId} > ${test.fullName}`);
        if (test.diagnostic()?.flaky) again.push(`${module.relativeModuleId} > ${test.fullName}`);
        if (state !== 'skipped') continue;
        const name = `${module.relativeModuleId} > ${groupOf(test)}`;
        skipped.set(name, (skipped.get(name) ?? 0) + 1);
      }
      // A file that could not be collected has no tests to count.
      if (module.state() === 'failed' && [...module.children.allTests()].length === 0) counts.failed++;
    }
    for (const [name, tests] of skipped) console.log(`skipped ${tests}: ${name}`);
    for (const name of again) console.log(`passed at the second try: ${name}`);
    for (const name of failed.slice(0, MOST_NAMED)) console.log(`failed: ${name}`);
    console.log(
      `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped + counts.pending} skipped`,
    );
  }
}

/** The group that holds the test, or the test itself. */
function groupOf({ parent, name }: TestCase): string {
  let group = name;
  for (let suite = parent; suite.type === 'suite'; suite = suite.parent) group = suite.name;
  return group;
}
