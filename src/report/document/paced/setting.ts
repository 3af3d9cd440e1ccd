/** What was asked for, and what carried the probes. */
import type { PacedResult, PacedWayRecord } from '../../../result/paced/paced-result.ts';
import { percentText } from '../../../text/numbers.ts';
import { memoryText, sizeText } from '../../../text/sizes.ts';
import { delayText, timeText } from '../../../text/units.ts';
import { NONE, type Section, table, words } from '../document.ts';
import { engineText } from '../labels.ts';
import { isClosed } from './steps.ts';
import { rateName } from './words.ts';

export function settingSections(result: PacedResult): Section[] {
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
      parts: [table('What carried the probes', columns, machineRows(result))],
    },
  ];
}

function planRows(result: PacedResult): string[][] {
  const { plan } = result;
  const rates = isClosed(result) ? 'closed loop' : plan.ratesPerSecond.map(rateName).join(', ');
  const asked = [['rates', rates], ...(plan.arrivals === null ? [] : [['arrivals', plan.arrivals]])];
  return [...wayRows(result, asked), ['samples kept at most', plan.maxKeptSamples.toLocaleString('en-US')]];
}

/** How probes are sent. @param asked at which rates, and what else is of one record alone */
export function wayRows(
  { plan, server }: { readonly plan: PacedWayRecord; readonly server: PacedResult['server'] },
  asked: readonly string[][],
): string[][] {
  const { socket } = plan;
  return [
    ['server', `${plan.host} port ${plan.port}`],
    ['address family', plan.family === null ? 'any' : `IPv${plan.family}`],
    ['protocol', plan.protocol],
    ...asked,
    ['connections', plan.connections.toLocaleString('en-US')],
    ['in flight on each', plan.inFlight.toLocaleString('en-US')],
    ...(server === null ? [] : [['in flight, had', server.inFlight.toLocaleString('en-US')]]),
    ['payload', sizeText(plan.payloadBytes)],
    ...(server === null ? [] : [['message', sizeText(server.messageBytes)]]),
    ['server delay', plan.serverDelayNs === 0 ? 'none' : delayText(plan.serverDelayNs)],
    ['each step', delayText(plan.stepNs)],
    ['warm-up before it', plan.warmupNs === 0 ? 'none' : delayText(plan.warmupNs)],
    ['time-out', delayText(plan.timeoutNs)],
    ['seed', String(plan.seed)],
    ['engine', plan.engine],
    ['congestion control', socket.congestionControl ?? NONE],
    ['send buffer', socket.sendBufferBytes === null ? NONE : memoryText(socket.sendBufferBytes)],
    ['receive buffer', socket.receiveBufferBytes === null ? NONE : memoryText(socket.receiveBufferBytes)],
    ['traffic class', socket.trafficClass === null ? NONE : String(socket.trafficClass)],
  ];
}

function machineRows({
  system,
  tool,
  engine,
  startedAt,
  durationNs,
  health,
  server,
}: PacedResult): string[][] {
  return [
    ['started', startedAt],
    ['took', timeText(durationNs)],
    ['machine', `${system.platform} ${system.release}, ${system.arch}`],
    ['processor', `${system.cpu ?? 'not told'}, ${system.cpus} logical`],
    ['program', `${tool.name} ${tool.version}, Node.js ${tool.node}`],
    ['engine', engineText(engine)],
    [
      'clock',
      `${engine.clock.name}: steps of ${engine.clock.resolutionNs} ns, ${Math.round(engine.clock.readCostNs)} ns a reading`,
    ],
    ['server says', server?.readyText ?? NONE],
    [
      'processors busy, taken by the host',
      health === null || health.processors === null
        ? 'not told'
        : `${percentText(health.processors.busyShare)}, ${percentText(health.processors.stealShare)}`,
    ],
  ];
}
