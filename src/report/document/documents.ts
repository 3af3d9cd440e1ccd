/** The document of any record: one for each kind. */
import type { CapacityResult } from '../../result/capacity/capacity-result.ts';
import type { CheckResult } from '../../result/check-result.ts';
import type { Comparison } from '../../result/comparison.ts';
import type { DoctorResult } from '../../result/doctor/doctor-result.ts';
import type { LoadComparison } from '../../result/load/load-comparison.ts';
import type { LoadResult } from '../../result/load/load-result.ts';
import type { PacedComparison } from '../../result/paced/paced-comparison.ts';
import type { PacedResult } from '../../result/paced/paced-result.ts';
import type { PingResult } from '../../result/ping-result.ts';
import type { Result } from '../../result/result.ts';
import type { SelfTestResult } from '../../result/self-test-result.ts';
import { capacityDocument } from './capacity/capacity.ts';
import { checkDocument } from './check.ts';
import { comparisonDocument } from './comparison.ts';
import { doctorDocument } from './doctor.ts';
import type { Depth, ReportDocument } from './document.ts';
import { loadComparisonDocument } from './load/compared/comparison.ts';
import { loadDocument } from './load/load.ts';
import { reportDocument } from './measurement/report.ts';
import { pacedComparisonDocument } from './paced/compared/comparison.ts';
import { pacedDocument } from './paced/paced.ts';
import { pingDocument } from './ping.ts';
import { selfTestDocument } from './self-test.ts';

/** @param record several measurements stand side by side, when they are given as a list */
export function documentOf(
  record:
    | Result
    | readonly Result[]
    | Comparison
    | LoadComparison
    | PacedComparison
    | PingResult
    | LoadResult
    | PacedResult
    | CapacityResult
    | SelfTestResult
    | DoctorResult
    | CheckResult,
  depth: Depth,
): ReportDocument {
  if (isList(record)) return reportDocument(record, depth);
  switch (record.format) {
    case 'echolot-result':
      return reportDocument([record], depth);
    case 'echolot-comparison':
      return comparisonDocument(record, depth);
    case 'echolot-load-comparison':
      return loadComparisonDocument(record, depth);
    case 'echolot-paced-comparison':
      return pacedComparisonDocument(record, depth);
    case 'echolot-ping':
      return pingDocument(record, depth);
    case 'echolot-load':
      return loadDocument(record, depth);
    case 'echolot-paced':
      return pacedDocument(record, depth);
    case 'echolot-capacity':
      return capacityDocument(record, depth);
    case 'echolot-check':
      return checkDocument(record, depth);
    case 'echolot-selftest':
      return selfTestDocument(record, depth);
    case 'echolot-doctor':
      return doctorDocument(record, depth);
  }
}

/** `Array.isArray` does not know lists that are not to be changed. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
