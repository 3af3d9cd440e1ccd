/**
 * Runs `echolot demo` and puts what it printed into the README, as text and as a picture of a terminal. Not
 * part of the checks: the numbers differ from run to run.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const ROOT = new URL('../', import.meta.url);
const CHARACTER_WIDTH = 8.43;
const LINE_HEIGHT = 18;
const MARGIN = 20;
const TITLE_HEIGHT = 34;

const printed = execFileSync(process.execPath, ['dist/cli/bin.js', 'demo'], {
  cwd: ROOT,
  encoding: 'utf8',
}).trimEnd();
writeFileSync(new URL('docs/images/demo.svg', ROOT), terminalPicture('npm start', printed));
replaceInReadme('transcript: demo', `\`\`\`text\n${printed}\n\`\`\``);

/** A terminal window with `lines` in it, as SVG without anything from outside. */
function terminalPicture(title: string, text: string): string {
  const lines = text.split('\n');
  const columns = Math.max(...lines.map((line) => line.length));
  const width = Math.ceil(columns * CHARACTER_WIDTH + 2 * MARGIN);
  const height = lines.length * LINE_HEIGHT + TITLE_HEIGHT + 2 * MARGIN;
  const rows = lines.map((line, i) => {
    const y = TITLE_HEIGHT + MARGIN + (i + 0.75) * LINE_HEIGHT;
    const shown = escapeXml(line).replace(/[█▏▎▍▌▋▊▉]+/g, (bar) => `<tspan fill="#4fb3a9">${bar}</tspan>`);
    return `<text x="${MARGIN}" y="${y}" xml:space="preserve">${shown}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title>Output of echolot demo</title>
<rect width="${width}" height="${height}" rx="8" fill="#16202a"/>
<rect width="${width}" height="${TITLE_HEIGHT}" rx="8" fill="#24313d"/>
<g fill="#5c6b78"><circle cx="22" cy="17" r="6"/><circle cx="42" cy="17" r="6"/><circle cx="62" cy="17" r="6"/></g>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#d7e0e7">
<text x="${width / 2}" y="22" text-anchor="middle" fill="#9fb0bd">${escapeXml(title)}</text>
${rows.join('\n')}
</g>
</svg>
`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function replaceInReadme(name: string, content: string): void {
  const file = new URL('README.md', ROOT);
  const start = `<!-- ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const readme = readFileSync(file, 'utf8');
  const from = readme.indexOf(start);
  const to = readme.indexOf(end);
  if (from < 0 || to < 0) throw new Error(`README.md has no ${start} ... ${end}`);
  writeFileSync(file, `${readme.slice(0, from)}${start}\n\n${content}\n\n${readme.slice(to)}`);
}
