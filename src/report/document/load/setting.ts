/** What was asked for, what the server granted, and what carried the load. */
import type { LoadResult } from '../../../result/load/load-result.ts';
import { counted, percentText } from '../../../text/numbers.ts';
import { memoryText, sizeText } from '../../../text/sizes.ts';
import { delayText, timeText } from '../../../text/units.ts';
import { NONE, type Section, table, words } from '../document.ts';
import { engineText } from '../labels.ts';
import { rateText } from './words.ts';

export function settingSections(result: LoadResult): Section[] {
  const columns = [words(''), words('value')];
  return [
    {
      id: 'plan',
      title: 'Plan',
      parts: [table('What was asked for, with every default filled in', columns, planRows(result))],
    },
    {
      id: 'machine',
      title: 'Machine and engine',
      parts: [table('What carried the load', columns, machineRows(result))],
    },
  ];
}

function planRows({ plan, granted }: LoadResult): string[][] {
  const { socket } = plan;
  return [
    ['server', `${plan.host} port ${plan.port}`],
    ['address family', plan.family === null ? 'any' : `IPv${plan.family}`],
    ['protocol', plan.protocol === 'echo' ? 'plain echo' : 'load of echolot'],
    ['phases', plan.phases.map(({ name, durationNs }) => `${name} ${delayText(durationNs)}`).join(', ')],
    [
      'streams',
      plan.streams === null
        ? `as many as goodput rises with, ${plan.maxStreams} at most`
        : String(plan.streams),
    ],
    ['rate', plan.bitsPerSecond === null ? 'as fast as can be' : rateText(plan.bitsPerSecond)],
    ['data', plan.bytes === null ? 'as much as the time allows' : sizeText(plan.bytes)],
    ['a probe every', delayText(plan.probeIntervalNs)],
    ['time-out', delayText(plan.timeoutNs)],
    ['engine', plan.engine],
    ['congestion control', socket.congestionControl ?? NONE],
    ['send buffer', socket.sendBufferBytes === null ? NONE : memoryText(socket.sendBufferBytes)],
    ['receive buffer', socket.receiveBufferBytes === null ? NONE : memoryText(socket.receiveBufferBytes)],
    ['traffic class', socket.trafficClass === null ? NONE : String(socket.trafficClass)],
    ['granted', grantText(granted)],
  ];
}

function grantText(granted: LoadResult['granted']): string {
  if (granted === null) return NONE;
  const { durationNs, bitsPerSecond, streams } = granted;
  const rate = bitsPerSecond === null ? 'any rate' : rateText(bitsPerSecond);
  return `${delayText(durationNs)}, ${rate}, ${counted(streams, 'stream')}`;
}

function machineRows(result: LoadResult): string[][] {
  const { system, tool, engine, startedAt, durationNs, handshakeRttNs, processors, health } = result;
  return [
    ['started', startedAt],
    ['took', timeText(durationNs)],
    ['machine', `${system.platform} ${system.release}, ${system.arch}`],
    ['processor', `${system.cpu ?? 'not told'}, ${system.cpus} logical`],
    ['program', `${tool.name} ${tool.version}, Node.js ${tool.node}`],
    ['engine', engineText(engine)],
    ['rates kept by the kernel', engine.hasTcp ? 'yes' : 'no'],
    [
      'clock',
      `${engine.clock.name}: steps of ${engine.clock.resolutionNs} ns, ${Math.round(engine.clock.readCostNs)} ns a reading`,
    ],
    ['handshake', handshakeRttNs === null ? NONE : timeText(handshakeRttNs)],
    ['busiest, thread of the data', mostText(processors.dataShare)],
    ['busiest, thread of the probes', mostText(processors.probeShare)],
    [
      'processors busy, taken by the host',
      health === null || health.processors === null
        ? 'not told'
        : `${percentText(health.processors.busyShare)}, ${percentText(health.processors.stealShare)}`,
    ],
  ];
}

/** Of one processor. */
function mostText(shares: readonly (number | null)[]): string {
  const known = shares.filter((share) => share !== null);
  return known.length === 0
    ? 'not told'
    : percentText(known.reduce((most, share) => Math.max(most, share), 0));
}
