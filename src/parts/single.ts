/**
 * The parts of the program in a single file: assets inside it (Node's single executable applications). A thread begins with a
 * `data:` URL, since threads see no files in there; such a module can import nothing but what Node has itself, so no code
 * comes in from the folder somebody stands in. Machine code can only be loaded from a file: where a package has laid it beside
 * the program that file is taken, else it is written into a folder of this user alone first.
 */
import { getRawAsset } from 'node:sea';
import { ASSETS } from './asset-names.ts';
import { cacheFolder, packagedFolder, temporaryFolder, thisUser } from './folders/cache-folder.ts';
import type { Parts } from './kind.ts';
import { fileThere, privateFile } from './private-file.ts';

/** @throws Error where there is none of this name */
export type ReadAsset = (key: string) => Uint8Array;

const inside: ReadAsset = (key) => new Uint8Array(getRawAsset(key));

export const parts: Parts = partsOf(inside);

/** An addon of Node. The build makes packages that look for theirs among files ask here. @throws Error where it does not load */
export function addon(name: string, read: ReadAsset = inside): unknown {
  return inFile(read(ASSETS.addon(name)), 'node', (path) => {
    const module = { exports: {} };
    process.dlopen(module, path);
    return module.exports;
  });
}

export function partsOf(read: ReadAsset): Parts {
  const text = (key: string): string => Buffer.from(read(key)).toString('utf8');
  return {
    program: [process.execPath],
    get contents() {
      return `one file; node ${process.versions.node}, ${text(ASSETS.contents)}`;
    },
    thread(name) {
      const code = Buffer.from(read(ASSETS.thread(name))).toString('base64');
      return new URL(`data:text/javascript;base64,${code}`);
    },
    manifest: () => text(ASSETS.manifest),
    koffi: () => addon('koffi', read),
    font: (file) => inFile(read(ASSETS.font(file)), 'ttf', (path) => path),
  };
}

/** Where caches may hold no programs (mounted noexec), the folder for temporary files may. */
function inFile<T>(bytes: Uint8Array, extension: string, use: (path: string) => T): T {
  const user = thisUser();
  const packaged = user === undefined ? undefined : packagedFolder(user);
  const there = packaged === undefined ? undefined : fileThere(packaged, bytes, extension);
  if (there !== undefined) return use(there);
  let failure: unknown;
  for (const find of [cacheFolder, temporaryFolder]) {
    const folder = user === undefined ? undefined : find(user);
    if (folder === undefined) continue;
    try {
      return use(privateFile(folder, bytes, extension));
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure ?? new Error('no folder of this user alone for it, neither in XDG_CACHE_HOME nor in TMPDIR');
}
