/** Names of files and folders: any word, and completions offer what is there. */
import { string, type ValueParser } from '@optique/core/valueparser';

export function file(metavar: 'FILE' | 'DIR' | 'A'): ValueParser<'sync', string> {
  return {
    ...string({ metavar }),
    *suggest(prefix) {
      yield { kind: 'file', type: metavar === 'DIR' ? 'directory' : 'any', pattern: prefix };
    },
  };
}
