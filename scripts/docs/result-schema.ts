/** The JSON schemas of the records, from the types of src/result and their comments. */
import { createGenerator } from 'ts-json-schema-generator';
import { absolute } from './paths.ts';

/** As much of JSON Schema (draft 7) as the generator uses for these types. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: string | number;
  readonly enum?: readonly (string | number)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const WIDTH = 110;
/** The field that tells records of one union apart. */
const DISCRIMINATOR = 'form';
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
interface Source {
  readonly path: string;
  readonly type: string;
  readonly title: string;
}

const RESULT: Source = {
  path: 'src/result/result.ts',
  type: 'Result',
  title: 'echolot result, version 3',
};
const RESULT_V1: Source = {
  path: 'src/result/older/v1.ts',
  type: 'ResultV1',
  title: 'echolot result, version 1, as read',
};
const RESULT_V2: Source = {
  path: 'src/result/older/v2.ts',
  type: 'ResultV2',
  title: 'echolot result, version 2, as read',
};
const COMPARISON_V1: Source = {
  path: 'src/result/older/v2.ts',
  type: 'ComparisonV1',
  title: 'echolot comparison, version 1, as read',
};
const PING_RESULT: Source = {
  path: 'src/result/ping-result.ts',
  type: 'PingResult',
  title: 'echolot ping, version 1',
};
const LOAD_RESULT: Source = {
  path: 'src/result/load/load-result.ts',
  type: 'LoadResult',
  title: 'echolot load, version 1',
};
const LOAD_COMPARISON: Source = {
  path: 'src/result/load/load-comparison.ts',
  type: 'LoadComparison',
  title: 'echolot comparison of loads, version 1',
};
const SELF_TEST_RESULT: Source = {
  path: 'src/result/self-test-result.ts',
  type: 'SelfTestResult',
  title: 'echolot self-test, version 1',
};
const CHECK: Source = {
  path: 'src/result/check-result.ts',
  type: 'CheckResult',
  title: 'echolot check, version 1',
};
const COMPARISON: Source = {
  path: 'src/result/comparison.ts',
  type: 'Comparison',
  title: 'echolot comparison, version 2',
};

const made = new Map<Source, Schema>();

/** The schema of a result as data. */
export function resultSchemaData(): Schema {
  return schemaData(RESULT);
}

/** The schema of a series of handshakes as data. */
export function pingSchemaData(): Schema {
  return schemaData(PING_RESULT);
}

/** The schema of a load as data. */
export function loadSchemaData(): Schema {
  return schemaData(LOAD_RESULT);
}

/** The schema of a comparison of loads as data. */
export function loadComparisonSchemaData(): Schema {
  return schemaData(LOAD_COMPARISON);
}

/** The schema of a self-test as data. */
export function selfTestSchemaData(): Schema {
  return schemaData(SELF_TEST_RESULT);
}

/** The schema of a check as data. */
export function checkSchemaData(): Schema {
  return schemaData(CHECK);
}

/** The schema of a check as the file that holds it. */
export function checkSchema(): string {
  return `${printed(checkSchemaData(), 0)}\n`;
}

/** The schema by which a check is read. */
export function checkReadSchema(): string {
  return readSchemaFile(CHECK);
}

/** The schema of a comparison as data. */
export function comparisonSchemaData(): Schema {
  return schemaData(COMPARISON);
}

/** The schema of a result as the file that holds it. */
export function resultSchema(): string {
  return `${printed(resultSchemaData(), 0)}\n`;
}

/** The schema of a series of handshakes as the file that holds it. */
export function pingSchema(): string {
  return `${printed(pingSchemaData(), 0)}\n`;
}

/** The schema of a load as the file that holds it. */
export function loadSchema(): string {
  return `${printed(loadSchemaData(), 0)}\n`;
}

/** The schema of a comparison of loads as the file that holds it. */
export function loadComparisonSchema(): string {
  return `${printed(loadComparisonSchemaData(), 0)}\n`;
}

/** The schema of a self-test as the file that holds it. */
export function selfTestSchema(): string {
  return `${printed(selfTestSchemaData(), 0)}\n`;
}

/** The schema of a comparison as the file that holds it. */
export function comparisonSchema(): string {
  return `${printed(comparisonSchemaData(), 0)}\n`;
}

/**
 * The schema by which results are read, as the file that holds it. Fields that it does not know are allowed, and
 * it is silent on what a reader computes anew.
 */
export function resultReadSchema(): string {
  return `${printed(readSchema(resultSchemaData()), 0)}\n`;
}

/** The same for version 1. */
export function resultV1ReadSchema(): string {
  return readSchemaFile(RESULT_V1);
}

/** The same for version 2. */
export function resultV2ReadSchema(): string {
  return readSchemaFile(RESULT_V2);
}

