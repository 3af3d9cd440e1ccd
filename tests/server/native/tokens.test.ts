/** Tokens on the threads of a native server, which share what may be checked and reread the list of revoked ones by themselves. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measure, serve } from '../../../src/index.ts';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { ISSUER, issueNow, textsOf } from '../../token/issuing.ts';

describe.skipIf(nativeUnavailable() !== undefined)('on three threads', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'echolot-tokens-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('each knows the holder of a token, and each hears that it was revoked', async () => {
    const revokedFile = join(folder, 'revoked.txt');
    writeFileSync(revokedFile, '');
    const holders: string[] = [];
    await using server = await serve({
      host: '127.0.0.1',
      port: 0,
      engine: 'native',
      threads: 3,
      tokens: { publicKeys: [ISSUER.publicKey], revokedFile },
      onEvent: (event) => event.kind === 'token' && holders.push(event.principal.name),
    });
    const token = issueNow();
    const once = () =>
      measure({
        ...{ host: '127.0.0.1', port: server.endpoints[0]!.port, type: 'rtt', sizes: [10] },
        ...{ blocks: 12, probes: 24, warmupProbes: 0, spreadMs: 0, token },
      }).result;
    await once();
    await expect.poll(() => holders.length).toBeGreaterThanOrEqual(12);
    expect(server.status().tokens).toEqual({ accepted: holders.length, busy: 0 });
    writeFileSync(revokedFile, `${JSON.parse(textsOf(token)[1]).jti}\n`);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    for (let i = 0; i < 6; i++) await expect(once()).rejects.toThrow(/\(revoked\)/);
  });
});
