/**
 * Runs `echolot demo` and `echolot measure` and puts what they printed into the documents, as text and as a picture of a
 * terminal. Not
 * part of the checks: the numbers differ from run to run.
 */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const ROOT = new URL('../', import.meta.url);
const CHARACTER_WIDTH = 8.43;
const LINE_HEIGHT = 18;
const MARGIN = 20;
/** How often a server that is being started is called in vain. */
const STARTING = 10;
const TITLE_HEIGHT = 34;

const demo = run('demo');
writeFileSync(new URL('docs/images/demo.svg', ROOT), terminalPicture('npm start', demo));
replaceIn('docs/reading.md', 'transcript: demo', demo);
replaceIn('README.md', 'transcript: answer', withServer('measure localhost 9900 --brief'));
replaceIn('docs/doctor.md', 'transcript: doctor', `$ echolot doctor\n${run('doctor')}`);
const sweep =
  'measure localhost 9900 --rate 200/s,800/s,950/s --arrivals poisson --server-delay 1ms --duration 5s';
replaceIn('docs/open-loop.md', 'transcript: sweep', withServer(sweep));

function run(...words: readonly string[]): string {
  return execFileSync(process.execPath, ['dist/cli/bin.js', ...words], {
    cwd: ROOT,
    encoding: 'utf8',
  }).trimEnd();
}

/** A command and what it prints, of a server that is started for it, on a port that a reader may have free, too. */
function withServer(line: string): string {
  const server = spawn(process.execPath, ['dist/cli/bin.js', 'serve', '--quiet'], {
    cwd: ROOT,
    stdio: 'ignore',
  });
  try {
    for (let tries = 0; ; tries++) {
      try {
        return `$ echolot ${line}\n${run(...line.split(' '))}`;
      } catch (error) {
        if (tries >= STARTING) throw error;
      }
    }
  } finally {
    server.kill();
  }
}

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

function replaceIn(path: string, name: string, text: string): void {
  const content = `\`\`\`text\n${text}\n\`\`\``;
  const file = new URL(path, ROOT);
  const start = `<!-- ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const document = readFileSync(file, 'utf8');
  const from = document.indexOf(start);
  const to = document.indexOf(end);
  if (from < 0 || to < 0) throw new Error(`${path} has no ${start} ... ${end}`);
  writeFileSync(file, `${document.slice(0, from)}${start}\n\n${content}\n\n${document.slice(to)}`);
}
