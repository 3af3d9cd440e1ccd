/** What is generated is up to date, complete, and the same each time. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commandDoc, commandNames } from '../../scripts/docs/commands.ts';
import { manPage } from '../../scripts/docs/man.ts';
import { replaceSections } from '../../scripts/docs/markdown.ts';
import { absolute } from '../../scripts/docs/paths.ts';
import { generatedFiles, SECTIONS } from '../../scripts/docs/targets.ts';
import { untoldNumbers } from '../../scripts/docs/told-numbers.ts';
import { TRANSITIONS } from '../../src/core/transitions.ts';
import { DIALECT_NAMES } from '../../src/core/wire/dialects.ts';

describe('generated files', () => {
  test.each(generatedFiles())('$path says what the sources say (else: npm run docs)', (file) => {
    expect(file.current).toBe(file.content);
  });

  test('come out the same a second time, so that a fresh checkout is never stale', () => {
    expect(generatedFiles()).toEqual(generatedFiles());
  });

  test.each([...SECTIONS.keys()])('the section %s is not empty', (name) => {
    expect(SECTIONS.get(name)?.().trim()).not.toBe('');
  });
});

test('numbers in the middle of sentences are those of the code: nobody plans with an old one', () => {
  expect(untoldNumbers()).toEqual([]);
});

describe('sections', () => {
  const sections = new Map([['sum', () => '4\n']]);

  test('keep what stands around them', () => {
    const before = 'a\n<!-- generated: sum -->\n3\n<!-- end generated: sum -->\nb\n';
    const after = 'a\n<!-- generated: sum -->\n\n4\n\n<!-- end generated: sum -->\nb\n';
    expect(replaceSections(before, sections, 'x.md')).toBe(after);
    expect(replaceSections(after, sections, 'x.md')).toBe(after);
  });

  test('whose name is misspelled are an error, not a table that never changes again', () => {
    const text = '<!-- generated: summ -->\n<!-- end generated: summ -->\n';
    expect(() => replaceSections(text, sections, 'x.md')).toThrow('summ');
  });

  test.each([
    ['end', '<!-- generated: sum -->\n3\n'],
    ['beginning', '3\n<!-- end generated: sum -->\n'],
  ])('without their %s are an error, not text that is lost', (_half, text) => {
    expect(() => replaceSections(text, sections, 'x.md')).toThrow('x.md');
  });
});

describe('the protocol document', () => {
  const document = readFileSync(absolute('docs/spec/protocol.md'), 'utf8');

  test.each(DIALECT_NAMES)('names the dialect %s', (name) => {
    expect(document).toContain(`| \`${name}\``);
  });

  test('has every transition in its table and in its diagram', () => {
    for (const [state, row] of Object.entries(TRANSITIONS)) {
      for (const [message, next] of Object.entries(row)) {
        expect(document).toMatch(
          new RegExp(`\\| \`${state}\` +\\| \`${message}\` +\\| \\w+ +\\| \`${next}\``),
        );
        const arrow = `${state} --> ${next}`.replaceAll(/(?<=\w)-(?=\w)/g, '_');
        expect(document).toMatch(new RegExp(`${arrow}: (client|server), ${message}\\b`));
      }
    }
  });

  test.each([
    ...['session', 'phase', 'probe', 'echo', 'sample', 'block', 'plan', 'run', 'result', 'report'],
    ...['dialect', 'engine', 'capability', 'target', 'residence', 'wake-up', 'local queue', 'goodput'],
    ...['payload', 'message', 'server delay'],
  ])('says what %s means', (term) => {
    expect(document.toLowerCase()).toContain(`\n- **${term}**: `);
  });
});

describe('the man page', () => {
  const page = manPage();

  test('has its sections in the usual order', () => {
    const sections = [...page.matchAll(/^\.SH (.+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual([
      ...['NAME', 'SYNOPSIS', 'DESCRIPTION', 'COMMANDS', 'OPTIONS', 'EXIT STATUS', 'EXAMPLES'],
      ...['WARNINGS', 'SECURITY', 'LIMITATIONS'],
    ]);
  });

  test.each(commandNames())('has every option of %s', (name) => {
    const options = commandDoc(name).groups.flatMap((group) => group.options);
    for (const { names } of options) {
      for (const spelled of names) expect(page).toContain(`\\fB${spelled.replaceAll('-', '\\-')}\\fR`);
    }
  });

  test('is plain ASCII, without lines that roff would take for requests by mistake', () => {
    expect(page).toMatch(/^[\n -~]*$/);
    const requests = new Set(page.split('\n').flatMap((line) => /^[.'](\S*)/.exec(line)?.[1] ?? []));
    expect([...requests].sort()).toEqual(['PP', 'SH', 'SS', 'TH', 'TP', '\\"', 'ad', 'br', 'nh'].sort());
  });
});

describe('the reference of the commands', () => {
  test.each(commandNames())('%s: what must be typed, and what to start from', (name) => {
    const { operands, examples, arguments: args } = commandDoc(name);
    for (const { names } of args) expect(operands).toContain(names[0]);
    expect(examples.length).toBeGreaterThan(0);
    for (const { line } of examples) expect(line).toMatch(new RegExp(`^echolot ${name}\\b`));
  });
});
