/** The dashboard and the alert rules in the package ask for nothing that a monitor does not tell: no panel stays empty. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openMetricsText } from '../../../src/text/open-metrics.ts';
import { everything } from './counted.ts';
import { dashboardQueries } from './dashboard-queries.ts';

const text = openMetricsText(everything());
const rules = readFileSync('examples/prometheus/echolot-alerts.yml', 'utf8');

/** A native histogram has the name of its family; in text it is there by its buckets. */
function told(name: string): RegExp {
  return new RegExp(`^${name}(_bucket)?[ {]`, 'm');
}

describe('the dashboard', () => {
  test.each(dashboardQueries())('$title: $expr', ({ expr, legendFormat }) => {
    const names = expr.match(/echolot_[a-z_]+/g) ?? [];
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(text).toMatch(told(name));
    for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
      // Prometheus itself gives the instance.
      if (label !== 'instance')
        expect(text).toMatch(new RegExp(`^${names[0]}(_bucket)?\\{[^}]*\\b${label}="`, 'm'));
    }
  });
});

describe('the rules', () => {
  test('ask only for metrics that there are', () => {
    const names = new Set(rules.match(/\becholot_[a-z_]+/g));
    expect(names.size).toBeGreaterThanOrEqual(8);
    for (const name of names) expect(text).toMatch(told(name));
  });

  test('tell of a target that is down, slow, lossy or doubtful, of the store, and of a monitor that is gone', () => {
    const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    expect(alerts).toEqual([
      'EcholotTargetDown',
      'EcholotTargetSlow',
      'EcholotProbesLost',
      'EcholotDoubtful',
      'EcholotStoreTrouble',
      'EcholotMonitorGone',
    ]);
  });
});
