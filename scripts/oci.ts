/**
 * Makes the container image out of the single files that lie in dist-single/, without a daemon: one archive of an OCI layout with an
 * image for each machine, `dist-packages/echolot-VERSION.oci.tar`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configOf, labelsOf } from './oci/config.ts';
import { debianFiles } from './oci/debian.ts';
import { MADE_SECONDS } from './oci/debian-packages.ts';
import { Layout, timeOf } from './oci/layout.ts';
import { baseTree, licencesBeside, programTree } from './oci/root.ts';
import { tar } from './oci/tar.ts';
import { machineFiles } from './single/machine-files.ts';
import { fileOf } from './single/packages.ts';
import { TARGETS } from './single/targets.ts';
import { sourceOf } from './source.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT = join(ROOT, 'dist-packages');
/** By the target of the single file: the machine as Debian calls it, and as an image does. */
const MACHINES = {
  'linux-x64': { debian: 'amd64', platform: { architecture: 'amd64', os: 'linux' } },
  'linux-arm64': { debian: 'arm64', platform: { architecture: 'arm64', os: 'linux', variant: 'v8' } },
} as const;
const MIB = 1024 * 1024;

const source = sourceOf(ROOT);
const told = { ...source, created: timeOf(source.seconds) };
const layout = new Layout();
const images = Object.entries(MACHINES).flatMap(([name, { debian, platform }]) => {
  const single = join(ROOT, 'dist-single', `echolot-${name}`);
  const target = TARGETS[name];
  if (!existsSync(single) || target?.node === undefined) {
    process.stdout.write(`${name}: left out, there is no ${single}\n`);
    return [];
  }
  const base = layout.layer(
    baseTree(debianFiles(debian, ROOT)),
    MADE_SECONDS,
    "the C library and its relatives, of Debian's packages",
  );
  const runtimeLicence = fileOf({ ...target.node, file: 'LICENSE' }, ROOT);
  const program = layout.layer(
    programTree({
      program: readFileSync(single),
      machine: machineFiles(target, ROOT),
      licences: licencesBeside(single, ROOT, runtimeLicence),
    }),
    source.seconds,
    'echolot in one file, its libraries beside it',
  );
  const layers = [base, program];
  const bytes = layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  process.stdout.write(`${name}: ${(bytes / MIB).toFixed(1)} MiB packed\n`);
  return [{ ...layout.manifest(configOf(platform.architecture, told), layers, labelsOf(told)), platform }];
});
if (images.length === 0) throw new Error('no single file to make an image of: npm run build:single');
mkdirSync(OUTPUT, { recursive: true });
const output = join(OUTPUT, `echolot-${source.version}.oci.tar`);
writeFileSync(output, tar(layout.finish(images, source.version, labelsOf(told)), source.seconds));
process.stdout.write(`${output}\n`);
