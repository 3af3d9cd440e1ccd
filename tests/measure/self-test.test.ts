/** A self-test tells of each way to measure what it really showed, and leaves nothing running behind it. */
import { describe, expect, test } from 'vitest';
import { EcholotError } from '../../src/core/errors.ts';
import { bench, HEALTH, STAMPED } from './self-testing.ts';

const MS = 1_000_000;

describe('a self-test', () => {
  test('measures every engine in every way in which it can wait', async () => {
    const { run, native, node } = bench();
    const { floors, server, clock } = await run();
    expect(floors.map(({ engine, wait }) => `${engine} ${wait}`)).toEqual([
      'native spin',
      'native adaptive',
      'native block',
      'node adaptive',
    ]);
    expect(native.plans.map(({ wait }) => wait)).toEqual(['spin', 'adaptive', 'block']);
    for (const { host, port } of [...native.targets, ...node.targets]) {
      expect({ host, port }).toEqual({ host: '127.0.0.1', port: 4_711 });
    }
    expect(server).toEqual({ engine: 'native', payloadBytes: 100 });
    expect(clock.name).toBe('virtual');
  });

  test('tells a floor for the program, the kernel and the network, each of its own samples', async () => {
    const { floors } = await bench().run();
    expect(floors[0]).toMatchObject({
      application: { minNs: 10_000, medianNs: 11_000, p99Ns: 12_000, ownNs: 11_000, boundBy: 'median' },
      kernel: { minNs: 6_000, medianNs: 6_500, p99Ns: 7_000 },
      network: { minNs: 2_000, medianNs: 2_300, p99Ns: 2_500, within10PercentNs: 23_000 },
      residenceSource: 'kernel',
      cpuShare: 0.9,
      processorWaitShare: null,
    });
    expect(floors[3]).toMatchObject({
      application: { medianNs: 20_000, p99Ns: 30_000 },
      kernel: null,
      network: null,
    });
    expect(floors[0]?.application.n).toBe(floors[0]?.kernel?.n);
  });

  test('leaves out the first block, in which code was cold', async () => {
    // A fifth of 75 ms, at most.
    const cold = { ...STAMPED, rttNs: [...Array(17).fill(900_000), ...Array(20_000).fill(10_000)] };
    const { run, native } = bench({ native: { sessions: [cold] } });
    const { floors } = await run();
    expect(native.batches[0]).toEqual({ probes: 1_000, budgetNs: 15 * MS });
    expect(floors[0]?.application.p99Ns).toBe(10_000);
  });

  test.each([501, 2_003])('takes about the %i ms it is given', async (durationMs) => {
    const { run, clock } = bench();
    const { durationNs, engines } = await run({ durationMs });
    const sleptNs = engines.reduce((sum, { sleeps }) => sum + (sleeps?.n ?? 0) * (sleeps?.askedNs ?? 0), 0);
    // The scripted sleeps take no virtual time.
    const totalMs = (durationNs + sleptNs) / MS;
    expect(totalMs).toBeGreaterThan(0.7 * durationMs);
    expect(totalMs).toBeLessThan(1.05 * durationMs + 10);
    expect(Number(clock.nowNs())).toBe(durationNs);
  });

  test('has a sample of each floor even when one probe takes longer than its time', async () => {
    const { run } = bench({ native: { sessions: [{ rttNs: [900 * MS] }] } });
    const { floors, stamps, doubts } = await run({ durationMs: 500 });
    expect(floors[0]?.application.n).toBe(1);
    expect(stamps).toEqual({ probes: 3, kernelProbes: 0, serverProbes: 0, reason: 'this kernel gave none' });
    expect(doubts.map(({ code }) => code)).toEqual(['no-stamps']);
  });

  test('tells how late sleeps end, early ones included, and the echo of each engine with itself', async () => {
    const { engines } = await bench().run();
    expect(engines).toEqual(
      ['native', 'node'].map((name) => ({
        name,
        ownEcho: { probes: 1_000, minRttNs: 7_000, medianRttNs: 8_000 },
        sleeps: { askedNs: MS, n: 100, medianNs: 50_000, p99Ns: 50_000, maxNs: 50_000 },
      })),
    );
  });

  test('without a native engine says why, in what it lacks as well', async () => {
    const { run } = bench({ notNative: 'it needs Linux, and this is darwin' });
    const { floors, notNative, stamps, doubts, server } = await run();
    expect(notNative).toBe('it needs Linux, and this is darwin');
    expect(floors.map(({ engine }) => engine)).toEqual(['node']);
    expect(server.engine).toBe('node');
    expect(stamps).toMatchObject({ probes: 0, reason: expect.stringContaining('this is darwin') });
    expect(doubts.map(({ code }) => code)).toEqual(['no-native-engine']);
  });

  test('a stamp that is missing is counted, and no figure of the kernel', async () => {
    const none = { sendCallNs: NaN, localQueueNs: NaN, kernelRttNs: NaN, wakeUpNs: NaN, residenceNs: 4_000 };
    const layers = [...(STAMPED.layers ?? []), none];
    const { floors, stamps } = await bench({ native: { sessions: [{ ...STAMPED, layers }] } }).run();
    const [floor] = floors;
    expect(floor?.kernel?.n).toBeLessThan(0.8 * (floor?.application.n ?? 0));
    expect(floor?.network?.n).toBe(floor?.kernel?.n);
    expect(stamps.serverProbes).toBe(stamps.probes);
    expect(stamps.kernelProbes).toBeLessThan(stamps.probes);
  });

  test('records the state of the client, which it has looked at between the floors', async () => {
    const { run, told } = bench();
    const { health } = await run();
    expect(health).toEqual(HEALTH);
    expect(told.filter((word) => word === 'look')).toHaveLength(6);
  });
});

describe('whatever happens', () => {
  test('the engines and the server are closed', async () => {
    const { run, told, native } = bench();
    await run();
    expect(told.slice(-3)).toEqual(['native closed', 'node closed', 'server closed']);
    expect(native.closed).toBe(3);
  });

  test('an engine that cannot measure ends the test with its error, and closes all the same', async () => {
    const failure = { probe: 5, error: new EcholotError('network', 'connection reset') };
    const { run, told, native } = bench({ native: { sessions: [{ ...STAMPED, failure }] } });
    await expect(run()).rejects.toThrow('connection reset');
    expect(native.closed).toBe(1);
    expect(told.slice(-3)).toEqual(['native closed', 'node closed', 'server closed']);
  });

  test('a place without a loopback ends with that error', async () => {
    const { run, told } = bench({
      serve: () => Promise.reject(new EcholotError('network', 'no address to listen on')),
    });
    await expect(run()).rejects.toThrow('no address to listen on');
    expect(told).toEqual(['native closed', 'node closed']);
  });

  test('a test that is cancelled ends as such, before and while it measures', async () => {
    await expect(bench().run({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
    const { run, clock, told } = bench();
    const abort = new AbortController();
    clock.wakeAt(BigInt(100 * MS), () => abort.abort());
    await expect(run({ durationMs: 500, signal: abort.signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(told.at(-1)).toBe('server closed');
  });

  test.each([0, 499, 60_001, Number.NaN])('a duration of %d ms is refused', async (durationMs) => {
    const { run, told } = bench();
    await expect(run({ durationMs })).rejects.toMatchObject({ code: 'usage' });
    expect(told).not.toContain('serve');
  });
});
