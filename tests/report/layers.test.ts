/** The list of layers that reports and documents are made of. */
import { expect, test } from 'vitest';
import { LAYERS, STAMP_NAMES, shownLayers } from '../../src/report/layers.ts';
import { stampedResult } from './stamped-result.ts';

test('the layers of the client and the kernel RTT follow each other without a gap, so that they add up', () => {
  const within = LAYERS.flatMap(({ key, without }) => (without === undefined ? [] : [key, ...without]));
  const parts = LAYERS.filter(({ key }) => !within.includes(key));
  const inOrder = parts.toSorted((a, b) => STAMP_NAMES.indexOf(a.from) - STAMP_NAMES.indexOf(b.from));
  expect(inOrder.map(({ from }) => from)).toEqual(['sent', ...inOrder.slice(0, -1).map(({ to }) => to)]);
  expect(inOrder.at(-1)?.to).toBe('arrived');
});

test('network and what lies within it are the kernel RTT, no more and no less', () => {
  const of = (key: (typeof LAYERS)[number]['key']) => LAYERS.find((layer) => layer.key === key);
  const { from, to } = of('kernelRttNs') ?? {};
  expect(of('networkRttNs')).toMatchObject({ from, to, without: ['serverNs', 'serverTcpWaitNs'] });
  expect(of('serverNs')?.to).toBe(of('serverTcpWaitNs')?.from);
});

test('a wait of TCP is shown where it is one, and takes no room where it is next to nothing', async () => {
  const names = async (tcpWaitNs: number): Promise<string[]> => {
    const parts = {
      sendCallNs: 2_000,
      localQueueNs: 300,
      kernelRttNs: 5_000,
      wakeUpNs: 4_000,
      residenceNs: 10,
    };
    const { series } = await stampedResult({ layers: [{ ...parts, tcpWaitNs, serverTcpWaitNs: 0 }] });
    return shownLayers(series).map(({ name }) => name);
  };
  const usual = ['send call', 'local queue', 'network', 'server', 'wake-up', 'kernel RTT'];
  expect(await names(0)).toEqual(usual);
  expect(await names(1_000)).toEqual(usual.toSpliced(1, 0, 'TCP wait'));
});
