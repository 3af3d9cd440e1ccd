/** The list of layers that reports and documents are made of. */
import { expect, test } from 'vitest';
import { LAYERS, STAMP_NAMES } from '../../src/report/layers.ts';

test('the layers of the client and the kernel RTT follow each other without a gap, so that they add up', () => {
  const parts = LAYERS.filter(({ key }) => key !== 'networkRttNs' && key !== 'residenceNs');
  const inOrder = parts.toSorted((a, b) => STAMP_NAMES.indexOf(a.from) - STAMP_NAMES.indexOf(b.from));
  expect(inOrder.map(({ from }) => from)).toEqual(['sent', ...inOrder.slice(0, -1).map(({ to }) => to)]);
  expect(inOrder.at(-1)?.to).toBe('arrived');
});

test('network and server are the kernel RTT, no more and no less', () => {
  const of = (key: (typeof LAYERS)[number]['key']) => LAYERS.find((layer) => layer.key === key);
  const { from, to } = of('kernelRttNs') ?? {};
  expect(of('networkRttNs')).toMatchObject({ from, to, without: 'residenceNs' });
});
