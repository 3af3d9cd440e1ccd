/** Which store is read: the one that `echolot monitor` keeps where it is not told otherwise. */
import { message } from '@optique/core/message';
import type { Parser } from '@optique/core/parser';
import { option } from '@optique/core/primitives';
import { file } from '../file.ts';
import { defaultedLater } from './defaulted.ts';

export const storeToRead: Parser<'sync', string | undefined, unknown> = defaultedLater(
  option('--store', file('FILE'), { description: message`read this store of echolot monitor` }),
  '$XDG_STATE_HOME/echolot/monitor.sqlite, or in ~/.local/state',
);
