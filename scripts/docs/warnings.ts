/** The doubts a record can carry, with their evidence, from the JSON schemas. */
import { code, oneLine, table } from './markdown.ts';
import { unitOf } from './result-fields.ts';
import { resultSchemaData, selfTestSchemaData } from './result-schema.ts';
import type { Schema } from './schema/json-schema.ts';

export interface WarningDoc {
  readonly code: string;
  readonly meaning: string;
  /** Names of the fields beside the code, the message and the advice. */
  readonly evidence: readonly string[];
}

const SHARED_FIELDS = ['code', 'check', 'message', 'advice'];

/** Of a result. */
export function warningDocs(): WarningDoc[] {
  return docsOf(resultSchemaData(), 'Warning');
}

/** Of a self-test. */
export function doubtDocs(): WarningDoc[] {
  return docsOf(selfTestSchemaData(), 'SelfTestDoubt');
}

function docsOf({ definitions = {} }: Schema, union: string): WarningDoc[] {
  return (definitions[union]?.anyOf ?? []).map(({ $ref = '' }) => {
    const { properties = {}, description = '' } = definitions[$ref.split('/').at(-1) ?? ''] ?? {};
    return {
      code: String(properties['code']?.const),
      meaning: oneLine(description),
      evidence: Object.keys(properties).filter((name) => !SHARED_FIELDS.includes(name)),
    };
  });
}

export function warningTable(): string {
  return tableOf(warningDocs());
}

export function doubtTable(): string {
  return tableOf(doubtDocs());
}

function tableOf(docs: readonly WarningDoc[]): string {
  const rows = docs.map(({ code: name, meaning, evidence }) => [
    code(name),
    meaning,
    evidence.map((field) => `${code(field)}${unitOf(field) === '' ? '' : ` (${unitOf(field)})`}`).join(', '),
  ]);
  return table(['code', 'meaning', 'evidence'], rows);
}
