/**
 * What is generated and where it goes: whole files, and the sections of any Markdown file that asks for one
 * by its name. A new section is one line in SECTIONS.
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { anatomyText, layerTable, stampTable } from './anatomy.ts';
import { anatomyPicture } from './anatomy-picture.ts';
import { clientRuleTable, serverRuleTable } from './check-rules.ts';
import { checkTable } from './checks.ts';
import { classTermTable } from './class-terms.ts';
import { commandsSection, commandTable, optionTable } from './cli.ts';
import { commandNames } from './commands.ts';
import { dialectMessages, dialectOrder, dialectReplies, statusTexts } from './dialects.ts';
import { errorTable, exitCodeTable } from './errors.ts';
import { exampleLoad } from './example-load.ts';
import { examplePipeline, exampleSession, exampleStamps } from './example-session.ts';
import { limitsTable, statusTimes } from './limits.ts';
import { loadColumns } from './load-columns.ts';
import { loadDoubtTable } from './load-doubts.ts';
import { manPage } from './man.ts';
import { replaceSections, type Sections } from './markdown.ts';
import { nativeCalls, nativeLayouts, socketOptionTable } from './native.ts';
import { openLoopPicture } from './open-loop-picture.ts';
import { pacedColumns } from './paced-columns.ts';
import { pacedDoubtTable } from './paced-doubts.ts';
import { absolute } from './paths.ts';
import { refusalTable } from './refusals.ts';
import {
  capacityFieldTables,
  checkFieldTables,
  comparisonFieldTables,
  doctorFieldTables,
  fieldTables,
  loadComparisonFieldTables,
  loadFieldTables,
  pacedComparisonFieldTables,
  pacedFieldTables,
  pingFieldTables,
  selfTestFieldTables,
} from './result-fields.ts';
import {
  capacityReadSchema,
  capacitySchema,
  checkReadSchema,
  checkSchema,
  comparisonReadSchema,
  comparisonSchema,
  comparisonV1ReadSchema,
  doctorReadSchema,
  doctorSchema,
  loadComparisonReadSchema,
  loadComparisonSchema,
  loadReadSchema,
  loadSchema,
  pacedComparisonReadSchema,
  pacedComparisonSchema,
  pacedReadSchema,
  pacedSchema,
  pingReadSchema,
  pingSchema,
  resultReadSchema,
  resultSchema,
  resultV1ReadSchema,
  resultV2ReadSchema,
  selfTestReadSchema,
  selfTestSchema,
} from './result-schema.ts';
import { sampleColumns } from './sample-columns.ts';
import { stateDiagram, stateTable } from './states.ts';
import { targetKeyTable } from './target-keys.ts';
import { doubtTable, warningTable } from './warnings.ts';

/** Every section that a document may ask for. */
export const SECTIONS: Sections = new Map([
  ['anatomy-layers', layerTable],
  ['anatomy-stamps', stampTable],
  ['anatomy-text', anatomyText],
  ['capacity-fields', capacityFieldTables],
  ['check-fields', checkFieldTables],
  ['check-rules', serverRuleTable],
  ['check-rules-client', clientRuleTable],
  ['checks', checkTable],
  ['class-terms', classTermTable],
  ['target-keys', targetKeyTable],
  ['commands', commandsSection],
  ['command-table', commandTable],
  ...commandNames().map((name): [string, () => string] => [`options-${name}`, () => optionTable(name)]),
  ['comparison-fields', comparisonFieldTables],
  ['dialect-messages', dialectMessages],
  ['dialect-order', dialectOrder],
  ['dialect-replies', dialectReplies],
  ['doctor-fields', doctorFieldTables],
  ['errors', errorTable],
  ['example-load', exampleLoad],
  ['example-pipeline', examplePipeline],
  ['example-session', exampleSession],
  ['example-stamps', exampleStamps],
  ['exit-codes', exitCodeTable],
  ['limits', limitsTable],
  ['load-doubts', loadDoubtTable],
  ['load-comparison-fields', loadComparisonFieldTables],
  ['load-fields', loadFieldTables],
  ['load-columns', loadColumns],
  ['native-calls', nativeCalls],
  ['native-layouts', nativeLayouts],
  ['paced-columns', pacedColumns],
  ['paced-comparison-fields', pacedComparisonFieldTables],
  ['paced-doubts', pacedDoubtTable],
  ['paced-fields', pacedFieldTables],
  ['ping-fields', pingFieldTables],
  ['result-fields', fieldTables],
  ['refusals', refusalTable],
  ['sample-columns', sampleColumns],
  ['selftest-doubts', doubtTable],
  ['selftest-fields', selfTestFieldTables],
  ['socket-options', socketOptionTable],
  ['state-diagram', stateDiagram],
  ['state-table', stateTable],
  ['status-texts', statusTexts],
  ['status-times', statusTimes],
  ['warnings', warningTable],
]);

