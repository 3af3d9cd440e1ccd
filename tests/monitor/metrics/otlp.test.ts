/** What a collector of OpenTelemetry is brought: the same families, each minute, whatever became of the minute before. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { startExporters } from '../../../src/monitor/metrics/exporters.ts';
import { inTurns } from '../../../src/monitor/metrics/in-turns.ts';
import { otlpDocument } from '../../../src/monitor/metrics/otlp-document.ts';
import { otlpUrl, pushOtlp } from '../../../src/monitor/metrics/otlp-push.ts';
import { createMemoryStore } from '../../../src/monitor/store/memory-store.ts';
import { webhookDelivery } from '../../../src/monitor/telling/webhook.ts';
import { gauge } from '../../../src/text/open-metrics.ts';
import { elapsed, target } from '../world.ts';
import { everything, interval, UP } from './counted.ts';

const FACTS = { version: '1.2.3', hostName: 'probe', startMs: 1_000, nowMs: 61_000.4 };

describe('the document', () => {
  test('has every family once, in the form of its type', async () => {
    const { resourceMetrics } = JSON.parse(await inTurns(otlpDocument(everything(), FACTS)));
    const [{ resource, scopeMetrics }] = resourceMetrics;
    expect(resource.attributes).toContainEqual({ key: 'service.name', value: { stringValue: 'echolot' } });
    const { metrics } = scopeMetrics[0];
    expect(metrics.length).toBe(everything().length);
    const named = Object.fromEntries(metrics.map((metric: { name: string }) => [metric.name, metric]));
    expect(named['echolot_build_info'].gauge.dataPoints[0].asDouble).toBe(1);
    expect(named['echolot_probes'].sum).toMatchObject({
      aggregationTemporality: 2,
      isMonotonic: true,
      dataPoints: [
        {
          attributes: [
            { key: 'target', value: { stringValue: 'a' } },
            { key: 'site', value: { stringValue: 'fra' } },
          ],
          asDouble: 20,
          startTimeUnixNano: '1000000000',
          timeUnixNano: '61000000000',
        },
        { asDouble: 0 },
      ],
    });
    expect(named['echolot_store_size_bytes'].unit).toBe('By');
    const { unit, histogram } = named['echolot_rtt_seconds'];
    expect([unit, histogram.aggregationTemporality]).toEqual(['s', 2]);
    const [{ count, bucketCounts, explicitBounds }] = histogram.dataPoints;
    expect(count).toBe('19');
    expect(bucketCounts.length).toBe(explicitBounds.length + 1);
    expect(bucketCounts.reduce((sum: number, n: string) => sum + Number(n), 0)).toBe(19);
  });

  test('is JSON whatever the labels are', async () => {
    const hostile = '"}],\\ \u0000 \ud800 </script>';
    const text = await inTurns(otlpDocument([gauge('a', hostile, [[{ target: hostile }, 1]])], FACTS));
    const [{ scopeMetrics }] = JSON.parse(text).resourceMetrics;
    const [{ gauge: told, description }] = scopeMetrics[0].metrics;
    expect(told.dataPoints[0].attributes[0].value.stringValue).toBe(hostile.toWellFormed());
    expect(description).toBe(hostile.toWellFormed());
  });
});

describe('where it goes', () => {
  const places = [
    ['http://localhost:4318', 'http://localhost:4318/v1/metrics'],
    ['https://otel.example/', 'https://otel.example/v1/metrics'],
    ['https://otel.example/tenant//', 'https://otel.example/tenant/v1/metrics'],
    ['https://a:b@otel.example/v1/metrics?x=1', 'https://a:b@otel.example/v1/metrics?x=1'],
  ] as const;
  test.each(places)('%s is the collector at %s', (text, url) => {
    expect(otlpUrl(text).href).toBe(url);
  });

  test.each(['', 'localhost:4318', 'grpc://otel.example:4317', 'file:///tmp/a'])(
    '%j is no collector',
    (text) => {
      expect(() => otlpUrl(text)).toThrow('no address');
    },
  );
});

describe('a collector', () => {
  function pushed(deliver: () => Promise<void>) {
    const clock = new VirtualClock();
    const told: (string | null)[] = [];
    const stop = pushOtlp({
      timekeeper: clock,
      document: async () => '{}',
      deliver,
      onChange: (trouble) => told.push(trouble),
    });
    return { stop, told, pass: async (ms: number): Promise<void> => await clock.drive(elapsed(clock, ms)) };
  }

  test('that fails for hours is told of once, and once when it is back', async () => {
    let tries = 0;
    const { told, pass } = pushed(async () => {
      tries++;
      if (tries > 3 && tries < 200) throw new Error('connection refused');
    });
    await pass(220 * 60_000 + 1);
    expect(tries).toBe(220);
    expect(told).toEqual(['Error: connection refused', null]);
  });

  test('that hangs is brought nothing more until it has answered', async () => {
    let tries = 0;
    const { told, pass } = pushed(() => {
      tries++;
      return new Promise(() => {});
    });
    await pass(600_000);
    expect([tries, told]).toEqual([1, []]);
  });

  test('is brought nothing after the end', async () => {
    let tries = 0;
    const { stop, pass } = pushed(async () => void tries++);
    await stop();
    await pass(600_000);
    expect(tries).toBe(0);
  });
});

test('what was measured arrives at a receiver over HTTP', async () => {
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    response.end('{}');
    server.emit('document', request.url, request.headers['content-type'], JSON.parse(text));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clock = new VirtualClock();
  const exporters = startExporters({
    ...{ timekeeper: clock, store: createMemoryStore(), version: '1.2.3', node: '26.0.0', startSeconds: 0 },
    measureLoopback: async () => [20_000],
    collector: {
      deliver: webhookDelivery(otlpUrl(`http://127.0.0.1:${port}`)),
      hostName: 'probe',
      onChange: () => {},
    },
  });
  try {
    exporters.hear({ kind: 'interval', target: target('a'), interval: interval(), state: UP });
    const received = once(server, 'document');
    while (clock.nowNs() < 60_000_000_000n) clock.step();
    const [url, type, document] = await received;
    expect([url, type]).toEqual(['/v1/metrics', 'application/json']);
    const names = document.resourceMetrics[0].scopeMetrics[0].metrics.map(
      ({ name }: { name: string }) => name,
    );
    expect(names).toContain('echolot_rtt_seconds');
  } finally {
    await exporters.stop();
    server.closeAllConnections();
    server.close();
  }
});
