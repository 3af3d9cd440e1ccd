/** A check of a client ends by itself where no client comes, or where somebody ends it, and loses nothing that was judged. */
import { describe, expect, test } from 'vitest';
import type { ClientCheckOptions } from '../../src/check/client/check.ts';
import { startClientCheck } from '../../src/check/client/check.ts';
import { VirtualClock } from '../../src/clock/virtual.ts';
import { CheckError } from '../../src/measure/outcome.ts';
import { MemoryNetwork } from '../../src/net/memory/network.ts';
import type { CheckResult } from '../../src/result/check-result.ts';
import { runClient } from './small-client.ts';
import { PORT } from './small-server.ts';

const MINUTE_NS = 60_000_000_000;

interface World {
  readonly clock: VirtualClock;
  readonly network: MemoryNetwork;
  readonly abort: AbortController;
}

async function failed(options: (world: World) => Partial<ClientCheckOptions>): Promise<CheckError> {
  const clock = new VirtualClock();
  const network = new MemoryNetwork(clock, { latencyNs: 100_000 });
  const abort = new AbortController();
  const run = startClientCheck(
    { network, clock },
    { host: 'localhost', port: PORT, signal: abort.signal, ...options({ clock, network, abort }) },
  );
  const error = await clock.drive(run.result).catch((thrown: unknown) => thrown);
  if (error instanceof CheckError) return error;
  throw error;
}

function notes({ rules }: CheckResult, verdict: 'pass' | 'fail' | 'not-run'): Map<string, string | null> {
  return new Map(rules.flatMap((rule) => (rule.verdict === verdict ? [[rule.name, rule.note]] : [])));
}

describe('a client that does not come', () => {
  test('is waited for as long as it takes to start it by hand, and no longer', async () => {
    const { code, message, result } = await failed(() => ({}));
    expect({ code, message }).toEqual({ code: 'timeout', message: 'no client connected within 600 s' });
    expect(result.durationNs).toBe(10 * MINUTE_NS);
    expect(new Set(notes(result, 'not-run').values())).toEqual(new Set([message]));
    expect(notes(result, 'not-run').size).toBe(result.rules.length);
  });

  test('is not waited for once it has ended, and how it did is told', async () => {
    const { code, message, result } = await failed(() => ({ start: async () => '(exit code 7): no host' }));
    expect(code).toBe('peer');
    expect(message).toBe('the client ended and had not connected (exit code 7): no host');
    expect(result.durationNs).toBeLessThan(MINUTE_NS);
  });

  test('any more leaves what was judged before', async () => {
    const { code, result } = await failed(({ clock, network }) => ({
      start: async ({ name }) => {
        if (name !== 'probe-refused') await runClient(clock, network, { heedsRefusal: false });
        return undefined;
      },
    }));
    expect(code).toBe('peer');
    expect([...notes(result, 'fail').keys()]).toEqual(['client-setup-refused']);
    expect(notes(result, 'pass').has('client-closes')).toBe(true);
    expect([...notes(result, 'not-run').keys()]).toEqual([
      'client-probe-refused',
      'client-wrong-echo',
      'client-no-echo',
      'client-termination-refused',
    ]);
  });
});

describe('somebody who ends the check', () => {
  test('has what was judged until then, and knows what was not', async () => {
    const { code, result } = await failed(({ clock, network, abort }) => ({
      start: async ({ name }) => {
        if (name === 'wrong-echo') abort.abort();
        await runClient(clock, network, { probes: 5 });
        return undefined;
      },
    }));
    expect(code).toBe('cancelled');
    expect(result.outcome.status).toBe('cancelled');
    expect(result.sessions).toHaveLength(1);
    expect([...notes(result, 'fail').keys()]).toEqual(['client-ten-probes']);
    expect(notes(result, 'not-run')).toEqual(
      new Map(
        ['client-wrong-echo', 'client-no-echo', 'client-termination-refused'].map((name) => [
          name,
          'interrupted',
        ]),
      ),
    );
  });

  test('before any client came is told that nothing was judged, the mean round-trip time neither', async () => {
    const { result } = await failed(({ clock, abort }) => {
      clock.wakeAt(1_000_000n, () => abort.abort());
      return { expectRttMs: 20 };
    });
    expect(new Set(notes(result, 'not-run').values())).toEqual(new Set(['interrupted']));
    expect(notes(result, 'not-run').has('client-mean-rtt')).toBe(true);
    expect(notes(result, 'not-run').size).toBe(result.rules.length);
  });
});
