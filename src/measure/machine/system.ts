/** What a result says of the program and the machine that made it. */
import { availableParallelism, cpus, release } from 'node:os';
import { parts } from '../../parts/parts.ts';
import type { SystemInfo, ToolInfo } from '../../result/result.ts';

export function toolInfo(): ToolInfo {
  const manifest: unknown = JSON.parse(parts.manifest());
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : '';
  return { name: 'echolot', version, node: process.versions.node };
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
