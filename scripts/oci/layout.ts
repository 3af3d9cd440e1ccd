/**
 * An OCI image layout (opencontainers/image-spec, image-layout.md): blobs by their hash, an index over the images of each machine, and
 * an index.json that names it. All of it is a tree, to be laid into one archive.
 */
import { createHash } from 'node:crypto';
import { constants, gzipSync } from 'node:zlib';
import { type TarEntry, type Tree, tar } from './tar.ts';

const MEDIA = 'application/vnd.oci.image';
const READABLE = 0o644;

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface Layer {
  readonly descriptor: Descriptor;
  /** Of the archive before it was packed. */
  readonly diffId: string;
  /** Told by `docker history` and the like. */
  readonly made: { readonly created: string; readonly created_by: string };
}

export class Layout {
  private readonly files = new Map<string, TarEntry>();

  layer(tree: Tree, seconds: number, what: string): Layer {
    const archive = tar(tree, seconds);
    // The header of node:zlib has neither a name nor a time.
    const packed = gzipSync(archive, { level: constants.Z_BEST_COMPRESSION });
    return {
      descriptor: this.blob(`${MEDIA}.layer.v1.tar+gzip`, packed),
      diffId: digestOf(archive),
      made: { created: timeOf(seconds), created_by: what },
    };
  }

  /** @param config of the image, without what its layers say */
  manifest(
    config: Readonly<Record<string, unknown>>,
    layers: readonly Layer[],
    annotations: Readonly<Record<string, string>>,
  ): Descriptor {
    const whole = {
      ...config,
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      history: layers.map(({ made }) => made),
    };
    return this.json(`${MEDIA}.manifest.v1+json`, {
      schemaVersion: 2,
      mediaType: `${MEDIA}.manifest.v1+json`,
      config: this.json(`${MEDIA}.config.v1+json`, whole),
      layers: layers.map(({ descriptor }) => descriptor),
      annotations,
    });
  }

  /** @param images with the machine of each @param name that the index is called by @returns the layout */
  finish(
    images: readonly (Descriptor & { readonly platform: object })[],
    name: string,
    annotations: Readonly<Record<string, string>>,
  ): Tree {
    const index = indexOf(images, annotations);
    const named = {
      ...this.json(index.mediaType, index),
      annotations: { 'org.opencontainers.image.ref.name': name },
    };
    this.put('oci-layout', Buffer.from(JSON.stringify({ imageLayoutVersion: '1.0.0' })));
    this.put('index.json', Buffer.from(JSON.stringify(indexOf([named], {}))));
    return this.files;
  }

  private json(mediaType: string, value: object): Descriptor {
    return this.blob(mediaType, Buffer.from(JSON.stringify(value)));
  }

  private blob(mediaType: string, bytes: Uint8Array): Descriptor {
    const digest = digestOf(bytes);
    this.put(`blobs/${digest.replace(':', '/')}`, bytes);
    return { mediaType, digest, size: bytes.length };
  }

  private put(path: string, bytes: Uint8Array): void {
    this.files.set(path, { kind: 'file', bytes, mode: READABLE });
  }
}

export function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000', '');
}

function indexOf(
  manifests: readonly object[],
  annotations: Readonly<Record<string, string>>,
): { readonly mediaType: string; readonly [key: string]: unknown } {
  const mediaType = `${MEDIA}.index.v1+json`;
  return { schemaVersion: 2, mediaType, manifests, annotations };
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
