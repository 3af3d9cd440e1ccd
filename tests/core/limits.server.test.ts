/** A limit on payload is one on payload in every dialect, whether or not its MSG-SIZE covers the frame as well. */
import { describe, expect, test } from 'vitest';
import { DIALECT_NAMES, DIALECTS } from '../../src/core/wire/dialects.ts';
import { encodeSetup, ProbeWriter } from '../../src/core/wire/encode.ts';
import { Budget, makeSetup, ServerEnd, text } from './ends.ts';

const LIMIT_BYTES = 1_000;
const limits = { maxPayloadBytes: LIMIT_BYTES };
/** As many as any dialect wants, and a number of three digits. */
const PROBES = 100;

function setupOf(payloadBytes: number): ReturnType<typeof makeSetup> {
  return makeSetup({ payloadBytes, probes: PROBES });
}

describe.each(DIALECT_NAMES)('%s', (name) => {
  const dialect = DIALECTS[name];

  test('a client of the largest size that the server states is served', () => {
    const budget = new Budget(LIMIT_BYTES);
    const server = new ServerEnd(name, { limits, budget });
    server.feed(text(encodeSetup(dialect, setupOf(LIMIT_BYTES))));
    expect(server.ending).toBeUndefined();
    expect(budget.heldBytes).toBe(LIMIT_BYTES);
    const writer = new ProbeWriter(dialect, LIMIT_BYTES);
    const { firstSequence } = dialect.probe;
    for (let i = 0; i < PROBES; i++) {
      const answer = server.feed(text(writer.write(firstSequence + i)));
      expect(answer).toContain(text(writer.payload));
    }
    expect(server.ending).toBeUndefined();
  });

  test('a client of one byte more is refused, and told the payload that it asked for', () => {
    const server = new ServerEnd(name, { limits });
    server.feed(text(encodeSetup(dialect, setupOf(LIMIT_BYTES + 1))));
    expect(server.ending?.detail).toBe('message size 1001 is over the limit of 1000 bytes');
  });

  test('a client for whose payload there is no memory left is refused', () => {
    const server = new ServerEnd(name, { budget: new Budget(LIMIT_BYTES - 1) });
    server.feed(text(encodeSetup(dialect, setupOf(LIMIT_BYTES))));
    expect(server.ending?.detail).toMatch(/limit on the payload of all sessions/);
  });
});
