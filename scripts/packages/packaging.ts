/** What is packaged, of which version, and for which machine. */

export interface Packaging {
  /** Of the project, built. */
  readonly root: string;
  readonly version: string;
  readonly arch: 'x64' | 'arm64';
  /** The single file, with the licences of what is inside beside it. */
  readonly binary: string;
  /** The one time in the package: that of the commit. */
  readonly epochSeconds: number;
  /** The folder that the package is written into. */
  readonly output: string;
}

/** Whoever publishes packages says who he is, as the tools of Debian have it. */
const { DEBFULLNAME: name = 'echolot maintainers', DEBEMAIL: address = 'echolot@packages.invalid' } =
  process.env;
export const MAINTAINER: string = `${name} <${address}>`;
