/** An examination in words: the answer first, and every remedy where it can be read. */
import { describe, expect, test } from 'vitest';
import type { DoctorFacts } from '../../src/measure/doctor/facts.ts';
import { judge, measuringWorks } from '../../src/measure/doctor/judge/judge.ts';
import { doctorDocument } from '../../src/report/document/doctor.ts';
import { documentText } from '../../src/report/human.ts';
import { markdownText } from '../../src/report/markdown.ts';
import type { DoctorResult } from '../../src/result/doctor/doctor-result.ts';
import { SOUND } from '../measure/doctor/facts.ts';

function examined(facts: DoctorFacts): DoctorResult {
  const findings = judge(facts);
  return {
    format: 'echolot-doctor',
    version: 1,
    tool: { name: 'echolot', version: '0.1.0', node: '26.10.0' },
    system: { platform: 'linux', release: '6.18.0', arch: 'x64', cpu: null, cpus: 4 },
    startedAt: '2026-12-01T08:00:00.000Z',
    durationNs: 1_000_000_000,
    works: measuringWorks(findings),
    withNames: false,
    findings,
  };
}

const { machine, network, program } = SOUND;
const FEW_FILES: DoctorFacts = {
  ...SOUND,
  machine: { ...machine, openFiles: { found: 64 }, quota: { found: 0.5 } },
};
const NO_PICTURES: DoctorFacts = {
  ...SOUND,
  program: {
    ...program,
    parts: [{ name: 'pictures', use: 'pictures', lack: 'not there', install: 'npm install it' }],
  },
};
const DOWN: DoctorFacts = {
  ...SOUND,
  network: { ...network, interfaces: { found: { count: 0, names: null } } },
};

describe('the first line answers', () => {
  test.each([
    ['that everything works', SOUND, 'Everything that measuring needs works here'],
    ['that what nobody needs is missing no less', NO_PICTURES, 'Everything that measuring needs works here'],
    ['with how many limits', FEW_FILES, 'Measuring works, with 2 limits: CPU quota, open files'],
    ['that nothing works', DOWN, 'Measuring does not work here: interfaces'],
  ])('%s', (_what, facts, answer) => {
    expect(documentText(doctorDocument(examined(facts), 'usual')).split('\n')[0]).toBe(answer);
  });
});

test.each([50, 80, 200])(
  'no line is longer than a terminal of %i columns, and no remedy is lost',
  (width) => {
    const text = documentText(doctorDocument(examined(FEW_FILES), 'usual'), width);
    expect(text.split('\n').filter((line) => line.length > width)).toEqual([]);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('ulimit -n 1024');
  },
);

test('what limits measuring comes before what does not, and each finding stands once', () => {
  const text = documentText(doctorDocument(examined(FEW_FILES), 'usual'));
  expect(text.indexOf('limited  open files')).toBeLessThan(text.indexOf('good     native engine'));
  for (const { name } of examined(FEW_FILES).findings) expect(text.split(`  ${name}: `)).toHaveLength(2);
});

test('brief is what is not as it should be, and Markdown has it, too', () => {
  const document = doctorDocument(examined(FEW_FILES), 'brief');
  expect(documentText(document)).not.toContain('good  ');
  expect(markdownText(document)).toContain('ulimit -n 1024');
});
