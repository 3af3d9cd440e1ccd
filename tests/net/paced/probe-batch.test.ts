/** Probes that leave in one write are what they would be in many, though each is made where the one before it was. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ProbeBatch } from '../../../src/net/paced/probe-batch.ts';

/** Makes messages of these sizes, each over the one before it. */
function maker(sizes: readonly number[]): { make: () => Uint8Array; made: Uint8Array[] } {
  const place = new Uint8Array(Math.max(...sizes));
  const made: Uint8Array[] = [];
  const make = (): Uint8Array => {
    const message = place.subarray(0, sizes[made.length]);
    message.fill(made.length + 1);
    made.push(new Uint8Array(message));
    return message;
  };
  return { make, made };
}

test('all that was added is taken, in order, and nothing twice', () => {
  const size = fc.integer({ min: 1, max: 20_000 });
  fc.assert(
    fc.property(
      fc.array(fc.array(size, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 8 }),
      (writes) => {
        const { make, made } = maker(writes.flat());
        const batch = new ProbeBatch(make);
        for (const sizes of writes) {
          const from = made.length;
          for (const _ of sizes) batch.add();
          expect(Buffer.concat(made.slice(from)).equals(batch.take())).toBe(true);
        }
      },
    ),
  );
});

test('one alone is written from where it was made', () => {
  const message = new Uint8Array(10);
  const batch = new ProbeBatch(() => message);
  batch.add();
  expect(batch.take()).toBe(message);
});

test('is full when one more would be cut into packets of its own', () => {
  const batch = new ProbeBatch(() => new Uint8Array(6_000));
  const room: boolean[] = [];
  for (let i = 0; i < 3; i++) {
    room.push(batch.hasRoom);
    batch.add();
  }
  expect([...room, batch.hasRoom]).toEqual([true, true, false, false]);
});
