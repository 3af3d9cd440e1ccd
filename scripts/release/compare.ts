/** Whether two builds of one source are the same, and where they are not. */
import { createHash } from 'node:crypto';
import type { Files } from './build.ts';

/** As `sha256sum --check` reads it. */
export function sumsOf(files: Files): string {
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => `${createHash('sha256').update(bytes).digest('hex')}  ${name}\n`)
    .join('');
}

/** @returns one line for each file that is not the same in both; none where all are */
export function differences(first: Files, second: Files): string[] {
  const names = [...new Set([...first.keys(), ...second.keys()])].sort();
  return names.flatMap((name) => {
    const [one, two] = [first.get(name), second.get(name)];
    if (one === undefined || two === undefined)
      return [`${name}: made the ${one === undefined ? 'second' : 'first'} time only`];
    const bytes = differing(one, two);
    if (bytes === undefined) return [];
    const sizes = one.length === two.length ? `${one.length} bytes` : `${one.length} and ${two.length} bytes`;
    return [`${name}: ${sizes}, ${bytes.count} differ, the first at ${bytes.at}`];
  });
}

function differing(one: Uint8Array, two: Uint8Array): { at: number; count: number } | undefined {
  if (Buffer.compare(one, two) === 0) return undefined;
  const shared = Math.min(one.length, two.length);
  let at: number | undefined;
  let count = Math.abs(one.length - two.length);
  for (let byte = 0; byte < shared; byte++) {
    if (one[byte] === two[byte]) continue;
    at ??= byte;
    count++;
  }
  return { at: at ?? shared, count };
}
