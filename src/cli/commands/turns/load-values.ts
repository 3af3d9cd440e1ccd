/** Values of the options of a load: its phases, and how many connections carry it. */
import { message, text } from '@optique/core/message';
import type { ValueParser, ValueParserResult } from '@optique/core/valueparser';
import type { LoadPhaseName } from '../../../index.ts';
import { LOAD_PHASES } from '../../../options.ts';
import { count } from '../../options/words/values.ts';

interface Range {
  readonly min: number;
  readonly max: number;
}

/** Names of phases in the order in which they run, separated by commas, each once. */
export function phaseNames(): ValueParser<'sync', readonly LoadPhaseName[]> {
  return {
    mode: 'sync',
    metavar: 'PHASES',
    placeholder: ['idle'],
    format: (names) => names.join(','),
    parse(input): ValueParserResult<readonly LoadPhaseName[]> {
      const names: LoadPhaseName[] = [];
      for (const part of input.split(',')) {
        const name = LOAD_PHASES.find((known) => known === part.trim());
        if (name === undefined) {
          const known = text(LOAD_PHASES.join(', '));
          return {
            success: false,
            error: message`Expected phases among ${known}, separated by commas, but got ${input}.`,
          };
        }
        if (names.includes(name)) {
          return { success: false, error: message`Expected each phase once, but got ${input}.` };
        }
        names.push(name);
      }
      return { success: true, value: names };
    },
    *suggest(prefix) {
      const begun = prefix.slice(0, prefix.lastIndexOf(',') + 1);
      for (const name of LOAD_PHASES) {
        if (`${begun}${name}`.startsWith(prefix)) yield { kind: 'literal', text: `${begun}${name}` };
      }
    },
  };
}

/** A number of connections, or `auto`. */
export function streams({ min, max }: Range): ValueParser<'sync', number | 'auto'> {
  const number = count({ min, max });
  return {
    mode: 'sync',
    metavar: 'N|auto',
    placeholder: min,
    format: String,
    parse(input): ValueParserResult<number | 'auto'> {
      if (input === 'auto') return { success: true, value: 'auto' };
      const parsed = number.parse(input);
      if (parsed.success) return parsed;
      return {
        success: false,
        error: message`Expected auto or a whole number from ${text(String(min))} to ${text(String(max))}, but got ${input}.`,
      };
    },
    *suggest(prefix) {
      if ('auto'.startsWith(prefix)) yield { kind: 'literal', text: 'auto' };
    },
  };
}
