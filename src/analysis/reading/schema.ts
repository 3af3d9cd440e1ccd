/**
 * Whether a record has the structure of its version, by the JSON schema that is generated from the types. The schema
 * is compiled at its first use, and this file is loaded by commands that read: both take some tens of milliseconds.
 */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import capacityV1 from '../../result/schema/capacity-v1.json' with { type: 'json' };
import checkV1 from '../../result/schema/check-v1.json' with { type: 'json' };
import comparisonV1 from '../../result/schema/comparison-v1.json' with { type: 'json' };
import comparisonV2 from '../../result/schema/comparison-v2.json' with { type: 'json' };
import doctorV1 from '../../result/schema/doctor-v1.json' with { type: 'json' };
import loadComparisonV1 from '../../result/schema/load-comparison-v1.json' with { type: 'json' };
import loadV1 from '../../result/schema/load-v1.json' with { type: 'json' };
import pacedComparisonV1 from '../../result/schema/paced-comparison-v1.json' with { type: 'json' };
import pacedV1 from '../../result/schema/paced-v1.json' with { type: 'json' };
import pingV1 from '../../result/schema/ping-v1.json' with { type: 'json' };
import resultV1 from '../../result/schema/result-v1.json' with { type: 'json' };
import resultV2 from '../../result/schema/result-v2.json' with { type: 'json' };
import resultV3 from '../../result/schema/result-v3.json' with { type: 'json' };
import selfTestV1 from '../../result/schema/selftest-v1.json' with { type: 'json' };

export type FormatName =
  | `echolot-result ${1 | 2 | 3}`
  | `echolot-comparison ${1 | 2}`
  | `echolot-${'ping' | 'paced' | 'paced-comparison' | 'capacity' | 'load' | 'load-comparison' | 'selftest' | 'doctor' | 'check'} 1`;

/** By format and version. */
const SCHEMAS: Readonly<Record<FormatName, object>> = {
  'echolot-result 1': resultV1,
  'echolot-result 2': resultV2,
  'echolot-result 3': resultV3,
  'echolot-comparison 1': comparisonV1,
  'echolot-comparison 2': comparisonV2,
  'echolot-ping 1': pingV1,
  'echolot-paced 1': pacedV1,
  'echolot-capacity 1': capacityV1,
  'echolot-paced-comparison 1': pacedComparisonV1,
  'echolot-load 1': loadV1,
  'echolot-load-comparison 1': loadComparisonV1,
  'echolot-selftest 1': selfTestV1,
  'echolot-doctor 1': doctorV1,
  'echolot-check 1': checkV1,
};
const SHOWN_CHARACTERS = 40;

const compiled = new Map<FormatName, ValidateFunction>();

/** Whether there is such a format in such a version. */
export function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(SCHEMAS, name);
}

/** @returns the first fault in words; undefined when there is none */
export function schemaFault(record: unknown, format: FormatName): string | undefined {
  const validate = compiled.get(format) ?? compile(format);
  if (validate(record)) return undefined;
  // Of a choice each branch has an error, and that of the one that was meant lies deepest.
  const [first, ...others] = validate.errors ?? [];
  if (first === undefined) return 'it has a fault';
  const depth = ({ instancePath }: ErrorObject): number => instancePath.split('/').length;
  return inWords(others.reduce((deepest, error) => (depth(error) > depth(deepest) ? error : deepest), first));
}

function compile(format: FormatName): ValidateFunction {
  const ajv = new Ajv({
    // A fault in the schema itself is one of this program.
    strict: true,
    // Of records told apart by a field only the one that is meant has faults.
    discriminator: true,
    // The generator writes nullable types as a union.
    allowUnionTypes: true,
    // 1e999 is a number in JSON, and infinite once it is read.
    strictNumbers: true,
    // The value goes into the message.
    verbose: true,
  });
  const validate = ajv.compile(SCHEMAS[format]);
  compiled.set(format, validate);
  return validate;
}

function inWords({ instancePath, keyword, message = 'is wrong', params, data }: ErrorObject): string {
  const place = placeOf(instancePath);
  if (keyword === 'required') {
    return `${place === '' ? 'the record' : place} has no ${String(params['missingProperty'])}`;
  }
  if (keyword === 'discriminator') {
    const { tag, tagValue } = params;
    return `${place}.${String(tag)} is ${shown(tagValue)}, which this version does not know`;
  }
  const allowed: unknown = params['allowedValues'] ?? params['allowedValue'];
  const must = allowed === undefined ? message : `must be ${[allowed].flat().map(shown).join(' or ')}`;
  return `${place === '' ? 'the record' : place} is ${shown(data)} but ${must}`;
}

/** `/blocks/3/samples/rttNs/17` as `blocks[3].samples.rttNs[17]`. */
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
