/** A disk that is full for a while: a small one of its own, in memory. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const CHILD = fileURLToPath(new URL('full-disk-child.ts', import.meta.url));
const unshared = ['--user', '--map-root-user', '--mount', 'sh', '-c'];
const mayMount = spawnSync('unshare', [...unshared, 'mount -t tmpfs -o size=64k tmpfs /mnt']).status === 0;
if (!mayMount) console.log('a full disk is left out: no tmpfs can be mounted in a namespace here');

test.skipIf(!mayMount)(
  'a full disk stops no measuring, is told, and what waited is written when there is room',
  () => {
    const script = `mount -t tmpfs -o size=2m tmpfs /mnt && '${process.execPath}' '${CHILD}' /mnt`;
    const { stdout, stderr } = spawnSync('unshare', [...unshared, script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      told: ['the disk of /mnt/store.db is full', 'mended, lost 0'],
      kept: 2_000,
    });
  },
);
