/** Records as their readers see them: each as its document, in one of the forms. */
import { assignmentCharts, chartsOf } from '../../src/report/charts/charts.ts';
import { assignmentDocument } from '../../src/report/document/assignment.ts';
import { checkDocument } from '../../src/report/document/check.ts';
import { comparisonDocument } from '../../src/report/document/comparison.ts';
import type { Depth } from '../../src/report/document/document.ts';
import { reportDocument } from '../../src/report/document/measurement/report.ts';
import { pingDocument } from '../../src/report/document/ping.ts';
import { selfTestDocument } from '../../src/report/document/self-test.ts';
import type { DrawAt } from '../../src/report/html/pictures.ts';
import { htmlPage } from '../../src/report/html.ts';
import { documentText } from '../../src/report/human.ts';
import { markdownText } from '../../src/report/markdown.ts';
import type { CheckResult } from '../../src/result/check-result.ts';
import type { Comparison } from '../../src/result/comparison.ts';
import type { PingResult } from '../../src/result/ping-result.ts';
import type { Result } from '../../src/result/result.ts';
import type { SelfTestResult } from '../../src/result/self-test-result.ts';

export function markdownReport(results: readonly Result[]): string {
  return markdownText(reportDocument(results, 'full'));
}

export function htmlReport(results: readonly Result[], draw: DrawAt): string {
  return htmlPage(reportDocument(results, 'full'), chartsOf(results), draw);
}

export function assignmentPage(results: readonly Result[], draw: DrawAt): string {
  return htmlPage(assignmentDocument(results), assignmentCharts(results), draw);
}

export function comparisonReport(comparison: Comparison): string {
  return documentText(comparisonDocument(comparison, 'usual'));
}

export function selfTestReport(result: SelfTestResult, depth: Depth): string {
  return documentText(selfTestDocument(result, depth));
}

export function pingSummary(result: PingResult, depth: Depth = 'usual'): string {
  return documentText(pingDocument(result, depth));
}

export function checkReport(result: CheckResult, depth: Depth = 'usual', columns?: number): string {
  return documentText(checkDocument(result, depth), columns);
}

export function assignmentReport(results: readonly Result[]): string {
  return documentText(assignmentDocument(results));
}
