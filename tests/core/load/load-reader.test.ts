/** Messages of a load found in a stream: whatever its cut, whatever comes, and in little memory. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LOAD_LINE_BYTES } from '../../../src/core/limits.ts';
import { MAX_DATA_BYTES } from '../../../src/core/load/load-messages.ts';
import { type LoadHeard, LoadReader } from '../../../src/core/load/load-reader.ts';
import { bytesOf, garbageArb, type Said, saidArb } from './load-arbitraries.ts';

const SCRIBBLE = 0x0a;
const sizesArb = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

/** All that is heard, fed in pieces that are overwritten once they were read. */
function heardOf(stream: Buffer, sizes: readonly number[] = [stream.length || 1]): LoadHeard[] {
  const reader = new LoadReader();
  const all: LoadHeard[] = [];
  for (let offset = 0, i = 0; offset < stream.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    const chunk = new Uint8Array(stream.subarray(offset, offset + size));
    offset += chunk.length;
    reader.push(chunk);
    for (let heard = reader.next(); heard !== undefined; heard = reader.next()) all.push(heard);
    chunk.fill(SCRIBBLE);
  }
  return all;
}

/** Data in as few parts as there are frames between two messages. */
function joined(heard: readonly (LoadHeard | Said)[]): (LoadHeard | Said)[] {
  const all: (LoadHeard | Said)[] = [];
  for (const what of heard) {
    const last = all.at(-1);
    if (what.kind === 'data' && last?.kind === 'data') {
      all[all.length - 1] = { kind: 'data', bytes: last.bytes + what.bytes };
    } else all.push(what);
  }
  return all;
}

test('what was said is heard, however the stream was cut', () => {
  fc.assert(
    fc.property(saidArb, sizesArb, (said, sizes) => {
      expect(joined(heardOf(bytesOf(said), sizes))).toEqual(joined(said));
    }),
  );
});

test('any bytes are heard alike, however they were cut, and none throws', () => {
  fc.assert(
    fc.property(saidArb, garbageArb, sizesArb, (said, garbage, sizes) => {
      const stream = Buffer.concat([bytesOf(said), garbage]);
      expect(joined(heardOf(stream, sizes))).toEqual(joined(heardOf(stream)));
    }),
    { numRuns: 500 },
  );
});

test('nothing is heard after what is no message', () => {
  fc.assert(
    fc.property(garbageArb, sizesArb, (garbage, sizes) => {
      const heard = heardOf(Buffer.concat([garbage, Buffer.from('\n?\nm 1\n')]), sizes);
      const at = heard.findIndex(({ kind }) => kind === 'fault');
      if (at >= 0) expect(heard.slice(at)).toHaveLength(1);
    }),
  );
});

describe('a line that has no end', () => {
  test.each([1, 7, 1_000_000])('is refused once it is too long to be one, in pieces of %i bytes', (size) => {
    const reader = new LoadReader();
    let fed = 0;
    let heard: LoadHeard | undefined;
    while (heard === undefined && fed < 2_000_000) {
      reader.push(new Uint8Array(size).fill(0x6d));
      fed += size;
      heard = reader.next();
    }
    expect(heard).toMatchObject({ kind: 'fault' });
    expect(fed).toBeLessThan(MAX_LOAD_LINE_BYTES + size);
  });

  test('is told in print that harms no terminal', () => {
    expect(heardOf(Buffer.from('\u001b[2J\0\xff\n', 'latin1'))).toEqual([
      { kind: 'fault', received: expect.stringMatching(/^[ -~]*$/) },
    ]);
  });
});

test('data is counted as it comes, not kept until its frame is whole', () => {
  const reader = new LoadReader();
  reader.push(Buffer.from(`d ${MAX_DATA_BYTES}\n`));
  expect(reader.next()).toBeUndefined();
  expect(reader.isWithin).toBe(true);
  const chunk = new Uint8Array(65_536);
  for (let i = 0; i < MAX_DATA_BYTES / chunk.length; i++) {
    reader.push(chunk);
    expect(reader.next()).toEqual({ kind: 'data', bytes: chunk.length });
    expect(reader.next()).toBeUndefined();
  }
  expect(reader.isWithin).toBe(false);
});

test('a caller that forgets half of a chunk is told, since its bytes would be lost', () => {
  const reader = new LoadReader();
  reader.push(Buffer.from('m 1\nm 2\n'));
  expect(reader.next()).toEqual({ kind: 'marker', marker: 1 });
  expect(() => reader.push(Buffer.from('m 3\n'))).toThrow(RangeError);
});
