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
    // The whole run must be over by then; what was measured before is in the error's `result`.
    signal: AbortSignal.timeout(10_000),
  });
  for await (const event of run) {
    if (event.kind === 'round') console.log(`round ${event.round} is over`);
  }
  const { series, warnings } = await run.result;
  for (const { workload, statistics } of series) {
    const [median] = statistics?.rttNs.estimates ?? [];
    if (median === undefined || median.interval === null) continue;
    const [value, low, high] = [median.value, median.interval.low, median.interval.high].map(
      (ns) => ns / 1000,
    );
    console.log(
      `rtt of ${workload.payloadBytes} bytes: median ${value?.toFixed(1)} µs (${low?.toFixed(1)} to ${high?.toFixed(1)})`,
    );
  }
  for (const { message, advice } of warnings) console.log(`${message}; ${advice}`);
} catch (error) {
  if (!(error instanceof EcholotError)) throw error;
  console.error(`${error.code}: ${error.message}`);
  process.exitCode = 1;
}
