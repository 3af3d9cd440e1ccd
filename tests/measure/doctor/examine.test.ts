/** An examination is whole, whatever fails in it, and names nobody unless it is asked to. */
import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import { EcholotError } from '../../../src/core/errors.ts';
import {
  type ExamineDeps,
  type ExamineOptions,
  runExamination,
} from '../../../src/measure/doctor/examine.ts';
import type { DoctorResult, FindingRecord } from '../../../src/result/doctor/doctor-result.ts';
import { bench } from '../self-testing.ts';

const BELOW_HOME = `${homedir()}/x/koffi.node does not load`;

async function examined(
  deps: Partial<ExamineDeps> = {},
  options: ExamineOptions = {},
): Promise<DoctorResult> {
  const clock = new VirtualClock();
  // On a clock of its own.
  const tested = await bench().run();
  const all: ExamineDeps = {
    clock,
    lack: () => undefined,
    selfTest: async () => tested,
    isSynchronised: () => true,
    memoryBytes: () => 2 ** 33,
    network: { interfaces: () => ({ lo: [] }), lookUp: async () => [{ address: '127.0.0.1', family: 4 }] },
    read: () => undefined,
    ...deps,
  };
  return await clock.drive(runExamination(all, options));
}

function finding(result: DoctorResult, name: string): FindingRecord | undefined {
  return result.findings.find((one) => one.name === name);
}

test('the self-test tells of stamps, sleeps and the noise floor', async () => {
  const result = await examined();
  expect(result.works).toBe(true);
  expect(finding(result, 'kernel stamps')).toMatchObject({ state: 'good' });
  expect(finding(result, 'wake-up')?.fact).toContain('50.00 µs late');
  expect(finding(result, 'noise floor')?.fact).toContain('11.00 µs (median; native, spin)');
});

test('a self-test that fails takes its own findings with it, and no other', async () => {
  const whole = await examined();
  const result = await examined({ selfTest: () => Promise.reject(new EcholotError('network', 'no way')) });
  expect(result.findings.map(({ name }) => name)).toEqual(whole.findings.map(({ name }) => name));
  expect(finding(result, 'loopback')).toMatchObject({ state: 'missing', fact: 'no way' });
  expect(finding(result, 'noise floor')?.state).toBe('unknown');
});

test('a self-test that hangs does not hang the examination', async () => {
  const result = await examined({ selfTest: () => new Promise(() => {}) });
  expect(finding(result, 'loopback')?.fact).toBe('it took more than 4 s');
});

test('a path below the home, in a reason that the system gave, is hidden unless it is asked for', async () => {
  const lack = (): { reason: string; remedy: undefined } => ({ reason: BELOW_HOME, remedy: undefined });
  const hidden = await examined({ lack });
  expect(JSON.stringify(hidden)).not.toContain(homedir());
  expect(finding(hidden, 'native engine')?.fact).toBe('~/x/koffi.node does not load');
  const named = await examined({ lack }, { withNames: true });
  expect(finding(named, 'native engine')?.fact).toBe(BELOW_HOME);
  expect([hidden.withNames, named.withNames]).toEqual([false, true]);
});

test('what the program finds of itself is in it', async () => {
  const result = await examined(
    {},
    { program: async () => ({ terminal: { columns: 40, hasColours: true } }) },
  );
  expect(finding(result, 'terminal')).toMatchObject({ area: 'program', state: 'limited' });
});

test('one that was cancelled has no record', async () => {
  await expect(examined({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
});

test('an option that there is not is refused', async () => {
  const options = { names: true } as unknown as ExamineOptions;
  await expect(examined({}, options)).rejects.toThrow('there is no option names');
});
