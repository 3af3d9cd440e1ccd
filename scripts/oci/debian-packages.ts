/**
 * Which packages of Debian an image is built on, and what of them: no more than the program is linked to, and the licences.
 * A newer version is a change of this table (`apt-cache show NAME:ARCH` tells its hash), as Debian's mirrors keep the newest only.
 */

export type DebianArch = 'amd64' | 'arm64';

export interface Package {
  readonly name: string;
  readonly version: string;
  /** Of the package, by machine. */
  readonly sha256: Readonly<Record<DebianArch, string>>;
  readonly files: readonly string[];
  /** What one machine alone has of it. */
  readonly only?: Readonly<Record<DebianArch, readonly string[]>>;
}

/** The stable release, and its number. */
export const SUITE = 'trixie';
export const RELEASE = '13';

/** When the newest of them was made: the time of the layer that they are in, which stays the same from one version to the next. */
export const MADE_SECONDS: number = Date.UTC(2026, 9, 10) / 1000;

const GCC = '14.2.0-19';
const LIBRARIES = 'usr/lib/$MULTIARCH';

export const PACKAGES: readonly Package[] = [
  {
    name: 'libc6',
    version: '2.41-12+deb13u5',
    sha256: {
      amd64: 'b59b0625cd1a791375d40dab23a4d5d3d0641e3d0a773501becdc3725b7f99cf',
      arm64: '0966fc3da1a26cc57647c68b5736f791b6e7eb498173a7993f63b6c89b4ed4f5',
    },
    // Looking up names is in libc.so.6 itself; librt is for resvg.
    files: [
      ...['libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0', 'librt.so.1'].map(
        (name) => `${LIBRARIES}/${name}`,
      ),
      'usr/share/doc/libc6/copyright',
    ],
    only: { amd64: ['usr/lib64/ld-linux-x86-64.so.2'], arm64: ['usr/lib/ld-linux-aarch64.so.1'] },
  },
  {
    name: 'libgcc-s1',
    version: GCC,
    sha256: {
      amd64: '3c71917b490d1a17aed43196a2787a256ecf060526cdb20216a74bedc061b150',
      arm64: '1108bc87879833d6d9a145f22a4a15cddb34e065b4b5f4b97bee586adbac2851',
    },
    files: [`${LIBRARIES}/libgcc_s.so.1`],
  },
  {
    name: 'libstdc++6',
    version: GCC,
    sha256: {
      amd64: 'ab1fa05837aa7a92aae748fd07a18a35f7d18bb4a71c4724fe2bbf0e32089de0',
      arm64: '6669b0c52a2e7c6af9adfdabce3ff6e286065cdfbc7b85280862b5f799daebee',
    },
    files: [`${LIBRARIES}/libstdc++.so.6`],
  },
  {
    name: 'libatomic1',
    version: GCC,
    sha256: {
      amd64: '212b399aae2f7299203d261a57e49372e09565a9a5ea971905f94a3960366c05',
      arm64: '7ccff90234484bf21ae5ecb79d25b6a84b2f4038f65dd139085b2e3a937cd8dc',
    },
    files: [`${LIBRARIES}/libatomic.so.1`],
  },
  {
    // Of the three above.
    name: 'gcc-14-base',
    version: GCC,
    sha256: {
      amd64: '5b6825de4263824b78c4c51f6476414f3b4e89c2ab63e81dc8b9b5501e867cf6',
      arm64: '34ee90679b018c0e64234747a4c4c0ae6b7f63541115037465a8627c2dfbc594',
    },
    files: ['usr/share/doc/gcc-14-base/copyright'],
  },
];
