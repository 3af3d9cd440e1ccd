/** A path that is not the one of the handshake: told where it is proven, told as one of two where it is not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RawBlock } from '../../src/result/block-record.ts';
import type { Recording } from '../../src/result/result.ts';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { codes, findingOf, one, reasonOf } from './looking.ts';
import {
  type BlockOver,
  block,
  layers,
  MS,
  PORTABLE,
  recording,
  resampled,
  steadyRtts,
  US,
} from './recordings.ts';

const NEAR = 50 * US;

function blocks(rttMs: number, over: BlockOver = {}, spread = 0.02): RawBlock[] {
  const random = seededRandom(3);
  return [1, 2, 3, 4, 5].map((round) => {
    const rttNs = steadyRtts(50, rttMs * MS, spread, random);
    return block(rttNs, { round, connectNs: NEAR, handshakeRttNs: NEAR, ...over });
  });
}

/** All but what is said of the amount of samples. */
function accusing(given: Recording): string[] {
  return codes(given).filter((code) => code !== 'thin-tail' && code !== 'missing-stamps');
}

/** A server that tells how long it kept each probe. */
function telling(rttMs: number, residenceMs: number): Recording {
  const told = blocks(rttMs).map((one) => {
    const { rttNs } = one.samples;
    return resampled(one, { layers: layers(rttNs, { residenceNs: rttNs.map(() => residenceMs * MS) }) });
  });
  return recording(told);
}

describe('something-between: the handshake is answered nearer than the echo comes from', () => {
  test('it is sure where the server tells that it did not keep the probes', () => {
    const warning = one('something-between', telling(40, 0.02));
    expect(warning).toMatchObject({ certain: true, handshakeRttNs: NEAR });
    expect(warning.echoNs).toBeGreaterThan(25 * MS);
    expect(warning.message).toContain('who answers the handshake is not who echoes');
  });

  test('a server that tells nothing may itself take that long: both are named', () => {
    for (const engine of [{ layers: null }, PORTABLE]) {
      const warning = one('something-between', recording(blocks(40, engine)));
      expect(warning.certain).toBe(false);
      expect(warning.message).toContain('either the server takes that long for each, or something between');
    }
  });

  test('a server delay that was asked for is taken off before', () => {
    const given = blocks(91, { layers: null });
    const warning = one('something-between', recording(given, { plan: { serverDelayNs: 50 * MS } }));
    expect(warning.echoNs).toBeLessThan(41 * MS);
    expect(warning.message).toContain('less the 50 ms it was asked to wait');
    const honoured = recording(blocks(52, { layers: null }), { plan: { serverDelayNs: 50 * MS } });
    expect(findingOf('something-between', honoured)).toBe('clear');
  });

  test('neither the server nor an acknowledgement is accused for it', () => {
    const given = recording(blocks(46, { layers: null, readsPerEcho: 2 }), {
      plan: { serverDelayNs: 5 * MS },
    });
    expect(accusing(given)).toEqual(['something-between']);
  });
});

describe('something-between: not where the path or this machine explains it', () => {
  test.each([
    ['a server that says that it takes 40 ms', telling(41, 40.5)],
    ['a path of 40 ms', recording(blocks(40, { connectNs: 40 * MS, handshakeRttNs: 40 * MS }))],
    ['a jittery path', recording(blocks(5, { handshakeRttNs: 4 * MS, layers: null }, 0.2))],
    ['wake-ups that no handshake contains', recording(blocks(1.9, { layers: null }))],
    [
      'a slow link, on which the larger message takes longer',
      recording(blocks(90, { layers: null, payloadBytes: 1_000, handshakeRttNs: 6 * MS })),
    ],
    [
      'a client that is late by itself',
      recording(
        blocks(40).map((late) => {
          const { rttNs } = late.samples;
          const short = layers(rttNs.map((ns) => ns / 100));
          return resampled(late, { layers: { ...short, residenceNs: rttNs.map(() => null) } });
        }),
      ),
    ],
    [
      'one block in which the server was slow',
      recording([...blocks(0.1, { layers: null }), ...blocks(40, { layers: null }).slice(0, 1)]),
    ],
  ])('%s', (_why, given) => {
    expect(findingOf('something-between', given)).toBe('clear');
  });

  test('of a few echoes the least may be late', () => {
    const few = block(new Array<number>(9).fill(40 * MS), { connectNs: NEAR, layers: null });
    expect(reasonOf('something-between', recording([few]))).toContain('10 echoes');
  });

  test('of large messages it may be the time to read them', () => {
    const large = recording(blocks(40, { payloadBytes: 32_768, layers: null }));
    expect(reasonOf('something-between', large)).toContain('1448 bytes');
  });

  test('whatever the length and the jitter of a path that has no one on it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20 * US, max: 300 * MS }),
        fc.double({ min: 0, max: 0.3, noNaN: true }),
        fc.integer({ min: 1, max: 60_000 }),
        fc.nat(),
        (levelNs, spread, payloadBytes, seed) => {
          const random = seededRandom(seed);
          const given = [1, 2, 3, 4, 5].map((round) => {
            const [handshakeRttNs = 0, ...rttNs] = steadyRtts(31, levelNs, spread, random);
            return block(rttNs, { round, payloadBytes, handshakeRttNs, layers: null });
          });
          expect(codes(recording(given))).not.toContain('something-between');
        },
      ),
    );
  });
});
