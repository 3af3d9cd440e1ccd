/** Markdown as text: tables, code, and the sections of a document that are generated. */

export type Sections = ReadonlyMap<string, () => string>;

/** Inline code. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** A table with its columns aligned, as the project's formatter leaves it. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => widthOf(row[column] ?? ''))));
  const line = (row: readonly string[], filler = ' '): string => {
    const padded = widths.map((width, column) => {
      const cell = row[column] ?? '';
      return cell + filler.repeat(width - widthOf(cell));
    });
    return `| ${padded.join(' | ')} |\n`;
  };
  const [first = [], ...others] = cells;
  return line(first) + line([], '-') + others.map((row) => line(row)).join('');
}

/** Characters, not code units. */
function widthOf(text: string): number {
  return [...text].length;
}

/** Bytes on the wire as inline code: `␊` is LF, `␉` is TAB, a backslash is a backslash. */
export function wire(text: string): string {
  return code(visibleWire(text));
}

export function visibleWire(text: string): string {
  return text.replaceAll('\n', '␊').replaceAll('\t', '␉');
}

/** One line of prose out of a wrapped comment or description. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * The document with each section between its markers, each alone on its line, generated anew.
 * @throws Error for a section nobody generates, and for a marker without its other half
 */
export function replaceSections(markdown: string, sections: Sections, file: string): string {
  const whole = /^<!-- generated: ([\w-]+) -->\n[\s\S]*?^<!-- end generated: \1 -->$/gm;
  const marker = /^<!-- (end )?generated: [\w-]+ -->$/gm;
  const replaced = [...markdown.matchAll(whole)].length;
  const markers = [...markdown.matchAll(marker)].length;
  if (markers !== 2 * replaced) throw new Error(`${file}: a generated section has no beginning or no end`);
  return markdown.replace(whole, (_section, name: string) => {
    const generate = sections.get(name);
    if (generate === undefined) throw new Error(`${file}: nothing generates the section ${name}`);
    return `<!-- generated: ${name} -->\n\n${generate().trim()}\n\n<!-- end generated: ${name} -->`;
  });
}
