/** The JSON schemas of the records, from the types of src/result and their comments. */
import { createGenerator } from 'ts-json-schema-generator';
import { absolute } from './paths.ts';

/** As much of JSON Schema (draft 7) as the generator uses for these types. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: string | number;
  readonly enum?: readonly (string | number)[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const WIDTH = 110;
/** Quantities that are whole numbers, by the unit or the noun in their name. */
const WHOLE =
  /^(?:port|cpus|probes|n|client|server|trafficClass|count|sequence|missedSlots|answered|failed)$|(?:Ns|Bytes|Probes|Segments)$/;

/** What the schema is of: a type, where it stands, and what the schema is called. */
interface Source {
  readonly path: string;
  readonly type: string;
  readonly title: string;
}

const RESULT: Source = {
  path: 'src/result/result.ts',
  type: 'Result',
  title: 'echolot result, version 1',
};
const PING_RESULT: Source = {
  path: 'src/result/ping-result.ts',
  type: 'PingResult',
  title: 'echolot ping, version 1',
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

/** The schema of a result as the file that holds it. */
export function resultSchema(): string {
  return `${printed(resultSchemaData(), 0)}\n`;
}

/** The schema of a series of handshakes as the file that holds it. */
export function pingSchema(): string {
  return `${printed(pingSchemaData(), 0)}\n`;
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
  const schema: unknown = JSON.parse(JSON.stringify(rest), wholeNumbers);
  return { $schema, title, ...(schema as Schema) } as Schema;
}

/** TypeScript has one type of number; the names tell which are counts or integer units. */
function wholeNumbers(key: string, value: unknown): unknown {
  return WHOLE.test(key) && isRecord(value) ? integerSchema(value) : value;
}

function integerSchema(schema: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { type, items } = schema;
  if (type === 'number') return { ...schema, type: 'integer' };
  if (Array.isArray(type)) {
    return { ...schema, type: type.map((word: unknown) => (word === 'number' ? 'integer' : word)) };
  }
  return type === 'array' && isRecord(items) ? { ...schema, items: integerSchema(items) } : schema;
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
