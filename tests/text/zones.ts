/** Tests of local times say in which zone they are; whatever runs after them is in the one before. */
import { afterEach } from 'vitest';

/** Call it once in a file, outside of tests. @returns sets the zone until the end of a test */
export function zones(): (name: string) => void {
  const before = process.env['TZ'];
  afterEach(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
  return (name) => {
    process.env['TZ'] = name;
  };
}
