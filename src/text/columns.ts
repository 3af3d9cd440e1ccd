/** Two columns of text, the second one straight. */

const GAP = '  ';

export function columns(rows: readonly (readonly [string, string])[]): string {
  const width = rows.reduce((widest, [first]) => Math.max(widest, first.length), 0);
  return rows.map(([first, second]) => `${first.padEnd(width)}${GAP}${second}\n`).join('');
}
