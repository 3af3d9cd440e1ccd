/** The table of what a class of clients may be granted, and what the classes of a public server are. */
import { TERM_KEYS } from '../../src/cli/config/term-keys.ts';
import { planServer } from '../../src/options.ts';
import { code, table } from './markdown.ts';

const SHOWN = ['anyone', 'token'] as const;

export function classTermTable(): string {
  const { policy } = planServer({ policy: 'public' });
  const rows = Object.entries(TERM_KEYS).map(([key, { term, parser, factor, meaning }]) => {
    const shown = SHOWN.map((name) => {
      const value = policy?.named(name).terms[term] ?? 0;
      return value === 0 ? 'none' : parser.format(value / factor);
    });
    return [code(key), ...shown, meaning];
  });
  return table(['key', ...SHOWN.map(code), 'meaning'], rows);
}
