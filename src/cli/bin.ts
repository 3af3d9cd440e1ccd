#!/usr/bin/env node
/**
 * The program's entry. It refuses runtimes that are too old, prints help pages that were rendered when the
 * program was built (the parser takes longer to load than a page to read), and uses compiled code of earlier
 * starts again.
 */
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { cacheFolder, thisUser } from '../parts/folders/cache-folder.ts';
import type { CommandName } from './commands/table.ts';
import { watchStreams } from './streams.ts';

const OLDEST_NODE = 24;
const EXIT_USAGE = 2;
/** Half of them may wait for resolvers. */
const LOOKING_UP = 64;
/** The commands that want a thread of the native engine, unless they are told otherwise. */
const MEASURING: readonly CommandName[] = ['measure', 'ping', 'selftest', 'doctor'];

// Node would open its debugger on this signal, on a port of this machine: to whoever may connect there.
process.on('SIGUSR1', () => {});

const args = process.argv.slice(2);
// Names are looked up by threads of Node, which wait for a silent resolver: with the usual four, five such names would hold up all others.
if (args[0] === 'monitor') process.env['UV_THREADPOOL_SIZE'] ??= String(LOOKING_UP);
watchStreams(args[0]);
if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    `echolot: usage: Node ${OLDEST_NODE} or newer is needed; this is ${process.version}\n`,
  );
  process.exitCode = EXIT_USAGE;
} else {
  const page = helpPage(args);
  if (page !== undefined) process.stdout.write(page);
  else {
    keepCompiled();
    // The thread that measures starts while the command line is read; both take a tenth of a second.
    if (MEASURING.some((name) => name === args[0]) && !namesNodeEngine(args)) {
      const { prepareClientThread } = await import('../net/native/client/client-thread.ts');
      prepareClientThread();
    }
    const { main } = await import('./main.ts');
    await main(args);
  }
}

/** Where nothing tells whose a folder is (Windows), nothing is kept; nor where Node was told a folder already. */
function keepCompiled(): void {
  const user = thisUser();
  if (user === undefined || module.getCompileCacheDir() !== undefined) return;
  const directory = cacheFolder(user);
  if (directory !== undefined) module.enableCompileCache(directory);
}

/** Whoever takes the other engine may have a reason not to load this one's library. */
function namesNodeEngine(words: readonly string[]): boolean {
  return words.some(
    (word, i) => word === '--engine=node' || (word === 'node' && words[i - 1] === '--engine'),
  );
}

/** The page that exactly these arguments ask for; undefined when it is for the parser to say. */
function helpPage([first = '--help', second, ...rest]: readonly string[]): string | undefined {
  if (rest.length > 0) return undefined;
  const asks = (word: string | undefined): boolean => word === '-h' || word === '--help';
  const name = second === undefined && asks(first) ? 'overview' : asks(second) ? first : undefined;
  if (name === undefined || !/^[a-z]+$/.test(name)) return undefined;
  try {
    return readFileSync(new URL(`help/${name}.txt`, import.meta.url), 'utf8');
  } catch {
    return undefined;
  }
}
