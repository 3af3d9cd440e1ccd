/** What can be drawn of a server, and alarmed about: every limit beside what it limits. */
import { expect, test } from 'vitest';
import { startServer } from '../../../src/server/server.ts';
import { serverFamilies } from '../../../src/server/sight/families.ts';
import { openMetricsText } from '../../../src/text/open-metrics.ts';
import { RecordedNetwork } from '../recorded-network.ts';
import { parsedMetrics } from './parsed-metrics.ts';

test('whose sessions were too many is told apart, and both limits for a client are there', async () => {
  const network = new RecordedNetwork();
  const server = await startServer(network, {
    limits: { maxClientSessions: 2, maxSessionNs: 90_000_000_000 },
  });
  for (let client = 0; client < 5; client++) network.connect();
  const families = parsedMetrics(openMetricsText(serverFamilies(server.status(), server.limits)));
  const samples = families.get('echolot_connections_refused')?.samples ?? [];
  const told = Object.fromEntries(samples.map(({ labels, value }) => [labels['reason'], value]));
  expect(told).toMatchObject({ full: 0, share: 3 });
  expect(families.get('echolot_clients')?.samples[0]?.value).toBe(1);
  expect(families.get('echolot_client_sessions_limit')?.samples[0]?.value).toBe(2);
  expect(families.get('echolot_session_limit_seconds')?.samples[0]?.value).toBe(90);
});
