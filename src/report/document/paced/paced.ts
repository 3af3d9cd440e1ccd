/** The record of paced probes as a document: the same for a terminal, for a page and for Markdown. */
import type { PacedResult } from '../../../result/paced/paced-result.ts';
import { counted } from '../../../text/numbers.ts';
import { sizeText } from '../../../text/sizes.ts';
import { delayText } from '../../../text/units.ts';
import { addressLines } from '../addresses.ts';
import type { Depth, ReportDocument, Section } from '../document.ts';
import { dateText, durationWords, engineText } from '../labels.ts';
import { answerSection } from './answer.ts';
import { doubtsSection } from './doubts.ts';
import { layersSection } from './layers.ts';
import { METHOD_SECTION } from './method.ts';
import { settingSections } from './setting.ts';
import { inFlightOf, isClosed } from './steps.ts';
import { connectionsSection, courseSection, latenessSection, percentilesSection } from './tables.ts';
import { rateName } from './words.ts';

const PICTURES: Section = { id: 'pictures', title: 'Pictures', parts: [{ kind: 'pictures' }] };
/** More of them have no room in a byline. */
const MOST_RATES = 4;

/** Brief: the answer. Usual: its percentiles, connections and doubts. Full: pictures, every part, plan and formulas. */
export function pacedDocument(result: PacedResult, depth: Depth): ReportDocument {
  const isFull = depth === 'full';
  const sections = [
    answerSection(result, depth),
    ...(depth === 'brief'
      ? []
      : [
          // Where all is on one page the doubts come first; on a terminal what comes last is seen first.
          ...(isFull ? [doubtsSection(result), PICTURES] : []),
          percentilesSection(result, depth),
          layersSection(result),
          ...(isFull ? [latenessSection(result), courseSection(result)] : []),
          connectionsSection(result, depth),
          notesSection(result),
          ...(isFull ? [] : [doubtsSection(result)]),
        ]),
    ...(isFull ? [...settingSections(result), METHOD_SECTION] : []),
  ];
  const { host, port } = result.plan;
  return {
    title: `${isClosed(result) ? 'Closed' : 'Open'} loop to ${host} port ${port}`,
    byline: bylineOf(result),
    sections: sections.filter(({ parts }) => parts.length > 0),
  };
}

function bylineOf(result: PacedResult): string {
  const { plan, server, engine, connections, durationNs, startedAt } = result;
  const remotes = [...new Set(connections.map(({ remote }) => remote.address))];
  return [
    ...remotes.filter((address) => address !== plan.host),
    ...ratesText(plan),
    `${counted(plan.connections, 'connection')} × ${inFlightOf(result).toLocaleString('en-US')} in flight`,
    sizeText(plan.payloadBytes),
    ...(plan.serverDelayNs === 0 ? [] : [`server delay ${delayText(plan.serverDelayNs)}`]),
    ...(server === null ? [] : [server.protocol === 'plain' ? 'plain echo' : `dialect ${server.protocol}`]),
    `engine ${engineText(engine)}`,
    `took ${durationWords(durationNs)}`,
    dateText(startedAt),
  ].join(', ');
}

function ratesText({ ratesPerSecond, arrivals }: PacedResult['plan']): string[] {
  if (arrivals === null) return [];
  const names = ratesPerSecond.map(rateName);
  const told =
    names.length <= MOST_RATES
      ? names.join(' ')
      : `${names.length} rates from ${names[0]} to ${names.at(-1)}`;
  return [`${told} ${arrivals}`];
}

/** What to know of the figures, which stand all the same. */
function notesSection(result: PacedResult): Section {
  const { plan, addresses, steps } = result;
  const kept = steps.reduce((sum, { samples }) => sum + (samples?.rttNs.length ?? 0), 0);
  const all = steps.reduce((sum, { counts }) => sum + counts.answered + counts.lost, 0);
  const items = [
    ...addressLines(plan, addresses),
    ...(isClosed(result) && steps.length > 0
      ? [
          'a closed loop sends nothing while it waits, so that a stall counts once only (coordinated omission): --rate has an open loop',
        ]
      : []),
    ...(kept < all
      ? [
          `one by one are kept the first ${kept.toLocaleString('en-US')} of ${counted(all, 'probe')}; figures and pictures are of all`,
        ]
      : []),
  ];
  return { id: 'notes', title: 'Notes', parts: items.length === 0 ? [] : [{ kind: 'list', items }] };
}
