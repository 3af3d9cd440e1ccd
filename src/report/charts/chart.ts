/**
 * What a picture is before it is drawn: an ECharts option with its words and its numbers. The same definition can
 * be drawn to SVG without a browser or be handed to a live chart in one.
 */

/** Where a chart is drawn. */
export interface Canvas {
  readonly widthPx: number;
  /** Whether the title is in the picture; on a page it stands above it. */
  readonly titled: boolean;
}

/** The numbers of a picture in base units (ns, bit/s, bytes); null where there is none. */
export interface ChartTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

export interface Chart {
  /** Stable: files and anchors are named by it. */
  readonly id: string;
  readonly title: string;
  /** What is drawn, and how to read it. */
  readonly caption: string;
  /** What is to be seen, in words, for those who do not see it. */
  readonly alternative: string;
  readonly table: ChartTable;
  readonly heightPx: (canvas: Canvas) => number;
  readonly option: (canvas: Canvas) => ChartOption;
}

/**
 * What ECharts takes as an option. Not by the name of its type: who installs this package need not have that one,
 * and a program that has it not must compile all the same.
 */
export interface ChartOption {
  readonly [key: string]: unknown;
}

/** A picture that cannot be drawn of these results. */
export interface MissingChart {
  readonly id: string;
  readonly title: string;
  readonly missing: string;
}

export type ChartOutcome = Chart | MissingChart;

export function isDrawable(outcome: ChartOutcome): outcome is Chart {
  return !('missing' in outcome);
}
