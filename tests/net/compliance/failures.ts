/** Compliance: whatever goes wrong is named by its code and its phase, and what was measured before is kept. */
import { describe, expect, test } from 'vitest';
import type { EcholotError, ErrorCode, ErrorPhase } from '../../../src/core/errors.ts';
import type { SampleBuffer, SessionOptions } from '../../../src/net/engine.ts';
import { goodExcept, listenScripted, type Script } from '../scripted-server.ts';
import {
  MS,
  makePlan,
  makeSamples,
  NO_BUDGET_NS,
  open,
  type PlanChanges,
  roundTrips,
  serve,
  unusedPort,
  type World,
} from '../world.ts';

const SILENCE_MS = 200;

interface Failed {
  readonly error: EcholotError;
  readonly samples: SampleBuffer;
  readonly heard: readonly string[];
}

/** Opens a session with a scripted server and runs a batch in it, which is expected to fail. */
async function failIn(
  world: World,
  script: Script,
  changes: PlanChanges = {},
  options: Partial<SessionOptions> = {},
): Promise<Failed> {
  const { port, heard } = await listenScripted(world.network, script);
  const samples = makeSamples();
  const session = await open(world, port, makePlan('size-first', changes), options);
  const batch = session.runBatch({ probes: 20, budgetNs: NO_BUDGET_NS }, samples);
  const error = await world.drive(
    batch.then(
      () => Promise.reject(new Error('the batch was expected to fail')),
      (failure: EcholotError) => failure,
    ),
  );
  await world.drive(session.close());
  return { error, samples, heard };
}

function expectKept({ error, samples }: Failed, code: ErrorCode, count: number): void {
  const phase: ErrorPhase = 'measurement';
  expect(error).toMatchObject({ name: 'EcholotError', code, phase });
  expect(samples.count).toBe(count);
  for (const rttNs of samples.rttNs.subarray(0, count)) expect(rttNs).toBeGreaterThan(0);
}

