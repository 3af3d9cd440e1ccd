/** The port for the warm-up is open to every program of the machine: a stranger there must not keep the program from ending. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { listenForSelf } from '../../src/net/node/own-listener.ts';

test('whoever has found the port of the warm-up is dropped with it', async () => {
  let accepted = 0;
  const listener = await listenForSelf((connection) => {
    accepted++;
    return { onBytes: () => {}, onDrain: () => {}, onEnd: () => connection.close(), onClose: () => {} };
  });
  const strangers = Array.from({ length: 40 }, () => connect(listener.port, '127.0.0.1'));
  const gone = strangers.map((stranger) => {
    stranger.on('error', () => {});
    stranger.resume();
    return new Promise((resolve) => stranger.once('close', resolve));
  });
  await Promise.all(strangers.map((stranger) => once(stranger, 'connect')));
  listener.close();
  await Promise.all(gone);
  // The others are not even handed on.
  expect(accepted).toBeLessThanOrEqual(32);
});
