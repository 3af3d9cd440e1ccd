/** Measures a server with the library: node examples/measure.ts HOST PORT */
import { EcholotError, measure } from 'echolot';

const [host = 'localhost', port = '9900'] = process.argv.slice(2);

try {
  const run = measure({
    host,
    port: Number(port),
    type: 'rtt',
    sizes: [1, 100, 1000],
    probes: 100,
    warmupProbes: 10,
    // The whole run must be over by then; what was measured before is in the error's `result`.
    signal: AbortSignal.timeout(10_000),
  });
  for await (const event of run) {
    if (event.kind !== 'session-end') continue;
    const { payloadBytes, statistics } = event.session;
    if (statistics === null) continue;
    const { median, n } = statistics.rttNs;
    console.log(`rtt of ${payloadBytes} bytes: median ${(median / 1000).toFixed(1)} µs over ${n} probes`);
  }
  const { warnings } = await run.result;
  for (const { message, advice } of warnings) console.log(`${message}; ${advice}`);
} catch (error) {
  if (!(error instanceof EcholotError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
