/** The layers of a round trip as a table and as a drawing in text, from the list that the report uses. */
import { LAYERS, STAMP_NAMES, type StampName } from '../../src/report/layers.ts';
import type { LayerStatistics } from '../../src/result/series-record.ts';
import { table } from './markdown.ts';

/** Where a probe is when a stamp is taken, from top to bottom of the drawing. */
export const PLACES = [
  'client application',
  'client kernel',
  'network',
  'server kernel',
  'server application',
] as const;

export interface Stamp {
  /** As the drawing calls it. */
  readonly label: string;
  readonly place: (typeof PLACES)[number];
  readonly taken: string;
}

export const STAMPS: Readonly<Record<StampName, Stamp>> = {
  sent: {
    label: 'sent',
    place: 'client application',
    taken: 'the program reads its clock, just before the send call',
  },
  SCHED: {
    label: 'SCHED',
    place: 'client kernel',
    taken: 'the packet with the last byte of the probe enters the queue of the interface (qdisc)',
  },
  SND: {
    label: 'SND',
    place: 'client kernel',
    taken: 'behind that queue, the driver takes the packet',
  },
  'RX of the server': {
    label: 'RX',
    place: 'server kernel',
    taken: 'the packet with the last byte of the probe comes out of the driver',
  },
  'SND of the server': {
    label: 'SND',
    place: 'server kernel',
    taken: 'the driver takes the packet with the last byte of the echo, behind the queue of that interface',
  },
  RX: {
    label: 'RX',
    place: 'client kernel',
    taken: 'the packet with the last byte of the echo comes out of the driver',
  },
  arrived: {
    label: 'arrived',
    place: 'client application',
    taken: 'the program reads its clock, just after the receive call that brought the last byte',
  },
};

/** What is in each layer, in a few words. */
const CONTENTS: Readonly<Record<keyof LayerStatistics, string>> = {
  sendCallNs: 'the send call, TCP and IP of the client',
  localQueueNs: "the queue of the client's interface, and what others have put into it",
  networkRttNs: 'the way there and back: interfaces, links, routers, their queues',
  residenceNs: 'the server: its wake-up, its program, its send call, the queue of its interface',
  wakeUpNs: 'TCP of the client, waking the program, the receive call',
  kernelRttNs: 'network and server together: all that is not the client',
};

export function stampTable(): string {
  return table(
    ['stamp', 'where', 'when'],
    STAMP_NAMES.map((name) => [name, STAMPS[name].place, STAMPS[name].taken]),
  );
}

export function layerTable(): string {
  const nameOf = (key: keyof LayerStatistics): string =>
    LAYERS.find((layer) => layer.key === key)?.name ?? key;
  return table(
    ['layer', 'from', 'to', 'what is in it'],
    LAYERS.map(({ name, key, from, to, without }) => {
      const less = without === undefined ? '' : `, less _${nameOf(without)}_`;
      return [`_${name}_`, from, to + less, CONTENTS[key]];
    }),
  );
}

export interface Span {
  readonly name: string;
  readonly key: keyof LayerStatistics | undefined;
  /** Pairs of stamps: more than one where another layer lies in between. */
  readonly pieces: readonly (readonly [from: StampName, to: StampName])[];
}

/** Every layer, and the whole. */
export function spans(): Span[] {
  const layers = LAYERS.map(({ name, key, from, to, without }): Span => {
    const hole = LAYERS.find((layer) => layer.key === without);
    const pieces: Span['pieces'] =
      hole === undefined
        ? [[from, to]]
        : [
            [from, hole.from],
            [hole.to, to],
          ];
    return { name, key, pieces };
  });
  return [...layers, { name: 'application', key: undefined, pieces: [['sent', 'arrived']] }];
}

const COLUMNS: Readonly<Record<StampName, number>> = {
  sent: 16,
  SCHED: 26,
  SND: 36,
  'RX of the server': 45,
  'SND of the server': 58,
  RX: 67,
  arrived: 79,
};

/** Time runs to the right, not to scale; a line for each layer. */
export function anatomyText(): string {
  const line = (...texts: readonly (readonly [at: number, text: string])[]): string =>
    texts.reduce((text, [at, next]) => text.padEnd(at) + next, '');
  const labels = STAMP_NAMES.map((name): [number, string] => {
    const { label } = STAMPS[name];
    return [COLUMNS[name] - Math.floor((label.length - 1) / 2), label];
  });
  const places = line(
    [COLUMNS.sent, '╰───── client ──────╯'],
    [COLUMNS['RX of the server'], '╰── server ──╯'],
    [COLUMNS.RX, '╰── client ─╯'],
  );
  const rows = spans().map(({ name, pieces }) => {
    const bars = pieces.map(([from, to]): [number, string] => {
      const length = COLUMNS[to] - COLUMNS[from] - 1;
      return [COLUMNS[from], `├${'─'.repeat(length)}┤`];
    });
    return line([0, name], ...bars);
  });
  return `\`\`\`text\n${[line(...labels), places, ...rows].join('\n')}\n\`\`\``;
}
