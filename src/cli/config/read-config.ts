/** Reads the configuration of a server in the words of its command line. */
import { parseSync } from '@optique/core/parser';
import { extractOptionNames } from '@optique/core/usage';
import { checkPolicy } from '../../options.ts';
import { serveCommandLine } from '../commands/serve.ts';
import { plainMessage, readServerConfig, type ServerConfig } from './server-config.ts';

/** What makes sense on the command line alone. */
const NOT_IN_FILES: readonly string[] = ['config', 'check-config', 'help', 'version'];

const atStart = new Map<string, ServerConfig>();

/** The same for all who ask while the program starts, whatever becomes of the file meanwhile. @throws likewise */
export function configAtStart(file: string): ServerConfig {
  const known = atStart.get(file) ?? readConfig(file);
  atStart.set(file, known);
  return known;
}

/** @throws ConfigError with every mistake; EcholotError `usage` for a file that cannot be read */
export function readConfig(file: string): ServerConfig {
  return readServerConfig(file, {
    names: optionNames(),
    complaintOf,
    check: checkPolicy,
  });
}

function optionNames(): readonly string[] {
  return [...extractOptionNames(serveCommandLine.usage)]
    .filter((name) => name.startsWith('--'))
    .map((name) => name.slice(2))
    .filter((name) => !NOT_IN_FILES.includes(name));
}

function complaintOf(args: readonly string[]): string | undefined {
  const parsed = parseSync(serveCommandLine, ['serve', ...args]);
  return parsed.success ? undefined : plainMessage(parsed.error).replace(/^(?:-\w\/)?--/, '');
}
