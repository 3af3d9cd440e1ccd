/**
 * Row D: what a thousand clients that have agreed on a session and then say nothing cost a server in memory. It
 * is the cheapest thing a crowd, or an attacker, can do to it.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { residentBytes } from '../proc.ts';
import type { BenchContext, Row } from '../row.ts';

const SESSIONS = 1_000;
/** Connections opened at the same time: a crowd, but not a test of the listen queue. */
const AT_ONCE = 50;
/** After the last answer, so that what a setup leaves behind for a moment is not counted as its price. */
const SETTLE_MS = 1_000;
const SETUP = 's RTT 1000 10 0\n';
const ANSWER_TIMEOUT_MS = 5_000;

export async function* idleMemory(context: BenchContext): AsyncGenerator<Row> {
  const args = [context.cli, 'serve', '--quiet', '--host', '127.0.0.1', '--port', '0'];
  await using server = await context.processes.serve(process.execPath, args);
  const sockets: Socket[] = [];
  try {
    await sleep(SETTLE_MS);
    const beforeBytes = residentBytes(server.pid);
    for (let opened = 0; opened < SESSIONS; opened += AT_ONCE) {
      context.progress(`idle sessions ${opened}/${SESSIONS}`);
      sockets.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => openSession(server.port)))));
    }
    await sleep(SETTLE_MS);
    const alive = sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
    if (alive !== SESSIONS) throw new Error(`only ${alive} of ${SESSIONS} sessions stayed open`);
    yield {
      name: `server RSS, ${SESSIONS} idle sessions`,
      unit: 'bytes',
      ours: [residentBytes(server.pid)],
      referenceName: 'same, before them',
      reference: [beforeBytes],
      target: { of: 'value', bound: 'atMost', limit: 150_000_000 },
    };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** A connection whose setup the server has answered with 200. */
async function openSession(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    await once(socket, 'connect', { signal });
    socket.write(SETUP);
    const [answer] = await once(socket, 'data', { signal });
    const text = String(answer).trim();
    if (!text.startsWith('200')) throw new Error(`a setup was answered "${text}"`);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  // The server may end a session while we wait; that shows in the count of open ones, not as a thrown error.
  socket.on('error', () => {});
  return socket;
}

async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
