/**
 * The last answer reaches the client. Closing a socket with unread bytes in it resets the connection, and the
 * reset can overtake what was said; so the server says FIN, reads on and drops, but not for ever.
 */
import { describe, expect, test } from 'vitest';
import { BAD_PROBE, BAD_SETUP, CLOSING, LINGER_NS, MS, PretendServer, SECOND } from './pretend-server.ts';

describe('the end of a session', () => {
  test('a client that goes on sending after it was refused gets the refusal, and no reset', async () => {
    const server = await PretendServer.start({}, { latencyNs: MS });
    const client = await server.dial();
    client.send('nonsense\n');
    for (let i = 0; i < 10; i++) client.send('more nonsense\n');
    await server.drive(client.until(({ ended }) => ended));
    client.send('and more\n');
    await server.pass(LINGER_NS / 2);
    expect(client).toMatchObject({ received: BAD_SETUP, closed: false });
    client.end();
    await server.drive(client.until(({ closed }) => closed));
    expect(client.error).toBeUndefined();
    expect(server.reasons).toEqual(['invalid-setup']);
  });

  test('a client that never stops is dropped after two seconds', async () => {
    const server = await PretendServer.start();
    const client = await server.measuring();
    client.send('nonsense\n');
    await server.pass(LINGER_NS - 1);
    client.send('more');
    expect(client).toMatchObject({ received: BAD_PROBE, closed: false });
    await server.pass(1);
    expect(client.error).toMatchObject({ code: 'network' });
    await server.drive(server.server.close());
  });

  test('what comes after the end is not answered, and not measured', async () => {
    const server = await PretendServer.start();
    const client = await server.measuring();
    client.send('t\nm hello 1\nt\ns RTT 5 10 0\n');
    await server.pass(SECOND);
    client.send('s RTT 5 10 0\n');
    await server.pass(SECOND / 2);
    expect(client.received).toBe(CLOSING);
    expect(server.ends).toMatchObject([{ reason: 'terminated', echoed: 0 }]);
  });

  test('a client that closes properly is let go at once', async () => {
    const server = await PretendServer.start();
    const client = await server.measuring();
    client.send('t\n');
    await server.drive(client.until(({ ended }) => ended));
    client.end();
    await server.drive(client.until(({ closed }) => closed));
    await server.drive(server.server.close());
    expect(server.nowNs).toBe(0);
  });

  test('a probe that was cut off by the client’s FIN is told, in words, that it is invalid', async () => {
    const server = await PretendServer.start();
    const client = await server.measuring();
    client.send('m hello 1\nm hel').end();
    await server.drive(client.until(({ closed }) => closed));
    expect(client.received).toBe(`m hello 1\n${BAD_PROBE}`);
  });
});
