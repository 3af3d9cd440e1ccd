/** The server knows whom it lets in and whom it refuses: by address, on each engine and each of its threads. */
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { type ServerEvent, serve } from '../../../src/index.ts';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { Admission } from '../../../src/server/access/admission.ts';
import { ServerCounters } from '../../../src/server/counters.ts';
import { planServer } from '../../../src/server/plan.ts';
import { full, READY } from '../pretend-server.ts';
import { type Staying, stay } from './talk.ts';

const SETUP = 's RTT 3 2 0\n';

test('whoever asks is answered by name, with the terms of the server', () => {
  const { limits } = planServer({ limits: { maxSessions: 2, idleNs: 7, maxTotalPayloadBytes: 10 } });
  const admission = new Admission(new ServerCounters(), limits);
  const remotes = [1, 2, 3].map((port) => ({ address: `192.0.2.${port}`, port, family: 4 }) as const);
  const [one, other, third] = remotes.map((remote) => admission.enter(remote, 0n));
  expect(one).toMatchObject({
    answer: 'yes',
    place: { remote: remotes[0] },
    terms: { limits: { idleNs: 7 } },
  });
  expect(other).toMatchObject({ answer: 'yes', place: { remote: remotes[1] } });
  expect(third).toMatchObject({ answer: 'refuse', place: { remote: remotes[2] }, refusal: { most: 2 } });
  // What all may have together is one budget, whoever asks.
  const [first, second] = [one, other].map((admitted) =>
    admitted?.answer === 'yes' ? admitted.terms.budget : undefined,
  );
  expect([first?.reserve(6), second?.reserve(6)]).toEqual([true, false]);
});

describe.runIf(process.platform === 'linux').each([
  ['node', 1],
  ['native', 3],
] as const)('the %s server on %d threads', (engine, threads) => {
  test.skipIf(engine === 'native' && nativeUnavailable() !== undefined)(
    'tells the address of each who is let in, and of each who is refused',
    async () => {
      const events: ServerEvent[] = [];
      const onEvent = (event: ServerEvent): void => void events.push(event);
      const limits = { maxSessions: 3 };
      const server = await serve({ host: '127.0.0.1', port: 0, engine, threads, limits, onEvent });
      const port = server.endpoints[0]?.port ?? 0;
      const addresses = Array.from({ length: 9 }, (_, i) => `127.0.0.${i + 10}`);
      const clients: Staying[] = [];
      // One after the other, so that it is known who comes too late.
      for (const address of addresses) clients.push(await stay(port, SETUP, address));
      const answers = clients.map(({ answer }) => answer);
      expect(answers).toEqual([...Array<string>(3).fill(READY), ...Array<string>(6).fill(full(3))]);
      const asked = clients.map(({ local }) => local);
      expect(asked.map(({ address }) => address)).toEqual(addresses);
      for (const { socket } of clients) {
        socket.destroy();
        if (!socket.closed) await once(socket, 'close');
      }
      await server.close();
      const told = (kind: 'connected' | 'refused' | 'end'): unknown[] =>
        events.flatMap((event) => (event.kind === kind ? [event.remote] : []));
      // The events of several threads come in no order.
      expect(new Set(told('connected'))).toEqual(new Set(asked.slice(0, 3)));
      expect(new Set(told('end'))).toEqual(new Set(asked.slice(0, 3)));
      expect(new Set(told('refused'))).toEqual(new Set(asked.slice(3)));
    },
  );
});
