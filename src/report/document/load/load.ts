/** The record of a load as a document: the same for a terminal, for a page and for Markdown. */
import type { LoadResult } from '../../../result/load/load-result.ts';
import type { LoadDoubt } from '../../../result/load/load-statistics.ts';
import { counted } from '../../../text/numbers.ts';
import { addressLines } from '../addresses.ts';
import type { Depth, Doubt, ReportDocument, Section } from '../document.ts';
import { dateText, durationWords, engineText } from '../labels.ts';
import { answerSection } from './answer.ts';
import { increaseSection, layersSection } from './layers.ts';
import { METHOD_SECTION } from './method.ts';
import { settingSections } from './setting.ts';
import { standardsSection } from './standards.ts';
import { goodputSection, latencySection, streamsSection } from './tables.ts';
import { rateText } from './words.ts';

const PICTURES: Section = { id: 'pictures', title: 'Pictures', parts: [{ kind: 'pictures' }] };

/** Brief: the answer. Usual: its tables and doubts. Full: pictures, every stream, plan, machine and formulas. */
export function loadDocument(result: LoadResult, depth: Depth): ReportDocument {
  const isFull = depth === 'full';
  const sections = [
    answerSection(result, depth),
    ...(depth === 'brief'
      ? []
      : [
          // Where all is on one page the doubts come first; on a terminal what comes last is seen first.
          ...(isFull ? [doubtsSection(result), PICTURES] : []),
          goodputSection(result),
          latencySection(result),
          increaseSection(result),
          layersSection(result),
          streamsSection(result, depth),
          ...(isFull ? [standardsSection(result)] : []),
          notesSection(result),
          ...(isFull ? [] : [doubtsSection(result)]),
        ]),
    ...(isFull ? [...settingSections(result), METHOD_SECTION] : []),
  ];
  const { host, port } = result.plan;
  return {
    title: `Load of ${host} port ${port}`,
    byline: bylineOf(result),
    sections: sections.filter(({ parts }) => parts.length > 0),
  };
}

function bylineOf({ plan, engine, streams, durationNs, startedAt }: LoadResult): string {
  const remotes = [...new Set(streams.map(({ remote }) => remote.address))];
  const controls = [...new Set(streams.flatMap(({ socket }) => socket?.congestionControl ?? []))];
  const most = Math.max(
    0,
    ...[...Map.groupBy(streams, ({ phase }) => phase).values()].map(({ length }) => length),
  );
  return [
    ...remotes.filter((address) => address !== plan.host),
    ...(plan.protocol === 'echo' ? ['plain echo'] : []),
    ...(most === 0 ? [] : [counted(most, 'stream')]),
    ...controls,
    `engine ${engineText(engine)}`,
    `took ${durationWords(durationNs)}`,
    dateText(startedAt),
  ].join(', ');
}

/** What to know of the figures, which stand all the same. */
function notesSection({ plan, granted, addresses, foreignProbes, engine }: LoadResult): Section {
  const items = [
    ...addressLines(plan, addresses),
    ...grantNotes(plan, granted),
    ...(plan.protocol === 'echo'
      ? ['by echo the same data goes both ways: its goodput is that of either direction']
      : []),
    ...(foreignProbes.layers === null && foreignProbes.dueAtNs.length > 0
      ? [`no kernel stamps (engine ${engine.name}): whose queue it is cannot be told`]
      : []),
  ];
  return { id: 'notes', title: 'Notes', parts: items.length === 0 ? [] : [{ kind: 'list', items }] };
}

/** Where the server granted less than was asked for. */
function grantNotes(plan: LoadResult['plan'], granted: LoadResult['granted']): string[] {
  if (granted === null || granted.bitsPerSecond === null) return [];
  if (plan.bitsPerSecond !== null && plan.bitsPerSecond <= granted.bitsPerSecond) return [];
  return [`the server grants ${rateText(granted.bitsPerSecond)} in each direction`];
}

/** Those of one kind are told once, with the phases they are of. */
function doubtsSection({ statistics }: LoadResult): Section {
  const kinds = [...Map.groupBy(statistics.doubts, ({ code }) => code).values()];
  const doubts = kinds.flatMap((alike): Doubt[] => {
    const [first] = alike;
    return first === undefined ? [] : [doubtOf(first, alike)];
  });
  return { id: 'doubts', title: 'Doubts', parts: doubts.length === 0 ? [] : [{ kind: 'doubts', doubts }] };
}

function doubtOf({ code, advice }: LoadDoubt, alike: readonly LoadDoubt[]): Doubt {
  const cases = alike.map(({ message, phase }) => ({
    code,
    message: phase === null || message.includes(phase) ? message : `${phase}: ${message}`,
    evidence: [],
    others: '',
  }));
  return {
    cause: code.replaceAll('-', ' '),
    cases,
    advice: [...new Set([advice, ...alike.map((one) => one.advice)])],
  };
}
