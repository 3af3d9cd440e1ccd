/** The record of a search for a capacity as a document: the same for a terminal, for a page and for Markdown. */
import type { CapacityResult } from '../../../result/capacity/capacity-result.ts';
import { counted } from '../../../text/numbers.ts';
import { sizeText } from '../../../text/sizes.ts';
import { delayText, timeText } from '../../../text/units.ts';
import { addressLines } from '../addresses.ts';
import { type Depth, type ReportDocument, type Section, table, words } from '../document.ts';
import { dateText, durationWords, engineText } from '../labels.ts';
import { wayRows } from '../paced/setting.ts';
import { answerSection } from './answer.ts';
import { METHOD_SECTION } from './method.ts';
import { ratesSection, triesSection } from './tables.ts';
import { capacityText } from './words.ts';

const PICTURES: Section = { id: 'pictures', title: 'Pictures', parts: [{ kind: 'pictures' }] };

/** Brief: the answer. Usual: each rate. Full: pictures, each try, plan and formulas. */
export function capacityDocument(result: CapacityResult, depth: Depth): ReportDocument {
  const isFull = depth === 'full';
  const sections = [
    answerSection(result),
    ...(isFull ? [PICTURES] : []),
    ...(depth === 'brief' ? [] : [ratesSection(result)]),
    ...(isFull ? [triesSection(result)] : []),
    ...(depth === 'brief' ? [] : [notesSection(result)]),
    ...(isFull ? [...settingSections(result), METHOD_SECTION] : []),
  ];
  const { host, port } = result.plan;
  return {
    title: `Capacity of ${host} port ${port}`,
    byline: bylineOf(result),
    sections: sections.filter(({ parts }) => parts.length > 0),
  };
}

function bylineOf({ plan, server, engine, durationNs, startedAt }: CapacityResult): string {
  return [
    plan.condition,
    plan.arrivals,
    `${counted(plan.connections, 'connection')} × ${(server?.inFlight ?? plan.inFlight).toLocaleString('en-US')} in flight`,
    sizeText(plan.payloadBytes),
    ...(plan.serverDelayNs === 0 ? [] : [`server delay ${delayText(plan.serverDelayNs)}`]),
    ...(server === null ? [] : [server.protocol === 'plain' ? 'plain echo' : `dialect ${server.protocol}`]),
    ...(engine === null ? [] : [`engine ${engineText(engine)}`]),
    `took ${durationWords(durationNs)}`,
    dateText(startedAt),
  ].join(', ');
}

function notesSection({ plan, server, addresses }: CapacityResult): Section {
  const items = [
    ...addressLines(plan, addresses),
    ...(server !== null && server.inFlight === 1 && plan.inFlight > 1
      ? [
          `this server takes one probe after the other on a connection: it is the capacity of ${counted(plan.connections, 'connection')}, and more --connections may have more`,
        ]
      : []),
  ];
  return { id: 'notes', title: 'Notes', parts: items.length === 0 ? [] : [{ kind: 'list', items }] };
}

function settingSections({
  plan,
  server,
  system,
  tool,
  engine,
  startedAt,
  durationNs,
}: CapacityResult): Section[] {
  const columns = [words(''), words('value')];
  const asked = [
    ['condition', plan.condition],
    ['first rate', capacityText(plan.fromPerSecond)],
    ['highest rate', capacityText(plan.maxPerSecond)],
    ['precision', `${plan.precision * 100} %`],
    ['longest time', delayText(plan.maxTimeNs)],
    ['arrivals', plan.arrivals],
  ];
  const machine = [
    ['started', startedAt],
    ['took', timeText(durationNs)],
    ['machine', `${system.platform} ${system.release}, ${system.arch}`],
    ['processor', `${system.cpu ?? 'not told'}, ${system.cpus} logical`],
    ['program', `${tool.name} ${tool.version}, Node.js ${tool.node}`],
    ...(engine === null ? [] : [['engine', engineText(engine)]]),
  ];
  return [
    {
      id: 'plan',
      title: 'Plan',
      parts: [
        table('What was asked for, with every default filled in', columns, wayRows({ plan, server }, asked)),
      ],
    },
    {
      id: 'machine',
      title: 'Machine and engine',
      parts: [table('What carried the probes', columns, machine)],
    },
  ];
}
