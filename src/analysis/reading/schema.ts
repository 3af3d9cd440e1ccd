/**
 * Whether a record has the structure of its version, by the JSON schema that is generated from the types. The schema
 * is compiled at its first use, and this file is loaded by commands that read: both take some tens of milliseconds.
 */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import version1 from '../../result/schema/result-v1.json' with { type: 'json' };
import version2 from '../../result/schema/result-v2.json' with { type: 'json' };

const SCHEMAS: Readonly<Record<1 | 2, object>> = { 1: version1, 2: version2 };
const SHOWN_CHARACTERS = 40;

const compiled = new Map<1 | 2, ValidateFunction>();

/** @returns the first fault in words; undefined when there is none */
export function schemaFault(record: unknown, version: 1 | 2): string | undefined {
  const validate = compiled.get(version) ?? compile(version);
  if (validate(record)) return undefined;
  // Of a choice each branch has an error, and that of the one that was meant lies deepest.
  const [first, ...others] = validate.errors ?? [];
  if (first === undefined) return 'it has a fault';
  const depth = ({ instancePath }: ErrorObject): number => instancePath.split('/').length;
  return inWords(others.reduce((deepest, error) => (depth(error) > depth(deepest) ? error : deepest), first));
}

function compile(version: 1 | 2): ValidateFunction {
  const ajv = new Ajv({
    // A fault in the schema itself is one of this program.
    strict: true,
    // The generator writes nullable types as a union.
    allowUnionTypes: true,
    // 1e999 is a number in JSON, and infinite once it is read.
    strictNumbers: true,
    // The value goes into the message.
    verbose: true,
  });
  const validate = ajv.compile(SCHEMAS[version]);
  compiled.set(version, validate);
  return validate;
}

function inWords({ instancePath, keyword, message = 'is wrong', params, data }: ErrorObject): string {
  const place = placeOf(instancePath);
  if (keyword === 'required') {
    return `${place === '' ? 'the record' : place} has no ${String(params['missingProperty'])}`;
  }
  const allowed: unknown = params['allowedValues'] ?? params['allowedValue'];
  const must = allowed === undefined ? message : `must be ${[allowed].flat().map(shown).join(' or ')}`;
  return `${place === '' ? 'the record' : place} is ${shown(data)} but ${must}`;
}

/** `/blocks/3/rttNs/17` as `blocks[3].rttNs[17]`. */
function placeOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '');
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
}
