/**
 * Asks a server to be let in, again and again, as a client of good faith does: `ADDRESS PORT FROM COUNT`. Prints the
 * longest time from the first packet to the answer to a setup, ns, and how many of the attempts came to nothing.
 */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [address = '', port = '', localAddress = '', count = ''] = process.argv.slice(2);
const TIMEOUT_MS = 10_000;
const BETWEEN_MS = 100;

/** @returns how long it took, ms; undefined where it was not let in */
function ask(): Promise<number | undefined> {
  return new Promise((resolve) => {
    const startMs = performance.now();
    const socket = connect({ host: address, port: Number(port), localAddress });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
    socket.once('connect', () => socket.write('s RTT 1 1 0\n'));
    socket.once('data', (answer: Buffer) => {
      resolve(answer.toString('latin1').startsWith('200') ? performance.now() - startMs : undefined);
      socket.destroy();
    });
    socket.on('error', () => {});
    socket.once('close', () => resolve(undefined));
  });
}

let longestMs = 0;
let refused = 0;
for (let i = 0; i < Number(count); i++) {
  const took = await ask();
  if (took === undefined) refused++;
  else longestMs = Math.max(longestMs, took);
  await sleep(BETWEEN_MS);
}
console.log(JSON.stringify({ longestNs: Math.round(longestMs * 1e6), refused }));
