/** Right-aligned columns under their names. */

export function renderTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    widths.map((width, column) => (cells[column] ?? '').padStart(width)).join('  ');
  return [line(header), ...rows.map(line)].map((text) => `  ${text}\n`).join('');
}
