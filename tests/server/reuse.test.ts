/** A server joins the pieces of a message in one buffer; nobody may get another client's bytes, or later ones. */
import { describe, expect, test } from 'vitest';
import { startServer } from '../../src/server/server.ts';
import { type RecordedConnection, RecordedNetwork } from './recorded-network.ts';

const SIZE = 2_000;

async function measuring(tellsSent: boolean): Promise<RecordedConnection> {
  const network = new RecordedNetwork();
  await startServer(network, {});
  const connection = network.connect();
  connection.tellsSent = tellsSent;
  connection.receive(`s RTT ${SIZE} 10 0\n`);
  connection.written.length = 0;
  return connection;
}

function probe(sequence: number): string {
  return `m ${String.fromCharCode(0x60 + sequence).repeat(SIZE)} ${sequence}\n`;
}

/** The first piece is larger than the rest, so that the buffer does not have to grow. */
function sendInPieces(connection: RecordedConnection, sequence: number): void {
  connection.receive(probe(sequence).slice(0, SIZE - 100));
  connection.receive(probe(sequence).slice(SIZE - 100));
}

function text(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('latin1');
}

describe('echoes of probes that came in pieces', () => {
  test('are never overwritten where a connection cannot tell when they are out', async () => {
    const connection = await measuring(false);
    for (const sequence of [1, 2, 3]) sendInPieces(connection, sequence);
    expect(connection.written.map(text)).toEqual([probe(1), probe(2), probe(3)]);
  });

  test('leave from one buffer where each is out at once', async () => {
    const connection = await measuring(true);
    const met: string[] = [];
    for (const sequence of [1, 2, 3]) {
      sendInPieces(connection, sequence);
      met.push(text(connection.written.at(-1)));
    }
    expect(met).toEqual([probe(1), probe(2), probe(3)]);
    expect(connection.written[2]?.buffer).toBe(connection.written[1]?.buffer);
  });

  test('stay as they are while they are queued', async () => {
    const connection = await measuring(true);
    sendInPieces(connection, 1);
    connection.stuck = true;
    // What was on its way when reading was paused still comes, as the start of the next probe.
    connection.receive(probe(2).slice(0, SIZE - 100));
    connection.receive(probe(2).slice(SIZE - 100) + probe(3).slice(0, SIZE));
    const queued = connection.written.at(-1);
    expect(text(queued)).toBe(probe(2));
    connection.drain();
    connection.receive(probe(3).slice(SIZE));
    expect(text(connection.written.at(-1))).toBe(probe(3));
  });

  test('stay as they are when an answer after them is queued', async () => {
    const connection = await measuring(true);
    connection.stuck = true;
    sendInPieces(connection, 1);
    const queued = connection.written.at(-1);
    connection.paused = false;
    sendInPieces(connection, 2);
    expect(text(queued)).toBe(probe(1));
  });
});
