/** Fields that came within a version: older records lack them, so a schema must not ask for them. All others it must. */

const ADDED_LATER: Readonly<Record<string, readonly string[]>> = {
  BlockRecord: ['error', 'firstEchoNumber', 'serverBusy', 'tls'],
  SocketRecord: ['tls'],
  LoadResult: ['tls'],
  PacedConnectionRecord: ['tls'],
  PlanRecord: ['budgetNs', 'delayUnit'],
  ComparedSide: ['addresses', 'files', 'remotes'],
  RunRecord: ['addresses'],
  EngineInfo: ['selfTestSkipped'],
  ComparedSeries: ['runScatter'],
  HealthRecord: ['quota'],
  SelfTestHealth: ['quota'],
  ProcessorContendedWarning: ['throttledPeriods'],
  LayersRecord: ['tcpWaitNs', 'serverTcpWaitNs'],
  LayerStatistics: ['tcpWaitNs', 'serverNs', 'serverTcpWaitNs'],
  StopRecord: ['fittingRounds'],
  WindowLimitedWarning: ['tcpWaitNs', 'serverTcpWaitNs', 'roundTrips'],
  PathRecord: ['firstCongestionWindowSegments'],
};

/** What the schema of a record has to ask for, in alphabetical order. */
export function mustHave(name: string, properties: Readonly<Record<string, unknown>> = {}): string[] {
  const later = ADDED_LATER[name] ?? [];
  return Object.keys(properties)
    .filter((field) => !later.includes(field))
    .sort();
}
