/**
 * The colours of pictures and pages, by what they are for. A chart names its colours as CSS custom properties, so
 * that one drawing follows the light, dark and print forms of a page; a file on its own gets the light values.
 * The lines' colours are those of Okabe and Ito, "Color Universal Design" (2008), darkened for white and lightened
 * for black until each stands out from its ground by 3:1 at least (WCAG 2.2, 1.4.11).
 */

export interface Shades {
  readonly light: string;
  readonly dark: string;
}

/** Lines that can be told apart by their colours. */
export const SERIES_COLOURS = 8;

export type Role =
  | 'paper'
  | 'raised'
  | 'ink'
  | 'faint'
  | 'grid'
  | 'band'
  | 'warning'
  | `series-${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`;

const COLOURS: Readonly<Record<Role, Shades>> = {
  paper: { light: '#ffffff', dark: '#14181c' },
  raised: { light: '#f5f7f9', dark: '#1d2329' },
  ink: { light: '#1b2126', dark: '#e6e9ec' },
  faint: { light: '#55606a', dark: '#a3adb6' },
  grid: { light: '#dde2e6', dark: '#343c44' },
  band: { light: '#c8d0d7', dark: '#46515b' },
  warning: { light: '#a33b00', dark: '#ffab70' },
  'series-1': { light: '#0072b2', dark: '#56b4e9' },
  'series-2': { light: '#d55e00', dark: '#ff8f3f' },
  'series-3': { light: '#00805d', dark: '#2fc79d' },
  'series-4': { light: '#b5548a', dark: '#e69bc6' },
  'series-5': { light: '#9a6c00', dark: '#f0b92e' },
  'series-6': { light: '#4b3d9e', dark: '#b0a4f5' },
  'series-7': { light: '#2a86bd', dark: '#9fd6f7' },
  'series-8': { light: '#666666', dark: '#b8b8b8' },
};

const DASHES = ['solid', 'dashed', 'dotted'] as const;
const SYMBOLS = ['circle', 'rect', 'triangle', 'diamond'] as const;

/** The colour of a role, for a chart's definition. */
export function colour(role: Role): string {
  return `var(--${role})`;
}

/** How the line at `index` looks: neighbours differ in more than their colour. */
export function lineLook(index: number): {
  readonly color: string;
  readonly dash: (typeof DASHES)[number];
  readonly symbol: (typeof SYMBOLS)[number];
} {
  return {
    color: colour(`series-${(index % SERIES_COLOURS) + 1}` as Role),
    dash: DASHES[Math.floor(index / SERIES_COLOURS) % DASHES.length] ?? 'solid',
    symbol: SYMBOLS[index % SYMBOLS.length] ?? 'circle',
  };
}

/** The declarations of all custom properties in one of the two shades. */
export function declarations(shade: keyof Shades): string {
  return Object.entries(COLOURS)
    .map(([role, shades]) => `--${role}:${shades[shade]}`)
    .join(';');
}

/** The same drawing with light colours written out, to stand on its own. */
export function inLightColours(drawing: string): string {
  return drawing.replace(/var\(--([a-z0-9-]+)\)/g, (property, role: string) =>
    role in COLOURS ? COLOURS[role as Role].light : property,
  );
}
