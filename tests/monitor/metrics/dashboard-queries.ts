/** What the dashboard of monitors asks for. */
import { readFileSync } from 'node:fs';

export interface DashboardQuery {
  readonly title: string;
  readonly expr: string;
  readonly legendFormat: string;
}

export function dashboardQueries(): readonly DashboardQuery[] {
  const { panels } = JSON.parse(readFileSync('examples/grafana/echolot-monitor.json', 'utf8')) as {
    panels: readonly { readonly title: string; readonly targets: readonly Omit<DashboardQuery, 'title'>[] }[];
  };
  return panels.flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat }) => ({ title, expr, legendFormat })),
  );
}
