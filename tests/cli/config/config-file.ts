/** A configuration of a test: written, read, and the mistakes that are found in it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../../src/cli/config/toml.ts';

export interface ConfigFile<C> {
  readonly folder: string;
  readonly file: string;
  read(text: string): C;
  /** Each mistake without the name of the file. */
  mistakesOf(text: string): readonly string[];
  remove(): void;
}

export function configFile<C>(name: string, readConfig: (file: string) => C): ConfigFile<C> {
  const folder = mkdtempSync(join(tmpdir(), 'echolot-config-'));
  const file = join(folder, name);
  const read = (text: string): C => {
    writeFileSync(file, text);
    return readConfig(file);
  };
  return {
    folder,
    file,
    read,
    mistakesOf(text) {
      try {
        read(text);
      } catch (error) {
        if (error instanceof ConfigError) return error.mistakes.map((one) => one.slice(file.length + 1));
        throw error;
      }
      return [];
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
