/** A token among the options of a run: whoever asks for one gets no measurement without, and no record tells of it. */
import { describe, expect, test } from 'vitest';
import { planCapacity } from '../../src/measure/capacity/capacity-plan.ts';
import { planMeasurement } from '../../src/measure/exchange/plan.ts';
import { loadPlanRecord, planLoad } from '../../src/measure/load/load-plan.ts';
import { pacedPlanRecord, planPaced } from '../../src/measure/paced/paced-plan.ts';
import { planRecord } from '../../src/measure/record.ts';
import { issue } from '../token/issuing.ts';

const TOKEN = issue();
const TARGET = { host: 'server.example', port: 9900, token: TOKEN };

test('the dialect is the one that knows of tokens: no other is tried without', () => {
  expect(planMeasurement(TARGET)).toMatchObject({ protocol: 'size-first', token: TOKEN });
  expect(planPaced(TARGET)).toMatchObject({ protocol: 'size-first', token: TOKEN });
  expect(planLoad(TARGET)).toMatchObject({ protocol: 'load', token: TOKEN });
  expect(planMeasurement({ host: 'server.example', port: 9900 }).protocol).toBe('auto');
});

describe('what cannot be', () => {
  test.each(['plain', 'hello', 'probes-first'] as const)('%s with a token', (protocol) => {
    expect(() => planMeasurement({ ...TARGET, protocol })).toThrow(/knows no tokens/);
    expect(() => planPaced({ ...TARGET, protocol })).toThrow(/knows no tokens/);
  });

  test('an echo server with a token', () => {
    expect(() => planLoad({ ...TARGET, echo: true })).toThrow(/knows no tokens/);
  });

  test('what is no token', () => {
    const token = { ...TOKEN, token: `${TOKEN.token}x` };
    for (const plan of [planMeasurement, planPaced, planLoad, planCapacity]) {
      expect(() => plan({ ...TARGET, token })).toThrow(/no token/);
    }
  });
});

test('no record has anything of it', () => {
  const records = [
    planRecord(planMeasurement(TARGET)),
    pacedPlanRecord(planPaced(TARGET)),
    loadPlanRecord(planLoad(TARGET)),
    planCapacity(TARGET).record,
  ];
  for (const record of records) {
    expect(record).not.toHaveProperty('token');
    expect(JSON.stringify(record)).not.toContain(TOKEN.key.x);
  }
});
