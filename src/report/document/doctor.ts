/** An examination as a document: whether measuring works here, what limits it and what to do, and all that was looked at. */
import type { DoctorResult, FindingArea, FindingRecord } from '../../result/doctor/doctor-result.ts';
import { counted } from '../../text/numbers.ts';
import type { Depth, Detail, Part, ReportDocument, Section, Verdict } from './document.ts';

const AREAS: Readonly<Record<FindingArea, string>> = {
  instrument: 'Instrument',
  machine: 'Machine',
  network: 'Network',
  program: 'Program',
};

/** Brief: what is not as it should be. */
export function doctorDocument(result: DoctorResult, depth: Depth): ReportDocument {
  const { tool, system, startedAt, findings } = result;
  const limits = limitsOf(findings);
  const others = findings.filter((one) => !limits.includes(one));
  const areas = Object.keys(AREAS) as FindingArea[];
  return {
    title: doctorAnswer(result),
    byline: `echolot ${tool.version}, Node.js ${tool.node}, ${system.platform} ${system.release}, ${system.arch}; examined ${startedAt}`,
    sections: [
      section('limits', 'What limits it', limits),
      ...(depth === 'brief'
        ? []
        : areas.map((area) =>
            section(
              area,
              AREAS[area],
              others.filter((one) => one.area === area),
            ),
          )),
    ].filter(({ parts }) => parts.length > 0),
  };
}

/** One sentence, which is the title. */
export function doctorAnswer({ works, findings }: DoctorResult): string {
  const limits = limitsOf(findings);
  if (!works) {
    const barred = limits.filter(({ weight, state }) => weight === 'measuring' && state === 'missing');
    return `Measuring does not work here: ${namesOf(barred)}`;
  }
  if (limits.length === 0) return 'Everything that measuring needs works here';
  return `Measuring works, with ${counted(limits.length, 'limit')}: ${namesOf(limits)}`;
}

/** Of measuring: what is missing beside it is no limit. */
function limitsOf(findings: readonly FindingRecord[]): FindingRecord[] {
  return findings.filter(
    ({ weight, state }) => weight !== 'extras' && (state === 'limited' || state === 'missing'),
  );
}

function namesOf(findings: readonly FindingRecord[]): string {
  return findings.map(({ name }) => name).join(', ');
}

function section(id: string, title: string, findings: readonly FindingRecord[]): Section {
  const parts: Part[] =
    findings.length === 0 ? [] : [{ kind: 'verdicts', verdicts: findings.map(verdictOf) }];
  return { id, title, parts };
}

function verdictOf({ name, state, weight, fact, consequence, remedy }: FindingRecord): Verdict {
  return {
    word: state,
    tone: toneOf(state, weight),
    name,
    text: fact,
    details: [...detail('means', consequence), ...detail('do', remedy)],
  };
}

function toneOf(state: FindingRecord['state'], weight: FindingRecord['weight']): Verdict['tone'] {
  if (state === 'good') return 'good';
  if (state === 'unknown' || weight === 'extras') return 'faint';
  return weight === 'measuring' ? 'bad' : 'doubt';
}

function detail(term: string, text: string | null): Detail[] {
  return text === null ? [] : [{ kind: 'fact', term, text }];
}
