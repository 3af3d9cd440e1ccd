/** The warnings a result can carry, with their evidence, from the JSON schema. */
import { code, oneLine, table } from './markdown.ts';
import { unitOf } from './result-fields.ts';
import { resultSchemaData } from './result-schema.ts';

export interface WarningDoc {
  readonly code: string;
  readonly meaning: string;
  /** Names of the fields beside the code, the message and the advice. */
  readonly evidence: readonly string[];
}

const SHARED_FIELDS = ['code', 'message', 'advice'];

export function warningDocs(): WarningDoc[] {
  const definitions = resultSchemaData().definitions ?? {};
  return (definitions['Warning']?.anyOf ?? []).map(({ $ref = '' }) => {
    const { properties = {}, description = '' } = definitions[$ref.split('/').at(-1) ?? ''] ?? {};
    return {
      code: String(properties['code']?.const),
      meaning: oneLine(description),
      evidence: Object.keys(properties).filter((name) => !SHARED_FIELDS.includes(name)),
    };
  });
}

export function warningTable(): string {
  const rows = warningDocs().map(({ code: name, meaning, evidence }) => [
    code(name),
    meaning,
    evidence.map((field) => `${code(field)}${unitOf(field) === '' ? '' : ` (${unitOf(field)})`}`).join(', '),
  ]);
  return table(['code', 'meaning', 'evidence'], rows);
}
