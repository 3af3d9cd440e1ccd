/** How a finding is put together. A look that failed is a finding, too: what it would have found is unknown. */
import type {
  FindingArea,
  FindingRecord,
  FindingState,
  FindingWeight,
} from '../../../result/doctor/doctor-result.ts';
import type { Seen } from '../facts.ts';

/** What is looked at. */
export interface Subject {
  readonly name: string;
  readonly area: FindingArea;
  readonly weight: FindingWeight;
}

/** What is thought of it. */
export type Opinion =
  | { readonly state: 'good'; readonly fact: string }
  | {
      readonly state: Exclude<FindingState, 'good' | 'unknown'>;
      readonly fact: string;
      readonly consequence: string;
      readonly remedy: string;
    };

export function good(fact: string): Opinion {
  return { state: 'good', fact };
}

export function limited(fact: string, consequence: string, remedy: string): Opinion {
  return { state: 'limited', fact, consequence, remedy };
}

export function missing(fact: string, consequence: string, remedy: string): Opinion {
  return { state: 'missing', fact, consequence, remedy };
}

export function finding(subject: Subject, opinion: Opinion): FindingRecord {
  const { state, fact } = opinion;
  if (opinion.state === 'good') return { ...subject, state, fact, consequence: null, remedy: null };
  return { ...subject, state, fact, consequence: opinion.consequence, remedy: opinion.remedy };
}

export function judged<T>(subject: Subject, seen: Seen<T>, opinionOf: (found: T) => Opinion): FindingRecord {
  if ('found' in seen) return finding(subject, opinionOf(seen.found));
  return { ...subject, state: 'unknown', fact: seen.unknown, consequence: null, remedy: null };
}
