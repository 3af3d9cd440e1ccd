/** The schema by which a record is read: open to fields of later versions, and without what is computed again. */
import { isRecord, type Schema } from './json-schema.ts';

/** The field that tells records of one union apart. */
const DISCRIMINATOR = 'form';

/** What a reader finds again in the samples, with its own version of the checks. */
const COMPUTED: ReadonlySet<string> = new Set(['checks', 'warnings']);

/** Of another version, which may know more of them, or have written their times in fractions. */
const ANY_WARNING: Schema = {
  type: 'object',
  properties: { code: { type: 'string' }, message: { type: 'string' }, advice: { type: 'string' } },
  required: ['code', 'message', 'advice'],
};

/** The same of doubts that say what they are by their kind. */
const ANY_KIND: Schema = { type: 'object', properties: { kind: { type: 'string' } }, required: ['kind'] };

export function readSchema(schema: Schema): Schema {
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
    ...('PacedDoubt' in definitions ? { PacedDoubt: ANY_KIND } : {}),
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
