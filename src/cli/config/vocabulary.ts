/** The options of a command that its configuration file may set, and what its command line says to each. */

import type { Parser } from '@optique/core/parser';
import { parseSync } from '@optique/core/parser';
import { extractOptionNames } from '@optique/core/usage';
import { type ComplaintOf, plainMessage } from './reader.ts';

export interface Vocabulary {
  /** Long options, without their dashes. */
  readonly names: readonly string[];
  readonly complaintOf: ComplaintOf;
}

/** What makes sense on the command line alone. */
const NOT_IN_FILES: readonly string[] = ['config', 'check-config', 'help', 'version'];

export function vocabularyOf(command: string, commandLine: Parser<'sync', unknown, unknown>): Vocabulary {
  return {
    names: [...extractOptionNames(commandLine.usage)]
      .filter((name) => name.startsWith('--'))
      .map((name) => name.slice(2))
      .filter((name) => !NOT_IN_FILES.includes(name)),
    complaintOf(args) {
      const parsed = parseSync(commandLine, [command, ...args]);
      return parsed.success ? undefined : plainMessage(parsed.error).replace(/^(?:-\w\/)?--/, '');
    },
  };
}
