#!/usr/bin/env node
/** The program's entry: compiled code of earlier starts is used again, so that help comes at once. */
import { enableCompileCache } from 'node:module';

enableCompileCache();
const { main } = await import('./main.ts');
await main(process.argv.slice(2));
