/** The plain echo server (RFC 862): every byte back, unchanged, until the client closes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EcholotError } from '../../src/core/errors.ts';
import { MS, PretendServer, SECOND } from './pretend-server.ts';

async function start(): Promise<PretendServer> {
  return PretendServer.start({ mode: 'echo', limits: { idleNs: 60 * SECOND } });
}

describe('plain echo', () => {
  test('any bytes in any pieces come back unchanged and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        async (pieces, chunkBytes) => {
          const server = await PretendServer.start({ mode: 'echo' }, { latencyNs: MS, chunkBytes });
          const client = await server.dial();
          const sent = pieces.map((piece) => Buffer.from(piece).toString('latin1'));
          for (const piece of sent) client.send(piece);
          client.end();
          await server.drive(client.until(({ closed }) => closed));
          expect(client.received).toBe(sent.join(''));
          expect(server.ends).toMatchObject([{ reason: 'closed-by-peer', echoed: sent.join('').length }]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('a text of the measurement protocol is a text like any other', async () => {
    const server = await start();
    const client = await server.dial();
    client.send('s RTT 5 10 0\nt\n');
    await server.pass(0);
    expect(client).toMatchObject({ received: 's RTT 5 10 0\nt\n', ended: false });
  });

  test('what came before the client’s FIN is still echoed, then the server closes too', async () => {
    const server = await PretendServer.start({ mode: 'echo' }, { latencyNs: MS, bytesPerSecond: 1_000 });
    const client = await server.dial();
    client.send('x'.repeat(500)).end();
    await server.drive(client.until(({ ended }) => ended));
    expect(client.received).toHaveLength(500);
    await server.drive(client.until(({ closed }) => closed));
    expect(client.error).toBeUndefined();
  });

  test('a client that closes at once is let go', async () => {
    const server = await start();
    const client = await server.dial();
    client.end();
    await server.drive(client.until(({ closed }) => closed));
    expect(server.ends).toMatchObject([{ reason: 'closed-by-peer', echoed: 0 }]);
  });

  test('tells every chunk, for the transcript', async () => {
    const server = await start();
    const client = await server.dial();
    client.send('Hello world!');
    await server.drive(client.whenReceived('Hello world!'));
    expect(server.events[1]).toMatchObject({ kind: 'echo', session: 1, remote: client.connection?.local });
    const [, echo] = server.events;
    expect(echo?.kind === 'echo' && Buffer.from(echo.bytes).toString()).toBe('Hello world!');
  });

  test('a silent client is dropped at the idle limit, a slow one is not', async () => {
    const server = await start();
    const silent = await server.dial();
    const slow = await server.dial();
    for (let i = 0; i < 3; i++) {
      await server.pass(59 * SECOND);
      slow.send('.');
    }
    await server.pass(0);
    expect(silent.closed).toBe(true);
    expect(slow).toMatchObject({ received: '...', closed: false });
    expect(server.ends).toMatchObject([{ session: 1, reason: 'idle-timeout', durationNs: 60 * SECOND }]);
  });

  test('a reset of one client is told, and is nothing to the others', async () => {
    const server = await start();
    const one = await server.dial();
    const other = await server.dial();
    one.connection?.destroy();
    other.send('still here');
    await server.drive(other.whenReceived('still here'));
    expect(server.ends).toMatchObject([{ session: 1, reason: 'connection-lost' }]);
    const told: EcholotError | undefined = other.error;
    expect(told).toBeUndefined();
  });
});
