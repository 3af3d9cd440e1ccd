/**
 * Where every native thread begins: with the compiled code of earlier starts, where the thread that started it
 * uses that too; the module itself is loaded after, so that it finds it.
 */
import module from 'node:module';
import { workerData } from 'node:worker_threads';

const { entry, compileCache }: { entry: string; compileCache: string | undefined } = workerData;
if (compileCache !== undefined) module.enableCompileCache(compileCache);
await import(entry);
