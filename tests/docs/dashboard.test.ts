/** The dashboard in the package shows something in each of its panels: it asks for nothing that a server does not tell. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { processFamilies, serverFamilies } from '../../src/server/sight/families.ts';
import { openMetricsText } from '../../src/text/open-metrics.ts';
import { PretendServer } from '../server/pretend-server.ts';

interface Panel {
  readonly title: string;
  readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[];
}

const { panels } = JSON.parse(readFileSync('examples/grafana/echolot.json', 'utf8')) as {
  panels: readonly Panel[];
};
const queries = panels.flatMap(({ title, targets }) =>
  targets.map(({ expr, legendFormat }) => [title, expr, legendFormat] as const),
);
const NONE = { bounds: [], counts: [0], sum: 0 };

async function told(): Promise<string> {
  const { server } = await PretendServer.start();
  const facts = { version: '', node: '', startSeconds: 0, cpuSeconds: 0, residentBytes: 0, loopDelay: NONE };
  const ofProcess = processFamilies({ ...facts, logLinesDropped: 0, metricsDropped: 0 });
  return openMetricsText([...ofProcess, ...serverFamilies(server.status(), server.limits)]);
}

test.each(queries)('%s: %s', async (_title, expr, legend) => {
  const text = await told();
  const [name = 'no name'] = /(?:echolot|process)_[a-z_]+/.exec(expr) ?? [];
  expect(text).toMatch(new RegExp(`^${name}[ {]`, 'm'));
  for (const [, label] of legend.matchAll(/\{\{(\w+)\}\}/g)) {
    expect(text).toMatch(new RegExp(`^${name}\\{[^}]*\\b${label}="`, 'm'));
  }
});
