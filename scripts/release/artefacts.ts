/**
 * What a release is made of: each by an npm script of its own, which some source may not have yet, and with tools that some
 * machine may not have. In this order: what comes later may be made of what came before.
 */

export interface Artefact {
  readonly name: string;
  /** The script in package.json, and its words. */
  readonly script: readonly [string, ...string[]];
  /** Programs that have to be on this machine. */
  readonly tools: readonly string[];
  /** What comes of it: files of the project, or one folder, which becomes an archive. */
  readonly made: string;
}

/** What all of it is made in. */
export const FOLDERS = ['dist-packages', 'dist-single', 'site'] as const;

export const ARTEFACTS: readonly Artefact[] = [
  { name: 'npm package', script: ['build:npm'], tools: ['npm'], made: 'dist-packages/*.tgz' },
  {
    name: 'one file',
    script: ['build:single', 'linux-x64', 'linux-arm64'],
    tools: ['tar'],
    made: 'dist-single/echolot-*',
  },
  { name: 'Debian package', script: ['build:deb'], tools: ['dpkg-deb'], made: 'dist-packages/*.deb' },
  { name: 'RPM package', script: ['build:rpm'], tools: ['rpmbuild'], made: 'dist-packages/*.rpm' },
  {
    name: 'container image',
    script: ['build:oci'],
    tools: ['apt-get', 'dpkg-deb'],
    made: 'dist-packages/*.oci.tar',
  },
  { name: 'site', script: ['docs:site'], tools: [], made: 'site/' },
  { name: 'list of parts (SBOM)', script: ['build:sbom'], tools: ['npm'], made: 'dist-packages/*.cdx.json' },
  {
    // Of all above.
    name: 'provenance',
    script: ['build:provenance'],
    tools: ['npm'],
    made: 'dist-packages/*.provenance.json',
  },
];

/** @returns why it cannot be made; undefined where it can */
export function lacking(
  { script: [script], tools }: Artefact,
  scripts: Readonly<Record<string, string>>,
  isThere: (tool: string) => boolean,
): string | undefined {
  if (scripts[script] === undefined) return `package.json has no script ${script}`;
  const missing = tools.filter((tool) => !isThere(tool));
  return missing.length === 0 ? undefined : `there is no ${missing.join(', no ')} here`;
}
