/** An image whose hashes are not those of its parts is refused by everybody who fetches it. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { configOf, labelsOf } from '../../scripts/oci/config.ts';
import { type Descriptor, Layout } from '../../scripts/oci/layout.ts';
import { baseTree } from '../../scripts/oci/root.ts';
import type { Tree } from '../../scripts/oci/tar.ts';

const told = { version: '1.2.3', description: 'echoes', revision: 'abc', created: '2026-01-01T00:00:00Z' };

function layout(): Tree {
  const made = new Layout();
  const base = made.layer(baseTree(new Map()), 1_700_000_000, 'base');
  const image = made.manifest(configOf('amd64', told), [base], labelsOf(told));
  return made.finish([{ ...image, platform: { architecture: 'amd64', os: 'linux' } }], '1.2.3', {});
}

function contentOf(tree: Tree, path: string): Uint8Array {
  const entry = tree.get(path);
  if (entry?.kind !== 'file') throw new Error(`no file ${path}`);
  return entry.bytes;
}

test('every part is found by its hash and its size, from the index down to the layers', () => {
  const tree = layout();
  const follow = ({ digest, size }: Descriptor): Uint8Array => {
    const bytes = contentOf(tree, `blobs/${digest.replace(':', '/')}`);
    expect(`sha256:${createHash('sha256').update(bytes).digest('hex')}`).toBe(digest);
    expect(bytes.length).toBe(size);
    return bytes;
  };
  const parse = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString());
  const [index] = parse(contentOf(tree, 'index.json')).manifests;
  expect(index.annotations['org.opencontainers.image.ref.name']).toBe('1.2.3');
  const [image] = parse(follow(index)).manifests;
  const manifest = parse(follow(image));
  const config = parse(follow(manifest.config));
  const layers = manifest.layers.map((of: Descriptor) => gunzipSync(follow(of)));
  const hashes = layers.map((bytes: Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  expect(config.rootfs.diff_ids).toEqual(hashes);
  expect(config.history).toHaveLength(layers.length);
  expect(tree.size).toBe(2 + 2 + 1 + layers.length);
});

test('it is the same each time', () => {
  expect(layout()).toEqual(layout());
});

test('a container runs as a user without rights, within terms for strangers', () => {
  expect(configOf('amd64', told)['config']).toMatchObject({
    User: '65532:65532',
    Cmd: ['serve', '--public'],
    Labels: { 'org.opencontainers.image.version': '1.2.3', 'org.opencontainers.image.revision': 'abc' },
  });
});
