/**
 * Reads a kept alert again. It comes from a file that others may write: what is not of its form, or does not fit together, is
 * refused as a whole, and the alert begins anew. Nothing of it is repaired.
 */
import { Ajv, type ValidateFunction } from 'ajv';
import { isChangeState } from '../changes/restore.ts';
import { type AlertState, PHASES, TOLD } from './alert-state.ts';
import { MOST_INTERVALS } from './condition.ts';

const TIME = { type: ['number', 'null'] } as const;
const JUDGEMENT = {
  type: 'object',
  required: ['fromMs', 'isBad', 'value'],
  additionalProperties: false,
  properties: { fromMs: { type: 'number' }, isBad: { type: 'boolean' }, value: TIME },
} as const;
const FINDING = {
  type: 'object',
  required: ['verdict', 'ratio', 'interval', 'before', 'now', 'window', 'sinceMs', 'tellable'],
  additionalProperties: false,
  properties: {
    verdict: { const: 'changed' },
    ratio: { type: 'number' },
    interval: {
      type: 'object',
      required: ['low', 'high'],
      additionalProperties: false,
      properties: { low: { type: 'number' }, high: { type: 'number' } },
    },
    before: { type: 'number' },
    now: { type: 'number' },
    window: { type: 'number' },
    sinceMs: { type: 'number' },
    tellable: { type: 'null' },
  },
} as const;
const STATE = {
  type: 'object',
  required: ['phase', 'sinceMs', 'lastMs', 'told', 'turnsMs', 'isFlapping', 'recent', 'path', 'news'],
  additionalProperties: false,
  properties: {
    phase: { enum: PHASES },
    sinceMs: TIME,
    lastMs: TIME,
    told: { enum: TOLD },
    turnsMs: { type: 'array', maxItems: MOST_INTERVALS, items: { type: 'number' } },
    isFlapping: { type: 'boolean' },
    recent: { type: 'array', maxItems: MOST_INTERVALS, items: JUDGEMENT },
    path: {},
    news: {
      type: ['object', 'null'],
      required: ['finding', 'age'],
      additionalProperties: false,
      properties: { finding: FINDING, age: { type: 'integer', minimum: 0 } },
    },
  },
} as const;

let compiled: ValidateFunction<AlertState> | undefined;

/** @returns null for what is no kept alert */
export function restoreAlert(saved: unknown): AlertState | null {
  compiled ??= new Ajv({ strict: true, allowUnionTypes: true, strictNumbers: true }).compile<AlertState>(
    STATE,
  );
  return compiled(saved) && isChangeState(saved.path) ? saved : null;
}
