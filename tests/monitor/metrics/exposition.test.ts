/** Each scraper gets what it can read, and whoever measures has its turns meanwhile. */
import { describe, expect, test } from 'vitest';
import { exposition } from '../../../src/monitor/metrics/exposition.ts';
import { inTurns } from '../../../src/monitor/metrics/in-turns.ts';
import { openMetricsText } from '../../../src/text/open-metrics.ts';
import { everything } from './counted.ts';

const PROTOBUF = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';
const OPEN = 'application/openmetrics-text';

describe('a scraper', () => {
  /** As they ask, and how what they get begins. */
  const asked = [
    [
      'Prometheus',
      `${OPEN};version=1.0.0,${OPEN};version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
      OPEN,
    ],
    [
      'Prometheus with native histograms',
      `${PROTOBUF},${OPEN};version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`,
      PROTOBUF,
    ],
    [
      'a newer one',
      `${PROTOBUF};q=0.6,${OPEN};version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;q=0.2`,
      PROTOBUF,
    ],
    ['one that likes text better', `${PROTOBUF};q=0.3, ${OPEN}; q=0.9`, OPEN],
    ['one of the older format', 'text/plain; version=0.0.4', 'text/plain'],
    ['one in capitals and quotes', `Application/OpenMetrics-Text;Version="1.0.0"`, OPEN],
    ['one that refuses text', `${OPEN};q=0,${PROTOBUF};q=0.1`, PROTOBUF],
    ['one that takes anything', '*/*', OPEN],
    ['one that says nothing', '', OPEN],
    [
      'one of messages in another form',
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text',
      OPEN,
    ],
    ['one with a liking that is none', `${PROTOBUF};q=much`, OPEN],
    ['a browser', 'text/html,application/xhtml+xml,*/*;q=0.8', OPEN],
    ['nonsense', ';;;=,,q=1;"', OPEN],
  ] as const;

  test.each(asked)('%s gets what it likes best', async (_, accept, type) => {
    const given = await exposition(everything(), accept);
    expect(given.type.replaceAll(' ', '')).toMatch(
      new RegExp(`^${type.replaceAll('.', '\\.').replaceAll(' ', '')}`),
    );
    const isText = Buffer.from(given.body).toString().startsWith('# TYPE ');
    expect(isText).toBe(type !== PROTOBUF);
  });
});

test('text in pieces is the text in one', async () => {
  expect(String((await exposition(everything(), '')).body)).toBe(openMetricsText(everything()));
});

test('the older format has types and names that its readers know, and no unit', async () => {
  const { body } = await exposition(everything(), 'text/plain');
  const lines = String(body).split('\n');
  expect(lines).toContain('# TYPE echolot_probes_total counter');
  expect(lines).toContain('# TYPE echolot_build_info gauge');
  expect(lines).toContain('# TYPE echolot_rtt_seconds histogram');
  expect(lines.filter((line) => /^# (UNIT|EOF)/.test(line))).toEqual([]);
});

test('long work lets others have their turn', async () => {
  let turns = 0;
  let isDone = false;
  const count = (): void => {
    turns++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  function* work(): Generator<undefined, string> {
    for (let step = 0; step < 10; step++) {
      const endMs = performance.now() + 5;
      while (performance.now() < endMs);
      yield;
    }
    return 'done';
  }
  expect(await inTurns(work())).toBe('done');
  isDone = true;
  expect(turns).toBeGreaterThanOrEqual(9);
});
