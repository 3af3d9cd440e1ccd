/** Blocks of code: what is typed stands out from what is answered and from remarks. */

const SHELL: ReadonlySet<string> = new Set(['sh', 'console', 'text']);

export function codeBlock(text: string, language: string = 'sh'): string {
  const lines = text
    .split('\n')
    .map((line) => (SHELL.has(language) ? shellLine(line, language) : escaped(line)));
  const block = `<div class="code"><pre tabindex="0"><code>${lines.join('\n')}</code></pre></div>\n`;
  // No page draws it, so the text is there for those who want it.
  return language === 'mermaid'
    ? `<details><summary>The same as a diagram, in Mermaid's words</summary>${block}</details>\n`
    : block;
}

function shellLine(line: string, language: string): string {
  if (line.startsWith('$ ')) {
    return `<span class="prompt">$ </span><b class="typed">${remarked(line.slice(2))}</b>`;
  }
  return language === 'sh' ? remarked(line) : escaped(line);
}

/** A remark begins with `#` at the beginning of a word. */
function remarked(line: string): string {
  const at = /(?:^|\s)# /.exec(line)?.index;
  if (at === undefined) return escaped(line);
  return `${escaped(line.slice(0, at))}<i class="remark">${escaped(line.slice(at))}</i>`;
}

/** Code within a line of text: options are not parted at their hyphens. */
export function codeWords(text: string): string {
  const words = escaped(text).replace(/(?<![^ ])-{1,2}\S{1,24}(?![^ ])/g, '<span class="whole">$&</span>');
  return `<code>${words}</code>`;
}

/** Words of the project's own, of any length: nothing in them has to be made harmless. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
