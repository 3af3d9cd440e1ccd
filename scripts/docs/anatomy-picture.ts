/** The drawing of a round trip's layers: an SVG that stands by itself on light and dark pages. */
import { STAMP_NAMES, type StampName } from '../../src/report/layers.ts';
import type { LayerStatistics } from '../../src/result/series-record.ts';
import { PLACES, STAMPS, spans } from './anatomy.ts';

const WIDTH = 1040;
const LANES_TOP = 52;
const LANE_HEIGHT = 52;
const LANES_LEFT = 16;
const BARS_TOP = LANES_TOP + PLACES.length * LANE_HEIGHT + 34;
const BAR_HEIGHT = 24;
const BAR_STEP = 32;
const HEIGHT = BARS_TOP + 3 * BAR_STEP + 12;

/** Not to scale. */
const X: Readonly<Record<StampName, number>> = {
  sent: 190,
  taken: 276,
  SCHED: 352,
  SND: 444,
  'RX of the server': 526,
  written: 640,
  'SND of the server': 756,
  RX: 836,
  arrived: 924,
};
/** When the program of the server has been woken up; nobody stamps that. */
const SERVER_WOKEN = 584;

const COLORS: Readonly<Record<keyof LayerStatistics, string>> = {
  sendCallNs: '#3f7fc4',
  localQueueNs: '#b9741c',
  networkRttNs: '#23857a',
  tcpWaitNs: '#7a6a1f',
  residenceNs: '#8a5cc2',
  serverNs: '#8a5cc2',
  serverTcpWaitNs: '#a0527e',
  wakeUpNs: '#c24f4d',
  kernelRttNs: '#6b7885',
};

const STYLE = `
  text { font: 14px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2933; }
  .paper { fill: #ffffff; stroke: #d5dce2; }
  .lane { fill: #f1f4f7; }
  .wire { fill: #e4ebf0; }
  .line { stroke: #a9b4be; stroke-dasharray: 3 4; }
  .dot { fill: #1f2933; }
  .in { fill: #ffffff; }
  .quiet { fill: #5c6b78; font-size: 12px; }
  @media (prefers-color-scheme: dark) {
    text { fill: #dbe4ea; }
    .paper { fill: #121a22; stroke: #2b3a47; }
    .lane { fill: #1a2530; }
    .wire { fill: #22303d; }
    .line { stroke: #52626f; }
    .dot { fill: #dbe4ea; }
    .in { fill: #ffffff; }
    .quiet { fill: #93a3b0; }
  }`;

export function anatomyPicture(): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
<title>The layers of a round trip: which part of the time is spent where, between which stamps</title>
<style>${STYLE}
</style>
<rect class="paper" x="0.5" y="0.5" width="${WIDTH - 1}" height="${HEIGHT - 1}" rx="8"/>
${[...lanes(), ...stampLines(), ...way(), ...dots(), ...bars()].join('\n')}
</svg>
`;
}

function laneY(place: (typeof PLACES)[number]): number {
  return LANES_TOP + (PLACES.indexOf(place) + 0.5) * LANE_HEIGHT;
}

function lanes(): string[] {
  return PLACES.map((place, i) => {
    const top = LANES_TOP + i * LANE_HEIGHT;
    const kind = place === 'network' ? 'wire' : 'lane';
    const box = `<rect class="${kind}" x="${LANES_LEFT}" y="${top}" width="${WIDTH - 2 * LANES_LEFT}" height="${LANE_HEIGHT - 4}" rx="4"/>`;
    return `${box}\n<text x="${LANES_LEFT + 12}" y="${laneY(place) + 3}">${place}</text>`;
  });
}

/** From each stamp down to the bars that begin or end there. */
function stampLines(): string[] {
  return STAMP_NAMES.map((name) => {
    const { label, place } = STAMPS[name];
    const line = `<line class="line" x1="${X[name]}" y1="${LANES_TOP - 8}" x2="${X[name]}" y2="${BARS_TOP - 4}"/>`;
    const side = place.startsWith('server') ? 'of the server' : '';
    const note =
      side === ''
        ? ''
        : `<text class="quiet" x="${X[name]}" y="${LANES_TOP - 14}" text-anchor="middle">${side}</text>`;
    const y = LANES_TOP - (side === '' ? 18 : 30);
    return `${line}\n<text x="${X[name]}" y="${y}" text-anchor="middle">${label}</text>${note}`;
  });
}

/** The way of the probe and its echo through the lanes, in the colours of the layers. */
function way(): string[] {
  const program = laneY('server application');
  const point = (name: StampName): string => `${X[name]},${laneY(STAMPS[name].place)}`;
  return spans()
    .filter(({ key }) => key !== undefined && key !== 'kernelRttNs')
    .flatMap(({ key, pieces }) =>
      pieces.map(([from, to]) => {
        const via = key === 'serverNs' ? [`${SERVER_WOKEN},${program}`] : [];
        const points = [point(from), ...via, point(to)].join(' ');
        return `<polyline points="${points}" fill="none" stroke="${colorOf(key)}" stroke-width="4" stroke-linejoin="round"/>`;
      }),
    );
}

function dots(): string[] {
  return STAMP_NAMES.map(
    (name) => `<circle class="dot" cx="${X[name]}" cy="${laneY(STAMPS[name].place)}" r="5"/>`,
  );
}

/** First the layers side by side, then what they make together. */
function bars(): string[] {
  return spans().flatMap(({ name, key, pieces }) => {
    const row = key === undefined ? 2 : key === 'kernelRttNs' ? 1 : 0;
    const y = BARS_TOP + row * BAR_STEP;
    return pieces.map(([from, to]) => {
      const width = X[to] - X[from] - 2;
      const box = `<rect x="${X[from] + 1}" y="${y}" width="${width}" height="${BAR_HEIGHT}" rx="3" fill="${colorOf(key)}"/>`;
      const text = key === undefined ? 'application round-trip time' : name;
      return `${box}\n<text class="in" x="${X[from] + 1 + width / 2}" y="${y + 17}" text-anchor="middle">${text}</text>`;
    });
  });
}

function colorOf(key: keyof LayerStatistics | undefined): string {
  return key === undefined ? '#47535e' : COLORS[key];
}
