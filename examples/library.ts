/** A server and a measurement of it in a few lines: node examples/library.ts */
import { measure, serve } from 'echolot';

await using server = await serve({ host: '127.0.0.1', port: 0 });
const port = server.endpoints[0]?.port ?? 0;
const run = measure({ host: '127.0.0.1', port, type: 'rtt', sizes: [100] });
for await (const event of run) if (event.kind === 'samples') console.log(event.rttNs);
const { series } = await run.result;
console.log(series[0]?.statistics?.rttNs.median);
