/**
 * Of what files were built, and how: a statement of in-toto with the predicate of SLSA
 * (https://slsa.dev/spec/v1.1/provenance). It is not signed, and the builder is whoever ran it: it tells an honest reader what to
 * rebuild and to compare, and proves nothing.
 */
import { createHash } from 'node:crypto';

export interface BuiltFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Build {
  /** What git calls the state that was built. */
  readonly commit: string;
  readonly lock: Uint8Array;
  readonly nodeVersion: string;
  readonly npmVersion: string;
  readonly files: readonly BuiltFile[];
}

/** Names only: neither is an address. */
const BUILD_TYPE = 'urn:echolot:build:v1';
const UNIDENTIFIED = 'urn:echolot:builder:unidentified';

export function provenanceOf({ commit, lock, nodeVersion, npmVersion, files }: Build): object {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: files.map(({ name, bytes }) => ({ name, digest: { sha256: sha256(bytes) } })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: { source: { digest: { gitCommit: commit } } },
        resolvedDependencies: [
          { name: 'source', digest: { gitCommit: commit } },
          { name: 'package-lock.json', digest: { sha256: sha256(lock) } },
        ],
      },
      runDetails: {
        builder: { id: UNIDENTIFIED, version: { node: nodeVersion, npm: npmVersion } },
      },
    },
  };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
