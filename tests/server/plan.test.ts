/** What a server is asked to do is checked before it listens: a slip must not kill it at its first client. */
import { describe, expect, test } from 'vitest';
import { planServer, type ServeOptions } from '../../src/server/plan.ts';

/** As a caller from JavaScript may write them. */
function plan(options: Record<string, unknown>): ReturnType<typeof planServer> {
  return planServer(options as ServeOptions);
}

describe('a server that is told nothing', () => {
  test('listens on this machine only, port 9900, in every dialect, with every limit set', () => {
    const { host, port, mode, dialect, limits, graceMs } = planServer({});
    expect({ host, port, mode, dialect, graceMs }).toEqual({
      host: 'localhost',
      port: 9_900,
      mode: 'measurement',
      dialect: 'auto',
      graceMs: 10_000,
    });
    expect(limits).toEqual({
      maxPayloadBytes: 16 * 1_024 ** 2,
      maxProbes: 1_000_000,
      maxDelayNs: 10e9,
      firstMessageNs: 10e9,
      idleNs: 60e9,
      maxSessions: 1_024,
      maxClientSessions: 512,
      maxSessionNs: 86_400_000_000_000,
      maxTotalPayloadBytes: 1_024 ** 3,
      maxLoadMs: 60_000,
      maxLoadBitsPerSecond: 0,
      maxLoadStreams: 32,
      maxLoads: 1,
      maxLoadsWaiting: 32,
      maxLoadWaitMs: 600_000,
    });
  });

  test('an undefined limit is one that was not given, not one that is off', () => {
    expect(plan({ limits: { idleNs: undefined } }).limits.idleNs).toBe(60e9);
  });
});

describe('a slip is told to the caller by name', () => {
  test.each([
    [{ host: '' }, 'host'],
    [{ host: 7 }, 'host'],
    [{ port: 70_000 }, 'port'],
    [{ port: -1 }, 'port'],
    [{ port: 1.5 }, 'port'],
    [{ mode: 'both' }, 'mode'],
    [{ dialect: 'zz' }, 'dialect'],
    [{ delayUnit: 'hours' }, 'delay unit'],
    [{ load: 'no' }, 'choice of loads'],
    [{ limits: { maxLoadMs: 0.5 } }, 'maxLoadMs'],
    [{ limits: { maxLoadStreams: 0 } }, 'maxLoadStreams'],
    [{ limits: { maxLoads: 0 } }, 'maxLoads'],
    [{ limits: { maxLoads: 65 } }, 'maxLoads'],
    [{ limits: { maxLoadsWaiting: 1_001 } }, 'maxLoadsWaiting'],
    [{ limits: { maxLoadWaitMs: 0 } }, 'maxLoadWaitMs'],
    [{ limits: { maxLoadBitsPerSecond: -1 } }, 'maxLoadBitsPerSecond'],
    [{ graceMs: -1 }, 'grace period'],
    [{ graceMs: Number.NaN }, 'grace period'],
    [{ limits: { idleNs: 33_299_999.999999996 } }, 'idleNs'],
    [{ limits: { maxSessions: 0 } }, 'maxSessions'],
    [{ limits: { maxPayloadBytes: Number.POSITIVE_INFINITY } }, 'maxPayloadBytes'],
  ])('%j', (options, named) => {
    expect(() => plan(options)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(named) }),
    );
  });
});
