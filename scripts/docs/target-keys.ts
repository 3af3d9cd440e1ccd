/** The table of what a configuration may say of a target of a monitor. */
import { TARGET_KEYS } from '../../src/cli/config/monitor/target-keys.ts';
import { code, table } from './markdown.ts';

export function targetKeyTable(): string {
  const rows = Object.entries(TARGET_KEYS).map(([key, { form, meaning }]) => {
    const forms = form.length > MOST_CHARACTERS ? `${form.slice(0, form.indexOf(',', CUT_FROM))}, ...` : form;
    return [code(key), code(forms), meaning];
  });
  return table(['key', 'as in', 'meaning'], rows);
}

/** Names of dialects are listed elsewhere. */
const MOST_CHARACTERS = 60;
const CUT_FROM = 20;
