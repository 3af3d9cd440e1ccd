/** The fields of the records in tables, one for each, from the JSON schemas. */
import { code, oneLine, table } from './markdown.ts';
import {
  capacitySchemaData,
  checkSchemaData,
  comparisonSchemaData,
  doctorSchemaData,
  loadComparisonSchemaData,
  loadSchemaData,
  pacedComparisonSchemaData,
  pacedSchemaData,
  pingSchemaData,
  resultSchemaData,
  selfTestSchemaData,
} from './result-schema.ts';
import type { Schema } from './schema/json-schema.ts';

const REFERENCE = '#/definitions/';
const UNITS: readonly (readonly [suffix: string, unit: string])[] = [
  ['Ns', 'ns'],
  ['Bytes', 'bytes'],
  ['BitsPerSecond', 'bit/s'],
];

/** Unions of records that have a table of their own. */
const UNION_LINKS: Readonly<Record<string, string>> = {
  Warning: '[warning](#warnings)',
  SelfTestDoubt: '[doubt](#doubts)',
  PacedDoubt: '[doubt](#doubts)',
};

/** Tables of all records of a result but the warnings, which have a table of their own. */
export function fieldTables(): string {
  return tablesOf(resultSchemaData(), 'Result');
}

/** Tables of all records of a series of handshakes. */
export function pingFieldTables(): string {
  return tablesOf(pingSchemaData(), 'PingResult');
}

/** Tables of all records of a load. */
export function loadFieldTables(): string {
  return tablesOf(loadSchemaData(), 'LoadResult');
}

/** Tables of all records of a comparison of loads. */
export function loadComparisonFieldTables(): string {
  return tablesOf(loadComparisonSchemaData(), 'LoadComparison');
}

/** Tables of all records of paced probes but their doubts, which have a table of their own. */
export function pacedFieldTables(): string {
  return tablesOf(pacedSchemaData(), 'PacedResult');
}

/** Tables of all records of a search for a capacity. */
export function capacityFieldTables(): string {
  return tablesOf(capacitySchemaData(), 'CapacityResult');
}

/** Tables of all records of a comparison of paced probes. */
export function pacedComparisonFieldTables(): string {
  return tablesOf(pacedComparisonSchemaData(), 'PacedComparison');
}

/** Tables of all records of a self-test but its doubts, which have a table of their own. */
export function selfTestFieldTables(): string {
  return tablesOf(selfTestSchemaData(), 'SelfTestResult');
}

/** Tables of all records of an examination. */
export function doctorFieldTables(): string {
  return tablesOf(doctorSchemaData(), 'DoctorResult');
}

/** Tables of all records of a check. */
export function checkFieldTables(): string {
  return tablesOf(checkSchemaData(), 'CheckResult');
}

/** Tables of all records of a comparison but the warnings, which the result's document has. */
export function comparisonFieldTables(): string {
  return tablesOf(comparisonSchemaData(), 'Comparison');
}

function tablesOf(root: Schema, rootName: string): string {
  const places = new Map<string, string[]>();
  visit(root, '', root, places);
  const parts = [`### ${rootName}\n\n${description(root)}The whole file.\n\n${fieldTable(root, root)}`];
  for (const [name, paths] of places) {
    const schema = definition(root, name);
    parts.push(
      `### ${name}\n\n${description(schema)}At ${paths.map(code).join(', ')}.\n\n${fieldTable(schema, root)}`,
    );
  }
  return parts.join('\n');
}

/** Notes every place at which each record stands, in the order of the file. */
function visit(schema: Schema, path: string, root: Schema, places: Map<string, string[]>): void {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    for (const { record, suffix } of recordsOf(field, root)) {
      const place = `${path}${name}${suffix}`;
      const known = places.get(record);
      if (known === undefined) places.set(record, [place]);
      else known.push(place);
      visit(definition(root, record), `${place}.`, root, places);
    }
  }
}

function recordsOf(field: Schema, root: Schema, suffix = ''): { record: string; suffix: string }[] {
  if (field.items !== undefined) return recordsOf(field.items, root, `${suffix}[]`);
  if (field.anyOf !== undefined) return field.anyOf.flatMap((part) => recordsOf(part, root, suffix));
  const record = referred(field);
  if (record === undefined) return [];
  const { properties, anyOf } = definition(root, record);
  // A union that has no table of its own is one of records that do.
  if (anyOf !== undefined && !Object.hasOwn(UNION_LINKS, record)) {
    return recordsOf({ anyOf }, root, suffix);
  }
  if (properties === undefined) return [];
  return [{ record, suffix }];
}

function fieldTable(schema: Schema, root: Schema): string {
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) => [
    code(name),
    typeText(field, root),
    unitOf(name),
    meaning(field, root),
  ]);
  return table(['field', 'type', 'unit', 'meaning'], rows);
}

/** The type in words, with a link to the table of a record. */
function typeText(field: Schema, root: Schema): string {
  if (field.const !== undefined) return code(JSON.stringify(field.const));
  if (field.enum !== undefined) return field.enum.map((word) => code(JSON.stringify(word))).join(' or ');
  if (field.anyOf !== undefined) return field.anyOf.map((part) => typeText(part, root)).join(' or ');
  if (field.items !== undefined) return `list of ${typeText(field.items, root)}`;
  const name = referred(field);
  if (name !== undefined) {
    const target = definition(root, name);
    if (target.properties !== undefined) return `[${name}](#${name.toLowerCase()})`;
    return UNION_LINKS[name] ?? typeText(target, root);
  }
  return [field.type ?? 'any'].flat().join(' or ');
}

export function unitOf(name: string): string {
  return UNITS.find(([suffix]) => name.endsWith(suffix))?.[1] ?? '';
}

/** The field's own comment, or that of a type that has no table of its own. */
function meaning(field: Schema, root: Schema): string {
  const target = definition(root, referred(field) ?? '');
  return oneLine(field.description ?? (target.properties === undefined ? target.description : '') ?? '');
}

function description(schema: Schema): string {
  return schema.description === undefined ? '' : `${oneLine(schema.description)} `;
}

function referred({ $ref }: Schema): string | undefined {
  return $ref?.startsWith(REFERENCE) ? decodeURIComponent($ref.slice(REFERENCE.length)) : undefined;
}

function definition(root: Schema, name: string): Schema {
  return root.definitions?.[name] ?? {};
}