/** The same for a comparison of version 1. */
export function comparisonV1ReadSchema(): string {
  return readSchemaFile(COMPARISON_V1);
}

/** The same for a comparison. */
export function comparisonReadSchema(): string {
  return readSchemaFile(COMPARISON);
}

/** The same for a series of handshakes. */
export function pingReadSchema(): string {
  return readSchemaFile(PING_RESULT);
}

/** The same for a load. */
export function loadReadSchema(): string {
  return readSchemaFile(LOAD_RESULT);
}

/** The same for a comparison of loads. */
export function loadComparisonReadSchema(): string {
  return readSchemaFile(LOAD_COMPARISON);
}

/** The same for a self-test. */
export function selfTestReadSchema(): string {
  return readSchemaFile(SELF_TEST_RESULT);
}

function readSchemaFile(source: Source): string {
  return `${printed(readSchema(schemaData(source)), 0)}\n`;
}

/** What a reader finds again in the samples, with its own version of the checks. */
const COMPUTED: ReadonlySet<string> = new Set(['checks', 'warnings']);

/** Of another version, which may know more of them, or have written their times in fractions. */
const ANY_WARNING: Schema = {
  type: 'object',
  properties: { code: { type: 'string' }, message: { type: 'string' }, advice: { type: 'string' } },
  required: ['code', 'message', 'advice'],
};

function readSchema(schema: Schema): Schema {
  const { properties = {}, required = [], definitions = {}, ...rest } = tolerant(schema) as Schema;
  const read = {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !COMPUTED.has(name))),
    required: required.filter((name) => !COMPUTED.has(name)),
  };
  const open: Readonly<Record<string, Schema>> = {
    ...Object.fromEntries(
      Object.entries(definitions).map(([name, one]) => [name, discriminated(one, definitions)]),
    ),
    ...('Warning' in definitions ? { Warning: ANY_WARNING } : {}),
    ...('LoadDoubt' in definitions ? { LoadDoubt: ANY_WARNING } : {}),
  };
  const used = new Set<string>();
  const use = (part: unknown): void => {
    for (const [, name] of JSON.stringify(part).matchAll(/"#\/definitions\/([^"]+)"/g)) {
      const decoded = decodeURIComponent(name as string);
      if (used.has(decoded)) continue;
      used.add(decoded);
      use(open[decoded]);
    }
  };
  use(read);
  const kept = Object.entries(open).filter(([name]) => used.has(name));
  return { ...read, definitions: Object.fromEntries(kept) };
}

/** A choice of records that a field tells apart, so that a reader names the fault of the one that is meant. */
function discriminated(schema: Schema, definitions: Readonly<Record<string, Schema>>): unknown {
  const { anyOf, ...rest } = schema;
  const isTold = anyOf?.every(({ $ref = '' }) => {
    const name = decodeURIComponent($ref.slice('#/definitions/'.length));
    return definitions[name]?.properties?.[DISCRIMINATOR]?.const !== undefined;
  });
  return isTold === true
    ? {
        ...rest,
        type: 'object',
        discriminator: { propertyName: DISCRIMINATOR },
        properties: { [DISCRIMINATOR]: { type: 'string' } },
        required: [DISCRIMINATOR],
        oneOf: anyOf,
      }
    : schema;
}

/** The same without what refuses unknown fields, and without descriptions. */
function tolerant(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tolerant);
  if (!isRecord(value)) return value;
  const { additionalProperties: _, description, ...rest } = value;
  const kept = typeof description === 'string' || description === undefined ? rest : { ...rest, description };
  return Object.fromEntries(Object.entries(kept).map(([key, member]) => [key, tolerant(member)]));
}

/** Each is made once, since that takes a second. */
function schemaData(source: Source): Schema {
  const known = made.get(source);
  if (known !== undefined) return known;
  const schema = makeSchema(source);
  made.set(source, schema);
  return schema;
}

function makeSchema({ path, type, title }: Source): Schema {
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
  const schema: unknown = JSON.parse(JSON.stringify(withDifferences(rest)), wholeNumbers);
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
  if (!WHOLE.test(key) || !isRecord(value)) return value;
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON as the formatter of the project leaves it: objects in lines, lists in one line where they fit. */
function printed(value: unknown, depth: number, label = ''): string {
  const indent = '  '.repeat(depth + 1);
  const end = '  '.repeat(depth);
  if (Array.isArray(value)) {
    const flat = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
    const fits = end.length + label.length + flat.length + 1 <= WIDTH;
    if (fits && !value.some(isRecord)) return flat;
    return `[\n${value.map((item) => indent + printed(item, depth + 1)).join(',\n')}\n${end}]`;
  }
  if (!isRecord(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, member]) => {
    const name = `${JSON.stringify(key)}: `;
    return indent + name + printed(member, depth + 1, name);
  });
  return `{\n${members.join(',\n')}\n${end}}`;
}
