/**
 * Clients that come and go, in every way there is: those that measure and take their leave, that reset, that vanish in the
 * middle of a message, that say nothing or nonsense, that pipeline, that read no answer. As many at a time as make the
 * server work for about a fifth of a processor. Prints how many there were of each kind.
 *
 *     churn-child PORT MILLISECONDS
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const [port = 0, lastsMs = 0] = process.argv.slice(2).map(Number);
/** Each comes so often, and stays for some hundreds of milliseconds. */
const EVERY_MS = 12;
const MOST = 200;
const STAY_MS = 400;
const PROBES = 300;
const PIPELINED = 2_000;

const KINDS: Readonly<Record<string, (socket: Socket) => void>> = {
  measures: (socket) => {
    let next = 1;
    socket.write(`s RTT 100 ${PROBES} 0 +stamps\n`);
    const probe = 'x'.repeat(100);
    socket.on('data', (data) => {
      if (data.at(-1) !== 0x0a) return;
      if (next <= PROBES) socket.write(`m ${probe} ${next++}\n`);
      else socket.end('t\n');
    });
  },
  pipelines: (socket) => {
    socket.write(`s RTT 10 ${PIPELINED} 0\n`);
    const probes = Array.from({ length: PIPELINED }, (_, i) => `m 0123456789 ${i + 1}\n`).join('');
    socket.write(`${probes}t\n`);
    socket.resume();
  },
  'says nothing': (socket) => void socket.resume(),
  'says nonsense': (socket) => void socket.resume().end('nonsense\n'),
  'vanishes in a message': (socket) => {
    socket.write('s RTT 1000 10 0\nm half');
    setTimeout(() => socket.resetAndDestroy(), STAY_MS / 4);
  },
  'reads nothing': (socket) => {
    socket.pause();
    socket.write(
      `s RTT 65536 10 0\n${Array.from({ length: 4 }, (_, i) => `m ${'y'.repeat(65_536)} ${i + 1}\n`).join('')}`,
    );
  },
};

const counts = new Map<string, number>();
const open = new Set<Socket>();
const kinds = Object.entries(KINDS);
const endMs = performance.now() + lastsMs;
for (let i = 0; performance.now() < endMs; i++) {
  const [name, behave] = kinds[i % kinds.length] as (typeof kinds)[number];
  if (open.size < MOST) {
    const socket = connect(port, '127.0.0.1', () => behave(socket));
    open.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => open.delete(socket));
    setTimeout(() => socket.destroy(), STAY_MS);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  await sleep(EVERY_MS);
}
for (const socket of open) socket.destroy();
console.log([...counts].map(([name, count]) => `${name}: ${count}`).join(', '));
