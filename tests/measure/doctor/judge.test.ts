/** What is judged of a machine: nobody is left with a limit and no remedy, nor told of limits that there are not. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DoctorFacts } from '../../../src/measure/doctor/facts.ts';
import { judge, measuringWorks } from '../../../src/measure/doctor/judge/judge.ts';
import type { FindingRecord } from '../../../src/result/doctor/doctor-result.ts';
import { anyFacts, SOUND } from './facts.ts';

test('a machine on which everything works has nothing but good findings', () => {
  expect(judge(SOUND).filter(({ state }) => state !== 'good')).toEqual([]);
});

test('whatever is found, each finding has its fact, and each lack what it means and what to do', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const findings = judge(facts);
      expect(new Set(findings.map(({ name }) => name)).size).toBe(findings.length);
      for (const { state, fact, consequence, remedy } of findings) {
        expect(fact).not.toBe('');
        expect(fact).not.toMatch(/undefined|NaN|\[object/);
        const lacks = state === 'limited' || state === 'missing';
        expect([consequence !== null && consequence !== '', remedy !== null && remedy !== '']).toEqual([
          lacks,
          lacks,
        ]);
      }
    }),
  );
});

test('whatever is found, measuring works unless something is missing that all of it needs', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { interfaces } = facts.network;
      const noneIsUp = 'found' in interfaces && interfaces.found.count === 0;
      expect(measuringWorks(judge(facts))).toBe(!noneIsUp);
    }),
  );
});

test('a look that failed spoils no other, and says why', () => {
  const facts = { ...SOUND, machine: { ...SOUND.machine, openFiles: { unknown: 'EACCES' } } };
  expect(judge(facts).filter(({ state }) => state !== 'good')).toEqual([
    expect.objectContaining({ name: 'open files', state: 'unknown', fact: 'EACCES' }),
  ]);
});

type Change = (facts: DoctorFacts) => DoctorFacts;
const machine =
  (changed: Partial<DoctorFacts['machine']>): Change =>
  (facts) => ({ ...facts, machine: { ...facts.machine, ...changed } });
const network =
  (changed: Partial<DoctorFacts['network']>): Change =>
  (facts) => ({ ...facts, network: { ...facts.network, ...changed } });
const instrument =
  (changed: Partial<DoctorFacts['instrument']>): Change =>
  (facts) => ({ ...facts, instrument: { ...facts.instrument, ...changed } });

const NO_KOFFI = { reason: 'the package koffi does not load', remedy: undefined };
const CASES: readonly (readonly [string, string, FindingRecord['state'], string, Change])[] = [
  [
    'the package of the native engine is not installed',
    'native engine',
    'missing',
    'npm install koffi@3.3.4',
    instrument({ lack: NO_KOFFI, absentPackage: 'koffi@3.3.4' }),
  ],
  [
    'no descriptor was left for the native engine',
    'native engine',
    'missing',
    'raise it',
    instrument({ lack: { reason: 'too many open files', remedy: 'raise it' } }),
  ],
  [
    'loopback is down',
    'loopback',
    'missing',
    'ip link set lo up',
    instrument({ loopback: { unknown: 'ENETUNREACH' } }),
  ],
  [
    'the clock ticks in milliseconds',
    'clock',
    'limited',
    'tsc',
    instrument({ clock: { found: { name: 'x', resolutionNs: 1_000_000, readCostNs: 30 } } }),
  ],
  [
    'the clock source is slow, and a better one is there',
    'clock source',
    'limited',
    'echo tsc >',
    machine({ clockSource: { found: { current: 'hpet', available: ['hpet', 'acpi_pm', 'tsc'] } } }),
  ],
  [
    'the clock source is slow, and there is no other',
    'clock source',
    'limited',
    'dmesg',
    machine({ clockSource: { found: { current: 'hpet', available: ['hpet', 'acpi_pm'] } } }),
  ],
  [
    'one processor of eight may be used',
    'processors',
    'limited',
    'taskset',
    machine({ processors: { found: { usable: 1, present: 8 } } }),
  ],
  [
    'a quota grants half of a processor',
    'CPU quota',
    'limited',
    '--cpus',
    machine({ quota: { found: 0.5 } }),
  ],
  ['64 descriptors', 'open files', 'limited', 'ulimit -n 1024', machine({ openFiles: { found: 64 } })],
  ['128 MiB', 'memory', 'limited', 'memory.max', machine({ memoryBytes: { found: 2 ** 27 } })],
  ['ten threads', 'threads', 'limited', 'pids.max', machine({ threads: { found: 10 } })],
  [
    'a processor that slows down',
    'power',
    'limited',
    'performance',
    machine({ governors: { found: ['powersave'] } }),
  ],
  [
    'no interface',
    'interfaces',
    'missing',
    'ip link set lo up',
    network({ interfaces: { found: { count: 0, names: null } } }),
  ],
  [
    'localhost is another machine',
    'localhost',
    'limited',
    '/etc/hosts',
    network({ localhost: { found: [{ address: '10.0.0.1', family: 4 }] } }),
  ],
  ['localhost has no address', 'localhost', 'limited', '/etc/hosts', network({ localhost: { found: [] } })],
  [
    'a hundred ports',
    'ports',
    'limited',
    'ip_local_port_range',
    network({ ports: { found: { low: 40_000, high: 40_099 } } }),
  ],
  [
    'small buffers',
    'buffers',
    'limited',
    'tcp_rmem',
    network({ buffers: { found: { receiveBytes: 65_536, sendBytes: 4_194_304 } } }),
  ],
  [
    'a stranger without rights',
    'rights',
    'limited',
    'port from 1024 on',
    network({ rights: { found: { administers: false, bindsLowPorts: false, lowestFreePort: 1_024 } } }),
  ],
];

test.each(CASES)('%s: %s is %s, and the remedy has %j', (_what, name, state, remedy, change) => {
  const lacking = judge(change(SOUND)).filter((one) => one.state !== 'good' && one.state !== 'unknown');
  // Without the engine there are no stamps either.
  const bad = name === 'native engine' ? lacking.filter((one) => one.name !== 'kernel stamps') : lacking;
  expect(bad).toEqual([expect.objectContaining({ name, state, remedy: expect.stringContaining(remedy) })]);
});

test('an address that localhost has by mistake is not told: the finding may be shown to strangers', () => {
  const facts = network({ localhost: { found: [{ address: '10.0.0.1', family: 4 }] } })(SOUND);
  expect(JSON.stringify(judge(facts))).not.toContain('10.0.0.1');
});
