/** What a result says of the program and the machine that made it. */
import { createRequire } from 'node:module';
import { availableParallelism, cpus, release } from 'node:os';
import { parts } from '../../parts/parts.ts';
import type { SystemInfo, ToolInfo } from '../../result/result.ts';

export function toolInfo(): ToolInfo {
  const { version } = manifest();
  return { name: 'echolot', version: version ?? '', node: process.versions.node };
}

/** What npm is to install, with its version, for an optional package; null where it is installed. */
export function wantedPackage(name: string): string | null {
  // A single file has what was built into it.
  if (parts.contents !== undefined) return null;
  try {
    createRequire(import.meta.url).resolve(name);
    return null;
  } catch {
    const { optionalDependencies: optional, peerDependencies: peers } = manifest();
    const version = (optional?.[name] ?? peers?.[name] ?? '').replace(/^[\^~]/, '');
    return version === '' ? name : `${name}@${version}`;
  }
}

/** What is used of the program's own. */
interface Manifest {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

function manifest(): Manifest {
  return JSON.parse(parts.manifest());
}

export function systemInfo(): SystemInfo {
  return {
    platform: process.platform,
    release: release(),
    arch: process.arch,
    cpu: cpus()[0]?.model ?? null,
    cpus: availableParallelism(),
  };
}
