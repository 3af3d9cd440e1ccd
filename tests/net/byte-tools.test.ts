/** The fast tools against the core's own, for any bytes anywhere in memory. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PLAIN_TOOLS } from '../../src/core/wire/byte-tools.ts';
import { NODE_TOOLS } from '../../src/net/session/byte-tools.ts';

const LF = 0x0a;
const sizeArb = fc.integer({ min: 0, max: 3_000 });
const shiftArb = fc.integer({ min: 0, max: 9 });

describe.each([
  ['plain', PLAIN_TOOLS],
  ['of Node', NODE_TOOLS],
])('the %s tools', (_name, tools) => {
  test('find the first LF between two offsets, and none beside them', () => {
    fc.assert(
      fc.property(sizeArb, shiftArb, shiftArb, fc.array(fc.nat(3_030)), (size, shift, from, lfs) => {
        const bytes = new Uint8Array(size + 30).fill(0x78).subarray(shift);
        for (const at of lfs) if (at < bytes.length) bytes[at] = LF;
        const to = Math.min(from + size, bytes.length);
        const within = lfs.filter((at) => at >= from && at < to);
        const expected = within.length === 0 ? -1 : Math.min(...within) + 1;
        expect(tools.findLineEnd(bytes, from, to)).toBe(expected);
        if (from <= to) expect(tools.findLineEnd(bytes, to, to)).toBe(-1);
      }),
    );
  });

  test('compare long arrays to their last byte, and no further', () => {
    fc.assert(
      fc.property(sizeArb, shiftArb, shiftArb, shiftArb, fc.nat(), (size, aShift, bShift, offset, at) => {
        const a = new Uint8Array(size + 30).fill(1).subarray(aShift);
        const b = new Uint8Array(size + 30).fill(2).subarray(bShift);
        for (let i = 0; i < size; i++) b[i] = a[offset + i] = (i * 7 + 1) % 256;
        expect(tools.equalBytes(a, offset, b, size)).toBe(true);
        if (size === 0) return;
        const changed = at % size;
        b[changed] = ((b[changed] ?? 0) + 1) % 256;
        expect(tools.equalBytes(a, offset, b, size)).toBe(false);
      }),
    );
  });
});
