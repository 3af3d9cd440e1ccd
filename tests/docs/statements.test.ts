/** What goes with a release says what is in it: nobody looks for a faulty package in vain, or builds something else again. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { absolute } from '../../scripts/docs/paths.ts';
import { provenanceOf } from '../../scripts/statements/provenance.ts';
import { sbomOf } from '../../scripts/statements/sbom.ts';

describe('the list of what an install consists of', () => {
  const bom = sbomOf(absolute('.'));
  const names = bom.components.map(({ name }) => name);

  test('has every dependency, also one that the development needs as well, and none of the development', () => {
    const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
      readFileSync(absolute('package.json'), 'utf8'),
    );
    expect(names).toEqual(expect.arrayContaining(Object.keys({ ...dependencies, ...optionalDependencies })));
    expect(names.filter((name) => Object.hasOwn(devDependencies, name))).toEqual([]);
  });

  test('is the same whenever and wherever it is made', () => {
    expect(bom).not.toHaveProperty('serialNumber');
    expect(bom.metadata).not.toHaveProperty('timestamp');
    expect(bom.metadata).toMatchObject({ component: { name: 'echolot' } });
  });
});

test('the provenance names each file by its hash, and what it was built of', () => {
  const text = new TextEncoder();
  const build = {
    commit: 'c'.repeat(40),
    lock: text.encode('{}'),
    nodeVersion: '26.0.0',
    npmVersion: '11.0.0',
    files: [{ name: 'echolot.tgz', bytes: text.encode('one') }],
  };
  const sha256 = (of: string): string => createHash('sha256').update(of).digest('hex');
  expect(provenanceOf(build)).toMatchObject({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'echolot.tgz', digest: { sha256: sha256('one') } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        resolvedDependencies: [
          { name: 'source', digest: { gitCommit: 'c'.repeat(40) } },
          { name: 'package-lock.json', digest: { sha256: sha256('{}') } },
        ],
      },
    },
  });
});
