/** A check as a document: how many rules hold, each that does not with what was on the wire, and all of them by phase. */
import type { CheckedSession, CheckResult, RuleRecord } from '../../result/check-result.ts';
import { goodputBitsPerSecond } from '../../stats/goodput.ts';
import { counted } from '../../text/numbers.ts';
import { sizeText } from '../../text/sizes.ts';
import { delayText, inUnit, rateUnit, timeText } from '../../text/units.ts';
import {
  type Depth,
  type Detail,
  figures,
  type Part,
  type ReportDocument,
  type Section,
  table,
  text,
  words,
} from './document.ts';

const PHASES: readonly (readonly [RuleRecord['phase'], string])[] = [
  ['setup', 'Setup'],
  ['measurement', 'Measurement'],
  ['termination', 'Termination'],
  ['conduct', 'Conduct'],
];
/** The window that most systems offer at first, for the second figure of the assignment. */
const WINDOW_BYTES: number = 64 * 1024;
/** From here on the answers of a server are what a check takes its time for. */
const SLOW_ANSWER_NS = 100_000_000;

/** Brief: what does not hold. Full: where each rule is written. */
export function checkDocument(result: CheckResult, depth: Depth): ReportDocument {
  const { role, plan, dialect, tool, startedAt } = result;
  return {
    title: `Check of ${role === 'server' ? 'the server' : 'a client at'} ${plan.host} port ${plan.port}`,
    byline: `dialect ${dialect.name}, ${FOUND[dialect.foundBy]}; checked ${startedAt} with echolot ${tool.version}`,
    sections: [
      ...PHASES.map(([phase, title]) => phaseSection(result, phase, title, depth)),
      sessionsSection(result.sessions),
      answerSection(result),
    ].filter(({ parts }) => parts.length > 0),
  };
}

const FOUND: Readonly<Record<CheckResult['dialect']['foundBy'], string>> = {
  told: 'as asked for',
  echo: 'found by an echo',
  setup: 'the first in which a setup was accepted; no probe came back right in any',
  none: 'that of the assignment, since nothing was understood',
};

/** A sentence, which a reader of a long list finds at its end. */
function answerSection({ rules, outcome, role, answerNs, durationNs }: CheckResult): Section {
  const count = (verdict: RuleRecord['verdict']): number =>
    rules.filter((rule) => rule.verdict === verdict).length;
  const failed = rules.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name);
  const others = [
    ...(count('not-applicable') === 0 ? [] : [`${count('not-applicable')} not applicable`]),
    ...(count('not-run') === 0 ? [] : [`${count('not-run')} not run`]),
  ];
  const rest = others.length === 0 ? '' : ` (${others.join(', ')})`;
  const told =
    failed.length === 0
      ? `the ${role} keeps ${count('pass')} of ${counted(rules.length, 'rule')}${rest}`
      : `the ${role} breaks ${failed.length} of ${counted(rules.length, 'rule')}${rest}: ${failed.join(', ')}`;
  const notes = new Set(
    rules.flatMap(({ verdict, note }) => (verdict === 'fail' && note !== null ? [note] : [])),
  );
  const how = outcome.status === 'cancelled' ? 'was cancelled' : `failed: ${outcome.error?.message ?? ''}`;
  return {
    id: 'answer',
    title: 'Answer',
    parts: [
      ...(outcome.status === 'complete' ? [] : [text(`incomplete: the check ${how}`)]),
      ...(rules.length === 0 ? [] : [text([told, ...notes].join('; '))]),
      ...slowness(answerNs ?? 0, durationNs),
    ],
  };
}

/** Whoever has waited is told for what. */
function slowness(answerNs: number, durationNs: number): Part[] {
  if (answerNs < SLOW_ANSWER_NS) return [];
  const about = (ns: number): string => delayText(Number(ns.toPrecision(2)));
  return [
    text(`the server answers after about ${about(answerNs)}: the check took ${about(durationNs)} for that`),
  ];
}

function phaseSection(
  { rules }: CheckResult,
  phase: RuleRecord['phase'],
  title: string,
  depth: Depth,
): Section {
  const own = rules.filter((rule) => rule.phase === phase && (depth !== 'brief' || rule.verdict === 'fail'));
  const part: Part = {
    kind: 'verdicts',
    verdicts: own.map((rule) => {
      const note = rule.note === null ? '' : ` (${rule.note})`;
      const source = depth === 'full' && rule.verdict !== 'fail' ? ` [${rule.source}]` : '';
      return {
        word: rule.verdict === 'not-applicable' ? 'n/a' : rule.verdict.replace('-', ' '),
        tone: TONES[rule.verdict],
        name: rule.name,
        text: `${rule.demand}${note}${source}`,
        details: rule.verdict === 'fail' ? faultDetails(rule) : [],
      };
    }),
  };
  return { id: phase, title, parts: own.length === 0 ? [] : [part] };
}

const TONES = { pass: 'good', fail: 'bad', 'not-applicable': 'faint', 'not-run': 'doubt' } as const;

/** What was on the wire, what should have been, and where that is written. */
function faultDetails({ messages, expected, received, source }: RuleRecord): Detail[] {
  return [
    ...messages.map(
      ({ direction, head, tail, bytes }): Detail => ({ kind: 'message', direction, head, tail, bytes }),
    ),
    fact('expected', expected ?? ''),
    fact('received', received ?? ''),
    fact('see', source),
  ];
}

function fact(term: string, text: string): Detail {
  return { kind: 'fact', term, text };
}

/** What the client should have computed. */
function sessionsSection(sessions: readonly CheckedSession[]): Section {
  const range = (low: string, high: string): string => (low === high ? low : `${low} to ${high}`);
  const rows = sessions.map(({ measurement, payloadBytes, probes, meanRttLowNs, meanRttHighNs }) => {
    const rates = [meanRttHighNs, meanRttLowNs].map((ns) =>
      goodputBitsPerSecond(payloadBytes, Math.max(1, ns)),
    );
    const bounds = [meanRttHighNs, meanRttLowNs].map((ns) =>
      goodputBitsPerSecond(WINDOW_BYTES, Math.max(1, ns)),
    );
    const rate = ([low = 0, high = 0]: readonly number[]): string => {
      const unit = rateUnit([low]);
      return `${range(inUnit(low, unit), inUnit(high, unit))} ${unit.name}`;
    };
    return [
      sizeText(payloadBytes),
      measurement,
      String(probes),
      range(timeText(meanRttLowNs), timeText(meanRttHighNs)),
      rate(rates),
      rate(bounds),
    ];
  });
  if (rows.length === 0) return { id: 'sessions', title: 'Sessions', parts: [] };
  return {
    id: 'sessions',
    title: 'What the client should have computed',
    parts: [
      table(
        'What the client should have computed, from what the server saw',
        [
          figures('size'),
          words('of'),
          figures('probes', 2),
          words('mean RTT'),
          words('payload / RTT'),
          { ...words('64 KiB / RTT'), spare: 1 },
        ],
        rows,
        'each echo was held back for 20 ms more than asked; payload / RTT is throughput, 64 KiB / RTT the bound of a receive window of that size',
      ),
    ],
  };
}
