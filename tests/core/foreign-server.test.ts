/** Whoever took the port of another service is told which it is, instead of "speaks no dialect that was tried". */
import { describe, expect, test } from 'vitest';
import { ClientSession } from '../../src/core/client/client-session.ts';
import { foreignServer } from '../../src/core/client/foreign-server.ts';
import { DIALECTS } from '../../src/core/wire/dialects.ts';
import { asciiBytes } from '../../src/core/wire/grammar.ts';
import type { Setup } from '../../src/core/wire/messages.ts';

const SETUP: Setup = {
  measurement: 'rtt',
  payloadBytes: 10,
  probes: 10,
  delay: { delayNs: 0, unit: 'seconds' },
};

const SERVERS: readonly (readonly [what: string, says: string])[] = [
  ['a web server', 'HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n'],
  ['a web server', '<!DOCTYPE html>\n<html>'],
  ['a web server', '<html><body>400</body></html>'],
  ['a server that speaks TLS', '\u0015\u0003\u0001\u0000\u0002\u0002\u0016'],
  ['an SSH server', 'SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'],
  ['a mail or FTP server', '220 mail.example ESMTP\r\n'],
  ['a Redis or POP3 server', '-ERR unknown command\r\n'],
];

/** What a client says of a server that answers its setup so, in so many pieces. */
function failureOf(says: string, pieceBytes: number) {
  const session = new ClientSession(DIALECTS['size-first'], SETUP);
  session.begin();
  const bytes = asciiBytes(says);
  let nowNs = 1_000n;
  for (let at = 0; at < bytes.length && session.failure === undefined; at += pieceBytes) {
    session.handleBytes(bytes.subarray(at, at + pieceBytes), nowNs);
    nowNs += 1_000n;
  }
  const deadlineNs = session.deadlineNs();
  if (deadlineNs !== undefined) session.handleDeadline(deadlineNs);
  return session.failure;
}

describe('a server of another protocol is named for what it is', () => {
  test.each(SERVERS)('%s that says %j', (what, says) => {
    expect(failureOf(says, says.length)).toMatchObject({
      ...{ code: 'peer', message: `this is ${what}, and no echo server`, speaksOtherwise: true },
      advice: expect.stringContaining('name the port of an echo server'),
    });
  });

  test.each(SERVERS.filter(([, says]) => says.includes('\n')))(
    '%s whose words come one by one',
    (what, says) => {
      expect(failureOf(says, 1)?.message).toBe(`this is ${what}, and no echo server`);
    },
  );

  test('no answer of the protocol is taken for one', () => {
    for (const { status } of Object.values(DIALECTS)) {
      for (const text of Object.values(status)) expect(foreignServer(asciiBytes(text))).toBeUndefined();
    }
  });
});
