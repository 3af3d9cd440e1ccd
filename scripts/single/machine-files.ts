/**
 * What Linux, or a library of its own accord, wants as a file: addons of Node in machine code, and the letters of pictures. They lie
 * inside a single file, and packages of it may lay them beside the program (src/parts/folders/cache-folder.ts).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ASSETS } from '../../src/parts/asset-names.ts';
import { fileOf } from './packages.ts';
import type { Target } from './targets.ts';

const FONTS = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

export interface MachineFile {
  /** Its name inside the single file. */
  readonly asset: string;
  readonly extension: 'node' | 'ttf';
  /** Where it is from. */
  readonly source: string;
  readonly bytes: Uint8Array;
}

/** @param root of the project */
export function machineFiles(target: Target, root: string): readonly MachineFile[] {
  const addons = { koffi: fileOf(target.koffi, root), resvg: fileOf(target.resvg, root) };
  return [
    ...Object.entries(addons).map(([name, source]) => fileAt(ASSETS.addon(name), 'node', source)),
    ...FONTS.map((name) =>
      fileAt(ASSETS.font(name), 'ttf', join(root, 'node_modules/dejavu-fonts-ttf/ttf', name)),
    ),
  ];
}

function fileAt(asset: string, extension: MachineFile['extension'], source: string): MachineFile {
  return { asset, extension, source, bytes: readFileSync(source) };
}
