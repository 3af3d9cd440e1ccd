/**
 * The built program as few modules: what it begins with and what it loads later, and one module by itself for each thread. What
 * is installed beside it otherwise (packages, their addons) is in them, and nothing is left that would be looked for in files.
 */
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { esmExternalRequirePlugin } from 'rolldown/plugins';
import { THREADS } from '../../src/parts/threads.ts';

export interface Bundle {
  /** The name of the module that the program begins with. */
  readonly main: string;
  /** Code by the name of its module. */
  readonly modules: ReadonlyMap<string, string>;
  /** Code by the name of its thread. */
  readonly threads: ReadonlyMap<string, string>;
  /** All files of packages that went into it. */
  readonly sources: ReadonlySet<string>;
}

const BUILTINS = [/^node:/, ...builtinModules];

/** @param root of the project, built */
export async function bundle(root: string): Promise<Bundle> {
  const dist = join(root, 'dist');
  const sources = new Set<string>();
  const modules = await chunksOf(join(dist, 'cli/bin.js'), dist, sources, true);
  const threads = new Map<string, string>();
  for (const [name, path] of Object.entries(THREADS)) {
    const [chunk] = await chunksOf(join(dist, `${path}.js`), dist, sources, false);
    // In place of the whole module where an error tells of its lines.
    threads.set(name, `${chunk?.code ?? ''}\n//# sourceURL=echolot/${name}.js\n`);
  }
  const main = modules.find(({ isEntry }) => isEntry)?.fileName ?? '';
  return { main, modules: new Map(modules.map(({ fileName, code }) => [fileName, code])), threads, sources };
}

/** @param isSplit whether what is loaded later may be a module of its own */
async function chunksOf(
  input: string,
  dist: string,
  sources: Set<string>,
  isSplit: boolean,
): Promise<readonly OutputChunk[]> {
  const build = await rolldown({
    input,
    platform: 'node',
    plugins: [inOneFile(dist), esmExternalRequirePlugin({ external: BUILTINS })],
    logLevel: 'warn',
  });
  const { output } = await build.generate({ format: 'esm', codeSplitting: isSplit });
  await build.close();
  const chunks = output.filter((made) => made.type === 'chunk');
  const names = new Set(chunks.map(({ fileName }) => fileName));
  for (const { imports, dynamicImports, fileName, moduleIds } of chunks) {
    for (const name of [...imports, ...dynamicImports]) {
      const isInside = names.has(name) || name.startsWith('node:') || builtinModules.includes(name);
      if (!isInside) throw new Error(`${fileName} of ${input} would look for ${name} among files`);
    }
    for (const id of moduleIds) if (id.includes('node_modules')) sources.add(id);
  }
  return chunks;
}

/** What is otherwise among files of its own is asked for in the single file. */
function inOneFile(dist: string): Plugin {
  const single = join(dist, 'parts/single.js');
  return {
    name: 'in-one-file',
    resolveId: (source, importer) =>
      source === './installed.js' && importer === join(dist, 'parts/parts.js') ? single : null,
    load: (id) =>
      id.endsWith('@resvg/resvg-js/js-binding.js')
        ? `const { addon } = require(${JSON.stringify(single)}); module.exports = addon('resvg');`
        : null,
  };
}
