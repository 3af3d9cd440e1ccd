/** The layers of a series, against a second computation by the definitions. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layersOfSeries } from '../../src/analysis/layers.ts';
import type { BlockRecord } from '../../src/result/block-record.ts';
import type { LayersRecord } from '../../src/result/samples.ts';
import type { SeriesLayersRecord } from '../../src/result/series-record.ts';
import { naiveQuantile } from '../stats/naive.ts';
import { type BlockOver, block } from './recordings.ts';

type LaterList = 'tcpWaitNs' | 'serverTcpWaitNs';
type Stamps = Readonly<Record<Exclude<keyof LayersRecord, 'residenceSource' | LaterList>, number | null>>;

const WHOLE: Stamps = {
  ...{ sendCallNs: 10, localQueueNs: 5, kernelRttNs: 80, wakeUpNs: 5, residenceNs: 30 },
};

function blockOf(
  stamps: readonly Stamps[],
  over: BlockOver = {},
  residenceSource: LayersRecord['residenceSource'] = 'kernel',
): BlockRecord {
  const list = (key: keyof Stamps): (number | null)[] => stamps.map((each) => each[key]);
  return block(
    stamps.map(() => 100),
    {
      layers: {
        residenceSource,
        sendCallNs: list('sendCallNs'),
        localQueueNs: list('localQueueNs'),
        kernelRttNs: list('kernelRttNs'),
        wakeUpNs: list('wakeUpNs'),
        residenceNs: list('residenceNs'),
      },
      ...over,
    },
  );
}

function layersOf(...blocks: readonly BlockRecord[]): SeriesLayersRecord {
  const layers = layersOfSeries(blocks);
  if (layers === null) throw new Error('the series has no layers');
  return layers;
}

const stamp = fc.option(fc.integer({ min: 0, max: 1_000 }));
const probes = fc.array(
  fc.record({
    ...{ sendCallNs: stamp, localQueueNs: stamp, kernelRttNs: stamp, wakeUpNs: stamp, residenceNs: stamp },
  }),
  { maxLength: 15 },
);

test('each layer is over the stamps that are there, and warm-up is in none of them', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(probes, probes), { minLength: 1, maxLength: 6 }), (scripted) => {
      const { statistics, missing } = layersOf(
        ...scripted.map(([warmup, counted]) =>
          blockOf([...warmup, ...counted], { warmupProbes: warmup.length }),
        ),
      );
      const counted = scripted.flatMap(([, each]) => each);
      for (const key of Object.keys(WHOLE) as (keyof Stamps)[]) {
        const there = counted.map((each) => each[key]).filter((ns) => ns !== null);
        expect(statistics[key]?.n ?? 0).toBe(there.length);
        if (there.length > 0) expect(statistics[key]?.median).toBeCloseTo(naiveQuantile(there, 0.5), 9);
      }
      const network = counted.flatMap(({ kernelRttNs: whole, residenceNs: part }) =>
        whole === null || part === null || part > whole ? [] : [whole - part],
      );
      expect(statistics.networkRttNs?.n ?? 0).toBe(network.length);
      if (network.length > 0) {
        expect(statistics.networkRttNs?.median).toBeCloseTo(naiveQuantile(network, 0.5), 9);
      }
      expect(missing.client).toBe(
        counted.filter(({ residenceNs: _, ...own }) => Object.values(own).includes(null)).length,
      );
    }),
  );
});

describe('what TCP kept', () => {
  const layers = {
    residenceSource: 'kernel',
    sendCallNs: [10, 10],
    tcpWaitNs: [0, 20],
    localQueueNs: [5, 5],
    kernelRttNs: [80, 60],
    wakeUpNs: [5, 5],
    residenceNs: [30, 30],
    serverTcpWaitNs: [null, 12],
  } as const;

  test('is no part of the server’s own time, which is all of the residence where it does not tell', () => {
    const { statistics } = layersOf(block([100, 100], { layers }));
    expect(statistics.tcpWaitNs).toMatchObject({ n: 2, max: 20 });
    expect(statistics.serverTcpWaitNs).toMatchObject({ n: 1, min: 12 });
    expect(statistics.serverNs).toMatchObject({ n: 2, min: 18, max: 30 });
    expect(statistics.networkRttNs).toMatchObject({ n: 2, min: 30, max: 50 });
  });

  test('is not known of files whose program did not ask', () => {
    const { statistics, missing } = layersOf(blockOf([WHOLE]));
    expect(statistics).toMatchObject({ tcpWaitNs: null, serverTcpWaitNs: null });
    expect(statistics.serverNs?.median).toBe(30);
    expect(missing).toEqual({ client: 0, server: 0 });
  });
});

describe('a stamp that is missing', () => {
  test('is counted for the side that lacks it', () => {
    const { missing } = layersOf(
      blockOf([
        WHOLE,
        { ...WHOLE, wakeUpNs: null },
        { ...WHOLE, residenceNs: null },
        { ...WHOLE, sendCallNs: null },
      ]),
    );
    expect(missing).toEqual({ client: 2, server: 1 });
  });

  test('is the server’s when it says that it kept a probe longer than the round trip took', () => {
    const { missing, statistics } = layersOf(blockOf([WHOLE, { ...WHOLE, residenceNs: 81 }]));
    expect(missing).toEqual({ client: 0, server: 1 });
    expect(statistics.networkRttNs).toMatchObject({ n: 1, min: 50 });
  });

  test('is not the server’s when the client cannot tell the round trip that it was part of', () => {
    expect(layersOf(blockOf([{ ...WHOLE, kernelRttNs: null }])).missing).toEqual({ client: 1, server: 0 });
  });

  test('is missing for every probe of a block that has none at all', () => {
    const { missing, statistics } = layersOf(
      blockOf([WHOLE]),
      block([1, 2, 3], { layers: null, warmupProbes: 1 }),
    );
    expect(missing.client).toBe(2);
    expect(statistics.kernelRttNs?.n).toBe(1);
  });
});

describe('the residence', () => {
  test('of a server that tells none is absent, and nobody is blamed for it', () => {
    const silent = { ...WHOLE, residenceNs: null };
    const { residenceSource, missing, statistics } = layersOf(blockOf([silent], {}, null));
    expect(residenceSource).toBeNull();
    expect(missing).toEqual({ client: 0, server: null });
    expect(statistics.residenceNs).toBeNull();
    expect(statistics.networkRttNs).toBeNull();
  });

  test('has no one source when the blocks have several', () => {
    const both = [blockOf([WHOLE], {}, 'kernel'), blockOf([WHOLE], { round: 2 }, 'application')];
    expect(layersOf(...both).residenceSource).toBeNull();
  });
});

test('a series without any stamp has no layers, rather than layers of nothing', () => {
  expect(layersOfSeries([block([1], { layers: null })])).toBeNull();
  expect(layersOfSeries([])).toBeNull();
});

test('intervals of layers stand on blocks, as those of the whole round trip do', () => {
  const blocks = [1, 2, 3, 4, 5].map((round) =>
    blockOf(
      Array.from({ length: 12 }, (_, i) => ({ ...WHOLE, wakeUpNs: 5 + i })),
      { round },
    ),
  );
  const [median] = layersOf(...blocks).statistics.wakeUpNs?.estimates ?? [];
  expect(median?.interval).toMatchObject({ method: 'block-t', units: 5 });
});
