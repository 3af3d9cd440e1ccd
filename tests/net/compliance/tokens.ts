/** Compliance: a token is shown before the first probe, and a server that does not take it is not measured. */
import { describe, expect, test } from 'vitest';
import { generateIssuerKey } from '../../../src/token/keys.ts';
import { ISSUER, issueNow } from '../../token/issuing.ts';
import { makePlan, makeSamples, NO_BUDGET_NS, open, serve, type World } from '../world.ts';

const KNOWING = { tokens: { publicKeys: [ISSUER.publicKey] } };

export function tokens(world: () => World): void {
  describe('tokens', () => {
    test.each([false, true])('the holder of one is known, and measures: stamps %s', async (stamps) => {
      const { port, events } = await serve(world(), KNOWING);
      const plan = { ...makePlan('size-first'), token: issueNow(), stamps };
      const session = await open(world(), port, plan);
      const samples = makeSamples();
      await world().drive(session.runBatch({ probes: 2, budgetNs: NO_BUDGET_NS }, samples));
      expect(await world().drive(session.close())).toBe('answered');
      expect(samples.count).toBe(2);
      expect(events.find((event) => event.kind === 'token')?.principal).toMatchObject({
        name: 'lab',
        class: 'token',
      });
    });

    test.each([
      ['of another issuer', () => issueNow({}, generateIssuerKey()), /\(foreign\)/],
      ['that has expired', () => issueNow({ issuedSeconds: 1, expiresSeconds: 2 }), /\(expired\)/],
    ])('one %s is refused in words, and once', async (_, issue, message) => {
      const { port, events } = await serve(world(), KNOWING);
      const opening = open(world(), port, { ...makePlan('size-first'), token: issue() });
      await expect(opening).rejects.toMatchObject({ code: 'usage', phase: 'setup' });
      await expect(opening).rejects.toThrow(message);
      expect(events.filter((event) => event.kind === 'connected')).toHaveLength(1);
    });

    test('a server that knows none is not measured on the terms of others', async () => {
      const { port } = await serve(world());
      const opening = open(world(), port, { ...makePlan('size-first'), token: issueNow() });
      await expect(opening).rejects.toMatchObject({ code: 'peer', phase: 'setup' });
      await expect(opening).rejects.toHaveProperty('advice', expect.stringContaining('may know no tokens'));
    });
  });
}