export function failures(world: () => World): void {
  describe('failures', () => {
    test('a port where nothing listens is a network error of the connecting phase', async () => {
      const port = await unusedPort(world());
      await expect(open(world(), port, makePlan('size-first'))).rejects.toMatchObject({
        code: 'network',
        phase: 'connect',
        message: expect.stringMatching(new RegExp(`127\\.0\\.0\\.1:${port}.*connection refused`)),
      });
    });

    test('a server that refuses the setup is quoted', async () => {
      const { port } = await serve(world(), { limits: { maxProbes: 5 } });
      await expect(open(world(), port, makePlan('size-first', { probes: 6 }))).rejects.toMatchObject({
        code: 'peer',
        phase: 'setup',
        expected: '200 OK: Ready',
        received: expect.stringContaining('404 ERROR: Invalid Connection Setup Message'),
      });
    });

    test('a server that closes instead of answering the setup is not waited for', async () => {
      const { port } = await listenScripted(world().network, () => ({ go: 'end' }));
      await expect(open(world(), port, makePlan('size-first'))).rejects.toMatchObject({
        code: 'peer',
        phase: 'setup',
        received: 'nothing',
      });
    });

    test('a plain echo server is recognised at setup, with the option that measures it', async () => {
      const { port } = await serve(world(), { mode: 'echo' });
      await expect(open(world(), port, makePlan('size-first'))).rejects.toMatchObject({
        code: 'peer',
        phase: 'setup',
        advice: expect.stringContaining('--plain'),
      });
    });

    test('a server that is silent at setup is given up after the time-out, not before', async () => {
      const { port } = await listenScripted(world().network, () => undefined);
      const startNs = world().network.timekeeper.nowNs();
      const opening = open(world(), port, makePlan('size-first', { timeoutMs: SILENCE_MS }));
      await expect(opening).rejects.toMatchObject({ code: 'timeout', phase: 'setup' });
      const waitedNs = Number(world().network.timekeeper.nowNs() - startNs);
      expect(waitedNs).toBeGreaterThanOrEqual(SILENCE_MS * MS);
    });

    test('a server that falls silent costs the time-out and no sample', async () => {
      const startNs = world().network.timekeeper.nowNs();
      const failed = await failIn(world(), goodExcept(3, {}), { timeoutMs: SILENCE_MS });
      expectKept(failed, 'timeout', 2);
      const waitedNs = Number(world().network.timekeeper.nowNs() - startNs);
      expect(waitedNs).toBeGreaterThanOrEqual(SILENCE_MS * MS);
    });

    test('a server that closes in the middle of an echo is the peer at fault, and no sample is lost', async () => {
      const failed = await failIn(world(), goodExcept(3, { say: 'm abcd', go: 'end' }));
      expectKept(failed, 'peer', 2);
      expect(failed.error.message).toContain('closed the connection');
      expect(failed.error.received).toBe('m abcd');
    });

    test('an echo of something else is never taken for a sample', async () => {
      const failed = await failIn(world(), goodExcept(3, 'm abcdefghiX 3\n'));
      expectKept(failed, 'peer', 2);
      expect(failed.error).toMatchObject({ expected: 'm abcdefghij 3\\n', received: 'm abcdefghiX 3\\n' });
    });

    test('an echo that is longer than agreed is never taken for a sample', async () => {
      const failed = await failIn(world(), goodExcept(3, 'm abcdefghijk 3\n'));
      expectKept(failed, 'peer', 2);
      expect(failed.error).toMatchObject({ expected: 'm abcdefghij 3\\n', received: 'm abcdefghijk 3\\n' });
    });

    test('an echo that is shorter than agreed is waited for, shown, and never taken for a sample', async () => {
      const failed = await failIn(world(), goodExcept(3, 'm abcdefghi 3\n'), { timeoutMs: SILENCE_MS });
      expectKept(failed, 'timeout', 2);
      expect(failed.error.received).toBe('m abcdefghi 3\\n');
    });

    test('a first echo that is garbage is shown beside what was expected', async () => {
      const failed = await failIn(world(), goodExcept(1, '\x00\xffgarbage\n'));
      expectKept(failed, 'peer', 0);
      expect(failed.error).toMatchObject({
        expected: 'm abcdefghij 1\\n',
        received: '\\x00\\xffgarbage\\n',
      });
    });

    test('bytes that nobody asked for, behind an echo, are a fault of the peer', async () => {
      const failed = await failIn(world(), goodExcept(2, 'm abcdefghij 2\nmore\n'));
      expect(failed.error).toMatchObject({ code: 'peer', phase: 'measurement' });
      expect(failed.samples.count).toBeLessThanOrEqual(2);
    });

    test('a probe that the server refuses is told in the server’s words', async () => {
      const failed = await failIn(
        world(),
        goodExcept(3, { say: '404 ERROR: Invalid Measurement Message\n', go: 'end' }),
      );
      expectKept(failed, 'peer', 2);
      expect(failed.error.message).toContain('refused probe 3');
      expect(failed.error.received).toContain('404 ERROR: Invalid Measurement Message');
    });

    test('a connection that is reset in the middle of a probe is a network error', async () => {
      // Unread bytes at the end of a connection make it a reset on every system.
      const listener = await world().network.listen({ host: '127.0.0.1', port: 0 }, (connection) => ({
        onBytes: (chunk) => {
          if (chunk[0] === 's'.charCodeAt(0)) connection.write(Buffer.from('200 OK: Ready\n'));
          else connection.destroy();
        },
        onDrain: () => {},
        onEnd: () => {},
        onClose: () => {},
      }));
      const plan = makePlan('size-first', { payloadBytes: 1024 * 1024 });
      const session = await open(world(), listener.endpoints[0]!.port, plan);
      const batch = session.runBatch({ probes: 1, budgetNs: NO_BUDGET_NS }, makeSamples());
      await expect(world().drive(batch)).rejects.toMatchObject({ code: 'network', phase: 'measurement' });
      await world().drive(session.close());
    });

    test('a session that failed stays failed: the next batch gives the same error', async () => {
      const { port } = await listenScripted(world().network, goodExcept(1, 'nonsense\n'));
      const session = await open(world(), port, makePlan('size-first'));
      const batch = { probes: 1, budgetNs: NO_BUDGET_NS };
      const samples = makeSamples();
      await expect(world().drive(session.runBatch(batch, samples))).rejects.toMatchObject({ code: 'peer' });
      await expect(world().drive(session.runBatch(batch, samples))).rejects.toMatchObject({ code: 'peer' });
    });
  });

  describe('cancelling', () => {
    test('in the middle of a batch keeps the samples and still says goodbye', async () => {
      const abort = new AbortController();
      const script = goodExcept(3, () => {
        abort.abort();
        return undefined;
      });
      const failed = await failIn(world(), script, {}, { signal: abort.signal });
      expectKept(failed, 'cancelled', 2);
      await roundTrips(world());
      expect(failed.heard.at(-1)).toBe('t\n');
    });

    test('lets no further probe leave, even when it comes with an echo', async () => {
      const abort = new AbortController();
      let echoes = 0;
      const failed = await failIn(
        world(),
        goodExcept(-1, {}),
        {},
        {
          signal: abort.signal,
          trace: ({ direction, head }) => {
            if (direction === 'received' && head[0] === 'm'.charCodeAt(0) && ++echoes === 3) abort.abort();
          },
        },
      );
      expect(failed.error).toMatchObject({ code: 'cancelled', phase: 'measurement' });
      await roundTrips(world());
      expect(failed.heard.filter((message) => message.startsWith('m '))).toHaveLength(3);
    });

    test('before a batch sends nothing', async () => {
      const abort = new AbortController();
      const { port, heard } = await listenScripted(world().network, goodExcept(-1, {}));
      const session = await open(world(), port, makePlan('size-first'), { signal: abort.signal });
      abort.abort();
      const batch = session.runBatch({ probes: 1, budgetNs: NO_BUDGET_NS }, makeSamples());
      await expect(world().drive(batch)).rejects.toMatchObject({ code: 'cancelled', phase: 'measurement' });
      expect(await world().drive(session.close())).toBe('answered');
      expect(heard).toEqual(['s RTT 10 20 0\n', 't\n']);
    });

    test('while the connection is being made ends the opening', async () => {
      const { port } = await listenScripted(world().network, goodExcept(-1, {}));
      const abort = new AbortController();
      const opening = open(world(), port, makePlan('size-first'), { signal: abort.signal });
      abort.abort();
      await expect(opening).rejects.toMatchObject({ code: 'cancelled', phase: 'connect' });
    });

    test('while the server thinks about the setup ends the opening', async () => {
      const abort = new AbortController();
      const { port } = await listenScripted(world().network, () => {
        abort.abort();
        return undefined;
      });
      const opening = open(world(), port, makePlan('size-first'), { signal: abort.signal });
      await expect(opening).rejects.toMatchObject({ code: 'cancelled', phase: 'setup' });
    });
  });
}
