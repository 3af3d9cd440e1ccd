/** What a full report of a series of handshakes has beside the usual one: more percentiles, the plan, the machine. */
import type { PingResult } from '../../result/ping-result.ts';
import { quantile, sorted, supportsQuantile } from '../../stats/quantile/quantiles.ts';
import { delayText, inUnit, timeText, timeUnit } from '../../text/units.ts';
import { figures, NONE, type Section, table, words } from './document.ts';
import { engineText } from './labels.ts';

const QUANTILES = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

export function percentilesSection({ replies }: PingResult): Section {
  const title = 'Percentiles';
  const known = [
    { name: 'handshake RTT', ns: replies.flatMap(({ handshakeRttNs }) => handshakeRttNs ?? []) },
    { name: 'application', ns: replies.flatMap(({ connectNs }) => connectNs ?? []) },
    { name: 'TLS handshake', ns: replies.flatMap(({ tlsHandshakeNs }) => tlsHandshakeNs ?? []) },
  ].flatMap(({ name, ns }) => (ns.length === 0 ? [] : [{ name, ascending: sorted(ns) }]));
  if (known.length === 0) return { id: 'percentiles', title, parts: [] };
  const unit = timeUnit(known.map(({ ascending }) => quantile(ascending, 0.5)));
  const rows = QUANTILES.map((p) => [
    `p${Number((p * 100).toPrecision(3))}`,
    ...known.map(
      ({ ascending }) => `${isThin(ascending.length, p) ? '~' : ''}${inUnit(quantile(ascending, p), unit)}`,
    ),
  ]);
  const legend = rows.flat().some((cell) => cell.startsWith('~'))
    ? '~ too few handshakes for this percentile: it is little more than the smallest or the largest'
    : '';
  const columns = [words(''), ...known.map(({ name }) => figures(name))];
  return { id: 'percentiles', title, parts: [table(`${title} in ${unit.name}`, columns, rows, legend)] };
}

/** As everywhere, a median stands for itself. */
function isThin(n: number, p: number): boolean {
  return p !== 0.5 && !supportsQuantile(n, p);
}

export function settingSections({
  plan,
  engine,
  system,
  tool,
  startedAt,
  durationNs,
  socket,
  tls,
}: PingResult): Section[] {
  const asked = [
    ['host', `${plan.host} port ${plan.port}`],
    ['address family', plan.family === null ? 'any' : `IPv${plan.family}`],
    ['interval', delayText(plan.intervalNs)],
    ['handshakes', plan.count === null ? 'until it is stopped' : plan.count.toLocaleString('en-US')],
    ['time-out', delayText(plan.timeoutNs)],
    ['engine', plan.engine],
  ];
  const { clock } = engine;
  const found = [
    ['started', startedAt],
    ['took', timeText(durationNs)],
    ['machine', `${system.platform} ${system.release}, ${system.arch}`],
    ['processor', `${system.cpu ?? 'not told'}, ${system.cpus} logical`],
    ['program', `${tool.name} ${tool.version}, Node.js ${tool.node}`],
    ['engine', engineText(engine)],
    [
      'clock',
      `${clock.name}: steps of ${clock.resolutionNs} ns, ${Math.round(clock.readCostNs)} ns a reading`,
    ],
    ['congestion control', socket?.congestionControl ?? NONE],
    ...(tls === undefined ? [] : [['TLS', tls === null ? NONE : `${tls.version}, ${tls.cipher}`]]),
  ];
  const columns = [words(''), words('value')];
  return [
    {
      id: 'plan',
      title: 'Plan',
      parts: [table('What was asked for, with every default filled in', columns, asked)],
    },
    {
      id: 'machine',
      title: 'Machine and engine',
      parts: [table('What made the handshakes', columns, found)],
    },
  ];
}
