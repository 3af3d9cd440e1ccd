#!/usr/bin/env node
/** The program's entry: refuses runtimes that are too old, and uses compiled code of earlier starts again. */
import module from 'node:module';

const OLDEST_NODE = 24;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    `echolot: usage: Node ${OLDEST_NODE} or newer is needed; this is ${process.version}\n`,
  );
  process.exit(2);
}
module.enableCompileCache();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
