import { createMemoryStore } from '../../../src/monitor/store/memory-store.ts';
import { describeStore } from './suite.ts';

describeStore('a store in memory', async (retention) => createMemoryStore(retention));
