/**
 * Makes the program as one file with its runtime inside: `npm run build:single -- [TARGET...] [--node FILE]`, into dist-single/.
 * Without a target it is for this machine.
 */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ASSETS } from '../src/parts/asset-names.ts';
import { type Bundle, bundle } from './single/bundle.ts';
import { licencesOf } from './single/licences.ts';
import { machineFiles } from './single/machine-files.ts';
import { fileOf } from './single/packages.ts';
import { TARGETS, type Target } from './single/targets.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT = join(ROOT, 'dist-single');
/** Told by `--version`. */
const TOLD = ['koffi', 'echarts', '@resvg/resvg-js', 'postgres'];
/** Of which no module is in the bundle. */
const PACKAGES = ['koffi'];
const MIB = 1024 * 1024;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { node: { type: 'string' } },
});
const own = `linux-${process.arch}`;
const bundled = await bundle(ROOT);
for (const name of positionals.length === 0 ? [own] : positionals) {
  const target = TARGETS[name];
  if (target === undefined)
    throw new Error(`no target ${name}: there are ${Object.keys(TARGETS).join(', ')}`);
  const runtime = values.node ?? runtimeOf(target);
  if (runtime === undefined) {
    process.stdout.write(`${name}: no runtime at hand; --node FILE names one\n`);
    continue;
  }
  const file = make(name, target, runtime, bundled);
  process.stdout.write(`${file}: ${Math.round(statSync(file).size / MIB)} MiB\n`);
}

/** That of this machine is installed, in the package that these scripts run by. */
function runtimeOf(target: Target): string | undefined {
  const installed = join(ROOT, 'node_modules/node/bin/node');
  if (target === TARGETS[own] && existsSync(installed)) return installed;
  return target.node === undefined ? undefined : fileOf(target.node, ROOT);
}

function make(
  name: string,
  target: Target,
  runtime: string,
  { main, modules, threads, sources }: Bundle,
): string {
  const work = mkdtempSync(join(tmpdir(), 'echolot-single-'));
  const assets: Record<string, string> = {};
  const put = (key: string, content: string | Uint8Array): void => {
    const path = join(work, key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    if (key !== main) assets[key] = path;
  };
  try {
    for (const [key, code] of modules) put(key, code);
    for (const [thread, code] of threads) put(ASSETS.thread(thread), code);
    for (const page of globSync('*.txt', { cwd: join(ROOT, 'dist/cli/help') })) {
      put(`help/${page}`, readFileSync(join(ROOT, 'dist/cli/help', page)));
    }
    put(ASSETS.manifest, readFileSync(join(ROOT, 'package.json')));
    put(ASSETS.contents, TOLD.map((of) => `${of} ${versionOf(of)}`).join(', '));
    const machine = machineFiles(target, ROOT);
    for (const { asset, bytes } of machine) put(asset, bytes);
    mkdirSync(OUTPUT, { recursive: true });
    const output = join(OUTPUT, `echolot-${name}`);
    const made = `${output}.part`;
    // The path of the main module goes into the file: relative, so that it is the same wherever it is made.
    writeFileSync(join(work, 'config.json'), JSON.stringify(configOf(main, made, runtime, assets)));
    execFileSync(process.execPath, ['--build-sea', 'config.json'], {
      cwd: work,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    // One that is running keeps what it was started from.
    renameSync(made, output);
    const packages = [...PACKAGES.map((of) => join(ROOT, 'node_modules', of, 'package.json')), ...sources];
    const inside = [runtime, ...packages, ...machine.map(({ source }) => source)];
    writeFileSync(`${output}.licences.txt`, licencesOf(inside));
    return output;
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** https://nodejs.org/api/single-executable-applications.html */
function configOf(
  main: string,
  output: string,
  executable: string,
  assets: Readonly<Record<string, string>>,
): object {
  return {
    main,
    mainFormat: 'module',
    output,
    executable,
    assets,
    disableExperimentalSEAWarning: true,
    // Modules that are loaded later are found inside. Node keeps no compiled code in a file with this.
    useVfs: true,
    useCodeCache: false,
    useSnapshot: false,
    // NODE_OPTIONS would bring in code.
    execArgvExtension: 'none',
  };
}

function versionOf(name: string): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8'),
  );
  return manifest.version;
}
