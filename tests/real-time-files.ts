/** What may wait in real time. All other tests have virtual time, and fail where they wait. */

/** Files and folders that wait by their nature, and why. */
export const REAL_TIME: Readonly<Record<string, string>> = {
  'tests/e2e': 'the compiled program, over sockets',
  'tests/monitor/store/sqlite': 'a store on a thread of its own, in files',
  'tests/net/flow/node.test.ts': 'the suite of flows over sockets',
  'tests/net/paced/node.test.ts': 'the suite of paced probes over sockets',
  'tests/net/native': 'threads that sleep in the kernel; programs that end in every way',
  'tests/server/native': 'threads, and sockets of the kernel',
  'tests/net/handshaker.test.ts': 'the handshakers of both engines, over sockets',
  'tests/net/node.test.ts': 'the compliance suite over sockets: its time-outs are real',
  'tests/net/tls.test.ts': 'the compliance suite over TLS, over sockets',
  'tests/net/several-addresses.test.ts': 'the head start of an address, over sockets',
  'tests/net/sleeps.test.ts': "an engine's real sleeps",
  'tests/parts/threads.test.ts': 'begins threads',
  'tests/server/apart.test.ts': 'a server on a thread of its own',
  'tests/server/counters.test.ts': 'counts that threads share',
  'tests/server/loopback.test.ts': 'the server over sockets',
  'tests/clock/monotonic.test.ts': 'the real clock',
  'tests/bench/processes.test.ts': 'programs that are ended',
  'tests/cli/fail2ban.test.ts': 'asks whether fail2ban is there, and runs it',
  'tests/cli/log/log-file.test.ts': 'a pipe, which Node cannot make',
  'tests/cli/output.test.ts': 'programs that a signal ends while they write; pipes',
  'tests/architecture.test.ts': 'runs the checker of imports',
  'tests/docs/library-types.test.ts': 'runs the compiler',
  'tests/docs/package.test.ts': 'runs npm pack',
  'tests/docs/statements.test.ts': 'runs npm sbom',
  'tests/docs/site.test.ts': 'pictures: ECharts leaves a timer of one frame behind',
  'tests/docs/schema.test.ts': 'runs the recipes of the documents',
  'tests/web/http': 'the page of a monitor, over sockets',
  'tests/web/views.test.ts': 'pictures: ECharts leaves a timer of one frame behind',
  'tests/slow': 'real sockets, memory, paths',
  'tests/real-time.test.ts': 'waits, to be seen',
};

/**
 * Of those, what fills a path, or is held to times: it needs both processors of a small machine, and some minutes. It is part of
 * the slow suite.
 */
export const NEEDS_THE_MACHINE: readonly string[] = [
  'tests/e2e/load.test.ts',
  'tests/e2e/check',
  'tests/e2e/signals.test.ts',
  'tests/e2e/strangers.test.ts',
  'tests/e2e/selftest.test.ts',
  'tests/e2e/turns.test.ts',
  'tests/e2e/ping.test.ts',
  'tests/e2e/ping.stopped.test.ts',
  'tests/e2e/compare.test.ts',
  'tests/e2e/terminal.test.ts',
  'tests/e2e/history.test.ts',
  'tests/e2e/monitor.test.ts',
  'tests/net/native/flow.test.ts',
  'tests/net/native/paced.test.ts',
  'tests/server/native/loads.test.ts',
];

/** Of those, what starts so many programs that it takes long: the quick tests are to be over in minutes. Part of the slow suite, too. */
export const STARTS_MANY_PROGRAMS: readonly string[] = [
  'tests/e2e/assignment',
  'tests/e2e/assignment-command.test.ts',
  'tests/e2e/blocks.test.ts',
  'tests/e2e/examples.test.ts',
  'tests/e2e/histograms.test.ts',
  'tests/e2e/merge.test.ts',
  'tests/e2e/metrics.test.ts',
  'tests/e2e/serve-config.test.ts',
  'tests/e2e/serve-status.test.ts',
  'tests/e2e/tls.test.ts',
  'tests/e2e/token.test.ts',
];

/** Of the slow suite, what is right or wrong however long it takes: two of them at once. All else there has the machine to itself. */
export const BESIDE_EACH_OTHER: readonly string[] = [
  ...STARTS_MANY_PROGRAMS,
  'tests/e2e/check',
  'tests/slow/check-dialects.test.ts',
  'tests/slow/fuzz.test.ts',
  'tests/slow/hostile',
  'tests/slow/install.test.ts',
  'tests/slow/large-results.test.ts',
  'tests/slow/monitor/damaged-store.test.ts',
  'tests/slow/monitor/full-disk.test.ts',
  'tests/slow/monitor/killed-store.test.ts',
  'tests/slow/monitor/page.test.ts',
  'tests/slow/monitor/postgres.test.ts',
  'tests/slow/monitor/prometheus.test.ts',
  'tests/slow/oci.test.ts',
  'tests/slow/packages.test.ts',
  'tests/slow/pairings.test.ts',
  'tests/slow/shown-commands.test.ts',
  'tests/slow/single.test.ts',
  'tests/slow/site.test.ts',
  'tests/slow/system-calls.test.ts',
];

/** As vitest takes it. @param path a file or a folder */
export function globOf(path: string): string {
  return path.endsWith('.ts') ? path : `${path}/**/*.test.ts`;
}

/** @param file from the root of the project */
export function mayWait(file: string): boolean {
  return Object.keys(REAL_TIME).some((path) => file === path || file.startsWith(`${path}/`));
}
