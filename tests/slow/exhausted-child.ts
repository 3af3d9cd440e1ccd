/**
 * A program that measures or serves natively with ever more free descriptors, from none on, until it can. It
 * prints how each attempt went: an error's code, or `done`, and how many descriptors all of them left behind.
 */
import { closeSync, openSync, readdirSync } from 'node:fs';
import { EcholotError } from '../../src/core/errors.ts';
import { serve } from '../../src/index.ts';
import { createNativeEngine } from '../../src/net/native/client/engine.ts';
import { makeSampleBuffer } from '../../src/net/session/samples.ts';
import { makePlan, NO_BUDGET_NS, targetOf } from '../net/world.ts';

const MAX_FREE = 100;
const taken: number[] = [];

function takeAll(): void {
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    // None is left.
  }
}

function giveBack(count: number): void {
  for (const fd of taken.splice(0, count)) closeSync(fd);
}

async function measureNatively(port: number): Promise<void> {
  const engine = createNativeEngine();
  try {
    await engine.prepare();
    const session = await engine.open(targetOf(port), makePlan('size-first'), {
      epochNs: process.hrtime.bigint(),
    });
    await session.runBatch({ probes: 5, budgetNs: NO_BUDGET_NS }, makeSampleBuffer(5, true));
    await session.close();
  } finally {
    await engine.close?.();
  }
}

async function serveNatively(): Promise<void> {
  await using _server = await serve({ host: '127.0.0.1', port: 0, engine: 'native' });
}

async function outcomeOf(attempt: Promise<void>): Promise<string> {
  return await attempt.then(
    () => 'done',
    (error: unknown) => (error instanceof EcholotError ? error.code : String(error)),
  );
}

await using server = await serve({ host: '127.0.0.1', port: 0, engine: 'node' });
const { port = 0 } = server.endpoints[0] ?? {};
const attempt = (): Promise<string> =>
  outcomeOf(process.argv[2] === 'serve' ? serveNatively() : measureNatively(port));
// What is loaded only once needs descriptors of its own.
await attempt();
const held = (): number => readdirSync('/proc/self/fd').length;
const before = held();
const outcomes: string[] = [];
for (let free = 0; free <= MAX_FREE && outcomes.at(-1) !== 'done'; free++) {
  takeAll();
  giveBack(free);
  outcomes.push(await attempt());
  giveBack(taken.length);
}
console.log(JSON.stringify({ outcomes, leftBehind: held() - before }));