const WHOLE_FILES: ReadonlyMap<string, () => string> = new Map([
  ['docs/images/anatomy.svg', anatomyPicture],
  ['docs/images/open-loop.svg', openLoopPicture],
  ['docs/spec/capacity-v1.schema.json', capacitySchema],
  ['docs/spec/check-v1.schema.json', checkSchema],
  ['docs/spec/comparison-v2.schema.json', comparisonSchema],
  ['docs/spec/doctor-v1.schema.json', doctorSchema],
  ['docs/spec/load-comparison-v1.schema.json', loadComparisonSchema],
  ['docs/spec/load-v1.schema.json', loadSchema],
  ['docs/spec/paced-comparison-v1.schema.json', pacedComparisonSchema],
  ['docs/spec/paced-v1.schema.json', pacedSchema],
  ['docs/spec/ping-v1.schema.json', pingSchema],
  ['docs/spec/result-v3.schema.json', resultSchema],
  ['docs/spec/selftest-v1.schema.json', selfTestSchema],
  ['man/echolot.1', manPage],
  ['src/result/schema/capacity-v1.json', capacityReadSchema],
  ['src/result/schema/check-v1.json', checkReadSchema],
  ['src/result/schema/comparison-v1.json', comparisonV1ReadSchema],
  ['src/result/schema/comparison-v2.json', comparisonReadSchema],
  ['src/result/schema/doctor-v1.json', doctorReadSchema],
  ['src/result/schema/load-comparison-v1.json', loadComparisonReadSchema],
  ['src/result/schema/load-v1.json', loadReadSchema],
  ['src/result/schema/paced-comparison-v1.json', pacedComparisonReadSchema],
  ['src/result/schema/paced-v1.json', pacedReadSchema],
  ['src/result/schema/ping-v1.json', pingReadSchema],
  ['src/result/schema/result-v1.json', resultV1ReadSchema],
  ['src/result/schema/result-v2.json', resultV2ReadSchema],
  ['src/result/schema/result-v3.json', resultReadSchema],
  ['src/result/schema/selftest-v1.json', selfTestReadSchema],
]);

export interface GeneratedFile {
  /** Relative to the root of the project. */
  readonly path: string;
  /** What the file holds now; undefined when there is none. */
  readonly current: string | undefined;
  /** What it should hold. */
  readonly content: string;
}

/** The project's own Markdown files, relative to its root. */
export function markdownFiles(): string[] {
  return globSync(['*.md', 'docs/**/*.md'], { cwd: absolute('.') }).sort();
}

export function generatedFiles(): GeneratedFile[] {
  const whole = [...WHOLE_FILES].map(([path, generate]): GeneratedFile => {
    const current = existsSync(absolute(path)) ? readFileSync(absolute(path), 'utf8') : undefined;
    return { path, current, content: generate() };
  });
  const sections = markdownFiles().map((path): GeneratedFile => {
    const current = readFileSync(absolute(path), 'utf8');
    return { path, current, content: replaceSections(current, SECTIONS, path) };
  });
  return [...whole, ...sections];
}
