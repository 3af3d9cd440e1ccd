/** Starts a server with the library, measures it, and closes it: node examples/serve.ts */
import { measure, type ServerEvent, serve } from 'echolot';

function log(event: ServerEvent): void {
  if (event.kind === 'setup') {
    const { measurement, payloadBytes, probes } = event.readings[0]?.setup ?? {};
    console.log(`session ${event.session}: ${measurement}, ${payloadBytes} bytes, ${probes} probes`);
  } else if (event.kind === 'end') {
    console.log(`session ${event.session} ended: ${event.reason}, ${event.echoed} probes echoed`);
  }
}

// At the end of the program the server closes; sessions in flight may finish before that.
await using server = await serve({
  host: '127.0.0.1',
  port: 0,
  limits: { maxSessions: 10 },
  onEvent: log,
});
const port = server.endpoints[0]?.port ?? 0;
console.log(`listening on port ${port}`);

const { series } = await measure({ host: '127.0.0.1', port, type: 'rtt', sizes: [100], probes: 50 }).result;
const median = series[0]?.statistics?.rttNs.median ?? 0;
console.log(`median ${(median / 1000).toFixed(1)} µs`);
