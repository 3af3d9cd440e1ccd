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
  taken: {
    label: 'taken',
    place: 'client application',
    taken: 'the program reads its clock, just after the first send call; or SCHED, if that was first',
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
  written: {
    label: 'written',
    place: 'server application',
    taken:
      "the server's program reads its clock, just after the first send call; or its SND, if that was first",
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
  sendCallNs: 'the send call, and where it does not have to wait, TCP and IP of the client',
  tcpWaitNs: 'TCP of the client, which waits for a window, for room in the send buffer, or for its pace',
  localQueueNs: "the queue of the client's interface, and what others have put into it",
  networkRttNs: 'the way there and back: interfaces, links, routers, their queues',
  residenceNs: 'the server: its wake-up, its program, its send call, its TCP, the queue of its interface',
  serverNs: 'the server: its wake-up, its program, its send call',
  serverTcpWaitNs: 'TCP of the server, which waits likewise; the queue of its interface',
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
      const less =
        without === undefined ? '' : `, less ${without.map((k) => `_${nameOf(k)}_`).join(' and ')}`;
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
    const holes = LAYERS.filter((layer) => without?.includes(layer.key));
    const [first, last] = [holes[0], holes.at(-1)];
    const pieces: Span['pieces'] =
      first === undefined || last === undefined
        ? [[from, to]]
        : [
            [from, first.from],
            [last.to, to],
          ];
    return { name, key, pieces };
  });
  return [...layers, { name: 'application', key: undefined, pieces: [['sent', 'arrived']] }];
}

const COLUMNS: Readonly<Record<StampName, number>> = {
  sent: 18,
  taken: 28,
  SCHED: 38,
  SND: 47,
  'RX of the server': 55,
  written: 66,
  'SND of the server': 76,
  RX: 84,
  arrived: 95,
};

function bracket(name: string, from: number, to: number): string {
  const width = to - from - 1;
  const left = '─'.repeat(Math.floor((width - name.length - 2) / 2));
  return `╰${`${left} ${name} `.padEnd(width, '─')}╯`;
}

/** Time runs to the right, not to scale; a line for each layer. */
export function anatomyText(): string {
  const line = (...texts: readonly (readonly [at: number, text: string])[]): string =>
    texts.reduce((text, [at, next]) => text.padEnd(at) + next, '');
  const labels = STAMP_NAMES.map((name): [number, string] => {
    const { label } = STAMPS[name];
    return [COLUMNS[name] - Math.floor((label.length - 1) / 2), label];
  });
  const places = line(
    [COLUMNS.sent, bracket('client', COLUMNS.sent, COLUMNS.SND)],
    [
      COLUMNS['RX of the server'],
      bracket('server', COLUMNS['RX of the server'], COLUMNS['SND of the server']),
    ],
    [COLUMNS.RX, bracket('client', COLUMNS.RX, COLUMNS.arrived)],
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
