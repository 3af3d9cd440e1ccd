/**
 * The drawing of one stall as a closed loop and as an open loop see it: an SVG that stands by itself on light and dark
 * pages. Both are computed by the same rule: a server that takes one after the other, and nothing while it stalls.
 */

/** In units of the drawing's time. */
const SERVICE = 6;
const EVERY = 12;
const STALL = { from: 63, to: 123 } as const;
const END = 190;

interface Probe {
  readonly due: number;
  readonly sent: number;
  readonly answered: number;
}

const WIDTH = 1040;
const LEFT = 168;
const UNIT = (WIDTH - LEFT - 24) / END;
const TOP = 52;
const BAR = 9;
const STEP = 13;
const GAP = 54;

const STYLE = `
  text { font: 14px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2933; }
  .paper { fill: #ffffff; stroke: #d5dce2; }
  .stall { fill: #f1dfd6; }
  .waits { fill: #e08a54; }
  .served { fill: #3f7fc4; }
  .quiet { fill: #5c6b78; font-size: 12px; }
  @media (prefers-color-scheme: dark) {
    text { fill: #dbe4ea; }
    .paper { fill: #121a22; stroke: #2b3a47; }
    .stall { fill: #3b2a22; }
    .waits { fill: #d98a55; }
    .served { fill: #5a9bdd; }
    .quiet { fill: #93a3b0; }
  }`;

export function openLoopPicture(): string {
  const closed = closedLoop();
  const open = openLoop();
  const openTop = TOP + closed.length * STEP + GAP;
  const height = openTop + open.length * STEP + 20;
  const [x, width] = [LEFT + STALL.from * UNIT, (STALL.to - STALL.from) * UNIT];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">
<title id="title">One stall of the server: ${seen(closed)} probe of a closed loop sees it, and ${seen(open)} of an open loop do.</title>
<style>${STYLE}
</style>
<rect class="paper" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6"/>
<rect class="stall" x="${fixed(x)}" y="32" width="${fixed(width)}" height="${height - 44}"/>
<text class="quiet" x="${fixed(x + width / 2)}" y="24" text-anchor="middle">the server stands still</text>
${loop('closed loop', `${seen(closed)} of ${closed.length} sees it`, closed, TOP)}
${loop('open loop', `${seen(open)} of ${open.length} see it`, open, openTop)}
</svg>
`;
}

/** Each leaves as soon as the one before it is answered. */
function closedLoop(): Probe[] {
  const probes: Probe[] = [];
  for (let at = 0; at + SERVICE < END; ) {
    const answered = servedFrom(at);
    probes.push({ due: at, sent: at, answered });
    at = answered;
  }
  return probes;
}

/** Each is due by the rate, and waits for those before it. */
function openLoop(): Probe[] {
  const probes: Probe[] = [];
  let free = 0;
  for (let due = 0; due + SERVICE < END; due += EVERY) {
    free = servedFrom(Math.max(due, free));
    if (free > END) break;
    probes.push({ due, sent: due, answered: free });
  }
  return probes;
}

/** When one is answered that the server could take at this moment. */
function servedFrom(at: number): number {
  const isHeld = at + SERVICE > STALL.from && at < STALL.to;
  return (isHeld ? STALL.to : at) + SERVICE;
}

function seen(probes: readonly Probe[]): number {
  return probes.filter(({ due, answered }) => answered - due > SERVICE).length;
}

function loop(name: string, words: string, probes: readonly Probe[], top: number): string {
  const bars = probes.map(({ due, answered }, i) => {
    const y = top + i * STEP;
    const [from, to] = [LEFT + due * UNIT, LEFT + answered * UNIT];
    const served = SERVICE * UNIT;
    const waits =
      answered - due > SERVICE
        ? `<rect class="waits" x="${fixed(from)}" y="${y}" width="${fixed(to - from - served)}" height="${BAR}"/>`
        : '';
    return `${waits}<rect class="served" x="${fixed(to - served)}" y="${y}" width="${fixed(served)}" height="${BAR}"/>`;
  });
  return `<text x="20" y="${top + 12}">${name}</text>
<text class="quiet" x="20" y="${top + 32}">${words}</text>
${bars.join('\n')}`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
