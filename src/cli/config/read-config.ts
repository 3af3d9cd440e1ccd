/** Reads the configuration of a command in the words of its command line. */
import { checkPolicy } from '../../options.ts';
import { monitorCommandLine } from '../commands/monitor/monitor.ts';
import { serveCommandLine } from '../commands/serve.ts';
import { type MonitorConfig, readMonitorConfig } from './monitor/monitor-config.ts';
import { TARGET_KEYS } from './monitor/target-keys.ts';
import type { ConfigOption } from './reader.ts';
import { readServerConfig, type ServerConfig } from './server-config.ts';
import { vocabularyOf } from './vocabulary.ts';

/** Of the commands that have one. @throws ConfigError with every mistake; EcholotError `usage` for a file that cannot be read */
const READERS = { serve: readConfig, monitor: readMonitor } as const;

export type ConfiguredCommand = keyof typeof READERS;

const atStart = new Map<string, { readonly options: readonly ConfigOption[] }>();

export function hasConfig(command: string | undefined): command is ConfiguredCommand {
  return command !== undefined && Object.hasOwn(READERS, command);
}

/** The same for all who ask while the program starts, whatever becomes of the file meanwhile. @throws likewise */
export function configAtStart<C extends ConfiguredCommand>(
  command: C,
  file: string,
): ReturnType<(typeof READERS)[C]> {
  const key = `${command} ${file}`;
  const known = atStart.get(key) ?? READERS[command](file);
  atStart.set(key, known);
  // Each file is kept under the command that read it.
  return known as ReturnType<(typeof READERS)[C]>;
}

/** @throws likewise */
export function readConfig(file: string): ServerConfig {
  return readServerConfig(file, { ...vocabularyOf('serve', serveCommandLine), check: checkPolicy });
}

/** @throws likewise */
export function readMonitor(file: string): MonitorConfig {
  const vocabulary = vocabularyOf('monitor', monitorCommandLine);
  // In a file each target says these for itself.
  const names = vocabulary.names.filter((name) => !Object.hasOwn(TARGET_KEYS, name));
  return readMonitorConfig(file, { ...vocabulary, names });
}
