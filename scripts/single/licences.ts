/** The licences of what is inside a single file, which have to go with it wherever it is handed on. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How their files are called. */
const NAME = /^(licen[cs]e|notice|copying)/i;

/** @param files of packages, any of each @returns all their licences as a text */
export function licencesOf(files: Iterable<string>): string {
  const folders = new Set([...files].map(packageOf));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const written = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && NAME.test(entry.name))
      .map((entry) => entry.name);
    const texts = written.map((file) => readFileSync(join(folder, file), 'utf8').trim());
    const body =
      texts.length === 0
        ? `Its package has no text of its licence, which is ${license}.`
        : texts.join('\n\n');
    return `${name} ${version} (${license})\n\n${body}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

/** The nearest folder above with a name and a version: some packages have further package.json within. */
function packageOf(file: string): string {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    const manifest = join(at, 'package.json');
    if (existsSync(manifest) && 'version' in JSON.parse(readFileSync(manifest, 'utf8'))) return at;
  }
  throw new Error(`${file} is of no package`);
}
