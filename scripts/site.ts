/** Makes the site of the documents: `npm run docs:site`, into `site/` or, with `--out FOLDER`, elsewhere. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { absolute } from './docs/paths.ts';
import { wholeSite } from './site/site.ts';
import { ASSETS } from './site/template.ts';

const { values } = parseArgs({ options: { out: { type: 'string', default: absolute('site') } } });
const folder = resolve(values.out);

const files = await wholeSite();
// What is no longer on the site must go; what was never one is somebody's.
if (existsSync(folder) && readdirSync(folder).length > 0) {
  if (!existsSync(join(folder, ASSETS.style))) {
    console.error(`${folder} is neither empty nor a site: name another folder with --out`);
    process.exit(1);
  }
  rmSync(folder, { recursive: true });
}
let bytes = 0;
for (const [path, content] of files) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  bytes += Buffer.byteLength(content);
}
console.log(
  `wrote ${files.size} files, ${(bytes / 1e6).toFixed(1)} MB, to ${folder}: open ${join(folder, 'index.html')}`,
);
