/** `echolot doctor` as a user runs it. */
import { homedir, hostname, networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import type { DoctorResult } from '../../src/index.ts';
import { echolot } from './program.ts';

test('the first line says whether measuring works here, and so does the exit code', async () => {
  const { code, stdout, stderr } = await echolot('doctor');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^(Everything that measuring needs works here|Measuring works, with \d+ limits?: .+)\n/,
  );
  expect(stdout).toMatch(/^(good|missing) +native engine: /m);
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('what is made for a report of a fault names neither the machine nor anybody', async () => {
  const { code, stdout } = await echolot('doctor', '--json');
  expect(code).toBe(0);
  const result: DoctorResult = JSON.parse(stdout);
  expect(result).toMatchObject({ format: 'echolot-doctor', version: 1, works: true, withNames: false });
  const told = result.findings
    .map(({ fact, consequence, remedy }) => `${fact} ${consequence} ${remedy}`)
    .join('\n');
  const addresses = Object.values(networkInterfaces()).flatMap((own = []) =>
    own.map(({ address }) => address),
  );
  for (const address of addresses.filter((one) => one !== '127.0.0.1' && one !== '::1')) {
    expect(told).not.toContain(address);
  }
  expect(told).not.toContain(`${homedir()}/`);
  // A host may be called by a word that is one anyway.
  if (hostname().length > 4) expect(told).not.toContain(hostname());
});

test('options that there are not are refused before anything is looked at', async () => {
  expect(await echolot('doctor', '--csv')).toMatchObject({ code: 2, stdout: '' });
});
