/** `echolot ping` that is stopped (Ctrl-Z, SIGSTOP) in the middle of a handshake, and goes on after it. */
import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { Descriptors } from '../../src/net/native/kernel/descriptors.ts';
import { loadLibc } from '../../src/net/native/kernel/libc.ts';
import { encodeAddress } from '../../src/net/native/kernel/sockaddr.ts';
import { NativeSocket } from '../../src/net/native/kernel/socket.ts';
import { eventually, start } from './program.ts';

const HOST = '127.0.0.1';
const SOON_MS = 8_000;
/** States in /proc/net/tcp, of linux/include/net/tcp_states.h. */
const ESTABLISHED = '01';
const SYN_SENT = '02';

const { libc, reason } = loadLibc();
const descriptors = new Descriptors();
afterEach(() => {
  if (libc !== undefined) descriptors.closeAll(libc);
});

/** A port whose queue is full: the kernel drops every SYN until somebody is taken out of it. */
function fullPort(): { readonly port: number; takeOut(): void } {
  if (libc === undefined) throw new Error('no C library');
  const listener = NativeSocket.create(libc, descriptors, 4);
  listener.bind(encodeAddress(HOST, 0));
  libc.listen(listener.fd, 0);
  const { port } = listener.local;
  NativeSocket.create(libc, descriptors, 4).connect(encodeAddress(HOST, port));
  return {
    port,
    takeOut: () => {
      descriptors.add(libc.accept4(listener.fd, null, null, 0));
    },
  };
}

/** How many connections to the port are in this state on their way there. */
async function connectionsTo(port: number, state: string): Promise<number> {
  const remote = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n');
  return lines.filter((line) => new RegExp(`^\\s*\\d+: \\S+ \\w+:${remote} ${state} `).test(line)).length;
}

describe.skipIf(libc === undefined)(`a stop during a handshake ${reason ?? ''}`, () => {
  test.each(['native', 'node'])('is in no figure that %s tells, and is told', async (engine) => {
    const { port, takeOut } = fullPort();
    await using run = start('ping', HOST, port, '--count', 1, '--engine', engine, '--json');
    await eventually('a SYN is out', async () => (await connectionsTo(port, SYN_SENT)) === 1, SOON_MS);
    run.kill('SIGSTOP');
    takeOut();
    // The kernel goes on alone: it sends the SYN again, and is answered.
    await eventually(
      'the connection stands',
      async () => (await connectionsTo(port, ESTABLISHED)) === 2,
      SOON_MS,
    );
    run.kill('SIGCONT');
    const { code, stdout } = await run.endsWithin(SOON_MS);
    expect(code).toBe(0);
    const { replies, statistics } = JSON.parse(stdout);
    expect(replies).toEqual([expect.objectContaining({ connectNs: null, handshakeRttNs: null })]);
    expect(statistics).toMatchObject({ answered: 1, failed: 0, suspended: 1, connectNs: null });
    if (engine === 'native') expect(replies[0].resentSyns).toBeGreaterThan(0);
  });
});
