/** The setup phase: what a server must take, and what it must refuse. */
import type { Dialect } from '../../core/wire/dialects.ts';
import { asciiBytes, asciiText } from '../../core/wire/grammar.ts';
import type { Rule } from '../rule.ts';
import type { Server } from '../server.ts';
import { errorRules } from './errors.ts';

const SOURCE = 'assignment, 1 b (CSP: Server); spec 5.2';

/** The assignment does not ask for one, and clients cope. */
const BARE_NOTE = 'its answer has no line feed at its end';

/** A field of a setup message, in the words of the specification. */
type Field = 'letter' | 'type' | 'size' | 'probes' | 'delay';

/** What a malformed setup has in place of a field; null where it is left out. */
type Change = readonly [field: Field, by: string | null];

interface Malformed {
  readonly name: string;
  readonly what: string;
  readonly change: Change | 'extra-field';
}

const MALFORMED: readonly Malformed[] = [
  { name: 'setup-without-type', what: 'without its type', change: ['type', null] },
  { name: 'setup-without-size', what: 'without its size', change: ['size', null] },
  { name: 'setup-without-probes', what: 'without its number of probes', change: ['probes', null] },
  { name: 'setup-without-delay', what: 'without its delay', change: ['delay', null] },
  { name: 'setup-extra-field', what: 'with a field too many', change: 'extra-field' },
  { name: 'setup-unknown-type', what: 'of an unknown type', change: ['type', 'XYZ'] },
  { name: 'setup-size-zero', what: 'with a size of 0', change: ['size', '0'] },
  { name: 'setup-probes-zero', what: 'of 0 probes', change: ['probes', '0'] },
  { name: 'setup-size-negative', what: 'with a size below 0', change: ['size', '-1'] },
  { name: 'setup-probes-negative', what: 'of fewer probes than 0', change: ['probes', '-1'] },
  { name: 'setup-delay-negative', what: 'with a delay below 0', change: ['delay', '-1'] },
  { name: 'setup-size-text', what: 'with a word for its size', change: ['size', 'many'] },
  { name: 'setup-probes-text', what: 'with a word for its number of probes', change: ['probes', 'many'] },
  { name: 'setup-delay-text', what: 'with a word for its delay', change: ['delay', 'long'] },
];

export const SETUP_RULES: readonly Rule[] = [
  {
    name: 'setup-rtt',
    phase: 'setup',
    demand: 'a setup for round-trip times is accepted',
    source: SOURCE,
    needs: [],
    hold: async (server) => {
      await server.session(server.setup({ measurement: 'rtt' }));
      const isBare = server.answers.bareStatus !== undefined;
      return isBare && server.dialect.status.ready.endsWith('\n') ? BARE_NOTE : undefined;
    },
  },
  {
    name: 'setup-throughput',
    phase: 'setup',
    demand: 'a setup for throughput is accepted',
    source: SOURCE,
    needs: [],
    hold: async (server) => {
      await server.session(server.setup({ measurement: 'throughput', payloadBytes: 1_024 }));
      return undefined;
    },
  },
  ...MALFORMED.map(
    ({ name, what, change }): Rule => ({
      name,
      phase: 'setup',
      demand: `a setup ${what} is refused`,
      source: SOURCE,
      needs: ['setup-rtt'],
      hold: async (server) => {
        await server.expectRefusal(await server.open(), malformed(server, change), 'setupError');
        return undefined;
      },
    }),
  ),
  {
    name: 'setup-wrong-letter',
    phase: 'setup',
    demand: 'a setup that begins with another letter is refused',
    source: 'assignment, 1 a (PROTOCOL PHASE)',
    needs: ['setup-rtt'],
    hold: async (server) => {
      const message = malformed(server, ['letter', 'x']);
      await server.expectRefusal(await server.open(), message, 'setupError', { showsDialect: false });
      return undefined;
    },
  },
  {
    name: 'setup-probe-first',
    phase: 'setup',
    demand: 'a probe before any setup is refused',
    source: SOURCE,
    needs: ['setup-rtt'],
    hold: async (server) => {
      const message = server.probeMessage(server.setup(), 0);
      await server.expectRefusal(await server.open(), message, 'setupError', { showsDialect: false });
      return undefined;
    },
  },
  ...errorRules({
    phase: 'setup',
    kind: 'setupError',
    source: SOURCE,
    needs: ['setup-rtt'],
    provoke: async (server) => {
      await server.expectRefusal(await server.open(), malformed(server, ['type', 'XYZ']), 'setupError');
    },
  }),
];

function malformed(server: Server, change: Change | 'extra-field'): Uint8Array {
  const { separator, end } = server.dialect.setup;
  const text = asciiText(server.setupMessage(server.setup()));
  const fields = text.slice(0, text.length - end.length).split(separator);
  const changed =
    change === 'extra-field' ? [...fields, '1'] : spoiled(fields, fieldsOf(server.dialect), change);
  return asciiBytes(changed.join(separator) + end);
}

function spoiled(fields: readonly string[], names: readonly Field[], [field, by]: Change): string[] {
  return fields.flatMap((value, i) => {
    if (names[i] !== field) return [value];
    return by === null ? [] : [by];
  });
}

function fieldsOf({ setup }: Dialect): readonly Field[] {
  return setup.order === 'size-first'
    ? ['letter', 'type', 'size', 'probes', 'delay']
    : ['letter', 'type', 'probes', 'size', 'delay'];
}
