/** Makes the schema of a record from its type, the comments of that, and the names of its fields. */
import { createGenerator } from 'ts-json-schema-generator';
import { absolute } from '../paths.ts';
import { isRecord, type Schema } from './json-schema.ts';

/** Quantities that are whole numbers, by the unit or the noun in their name. */
const WHOLE =
  /^(?:port|cpus|probes|n|client|server|trafficClass|count|sequence|missedSlots|answered|failed|run|round|rounds|blocks|sizes|units|pairs|runs|seed|involuntarySwitches|streams|maxStreams|number|unanswered|intervals|seconds)$|(?:Ns|Bytes|Probes|Segments|Blocks)$/;
/** Beyond it not every whole number is one in JSON as programs read it. */
const LARGEST = Number.MAX_SAFE_INTEGER;
/** Differences between a clock of the program and one of the kernel: each may be read a little late. */
const SIGNED = /^(?:sendCallNs|wakeUpNs)$/;

/** Whole numbers by the name of their record: differences, which may be below zero. */
const DIFFERENCES: Readonly<Record<string, readonly string[]>> = {
  QueueShares: ['ownMachine', 'network', 'server'],
};

/** What the schema is of: a type, where it stands, and what the schema is called. */
export interface Source {
  readonly path: string;
  readonly type: string;
  readonly title: string;
  /** Whole numbers by names that are of this record alone. */
  readonly whole?: RegExp;
}

const made = new Map<Source, Schema>();

/** Each is made once, since that takes a second. */
export function schemaData(source: Source): Schema {
  const known = made.get(source);
  if (known !== undefined) return known;
  const schema = makeSchema(source);
  made.set(source, schema);
  return schema;
}

function makeSchema({ path, type, title, whole }: Source): Schema {
  const generator = createGenerator({
    path: absolute(path),
    tsconfig: absolute('tsconfig.json'),
    type,
    additionalProperties: false,
    topRef: false,
    // Every named record gets a name in the schema, whether or not another file imports it.
    expose: 'all',
    // The compiler has its own step, and its own version.
    skipTypeCheck: true,
  });
  const { $schema, ...rest } = generator.createSchema(type);
  const schema: unknown = JSON.parse(JSON.stringify(withDifferences(rest)), (key, value) =>
    WHOLE.test(key) || whole?.test(key) ? wholeNumbers(key, value) : value,
  );
  return { $schema, title, ...(schema as Schema) } as Schema;
}

/** Those of a record that are differences, before the rest is told by names. */
function withDifferences(value: unknown, fields: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((item) => withDifferences(item));
  if (!isRecord(value)) return value;
  const members = Object.entries(value).map(([key, member]) => {
    if (fields.includes(key) && isRecord(member)) return [key, integerSchema(member, { maximum: LARGEST })];
    return [key, withDifferences(member, key === 'properties' ? fields : DIFFERENCES[key])];
  });
  return Object.fromEntries(members);
}

/** TypeScript has one type of number; the names tell which are counts or integer units. */
function wholeNumbers(key: string, value: unknown): unknown {
  if (!isRecord(value)) return value;
  return integerSchema(value, SIGNED.test(key) ? { maximum: LARGEST } : { minimum: 0, maximum: LARGEST });
}

function integerSchema(
  schema: Readonly<Record<string, unknown>>,
  bounds: Pick<Schema, 'minimum' | 'maximum'>,
): Readonly<Record<string, unknown>> {
  const { type, items } = schema;
  if (type === 'number') return { ...schema, type: 'integer', ...bounds };
  if (Array.isArray(type) && type.includes('number')) {
    const types = type.map((word: unknown) => (word === 'number' ? 'integer' : word));
    return { ...schema, type: types, ...bounds };
  }
  return type === 'array' && isRecord(items) ? { ...schema, items: integerSchema(items, bounds) } : schema;
}
