/** Facts of a machine on which everything works, and of any machine at all. */
import fc, { type Arbitrary } from 'fast-check';
import type {
  DoctorFacts,
  InstrumentFacts,
  LoopbackFacts,
  MachineFacts,
  NetworkFacts,
  ProgramFacts,
  Seen,
} from '../../../src/measure/doctor/facts.ts';

const found = <T>(value: T): Seen<T> => ({ found: value });

export const SOUND: DoctorFacts = {
  instrument: {
    lack: null,
    absentPackage: null,
    clock: found({ name: 'process.hrtime.bigint', resolutionNs: 20, readCostNs: 30 }),
    loopback: found({
      sleeps: [{ engine: 'native', medianNs: 60_000 }],
      floors: [{ engine: 'native', wait: 'spin', medianNs: 12_000, within10PercentNs: 120_000 }],
      stamps: { probes: 900, kernelProbes: 900, serverProbes: 900, reason: null },
      contended: null,
    }),
  },
  machine: {
    runtime: { node: '26.10.0', platform: 'linux', release: '6.18.0' },
    clockSource: found({ current: 'tsc', available: ['tsc', 'hpet'] }),
    isSynchronised: found(true),
    hypervisor: found(null),
    processors: found({ usable: 4, present: 4 }),
    quota: found(null),
    memoryBytes: found(8 * 1024 ** 3),
    openFiles: found(20_000),
    threads: found(90_000),
    governors: found([]),
  },
  network: {
    interfaces: found({ count: 2, names: null }),
    ipv6: found('beyond'),
    localhost: found([{ address: '127.0.0.1', family: 4 }]),
    congestion: found({ current: 'cubic', available: ['reno', 'cubic'], allowed: ['reno'] }),
    multipath: found('on'),
    ports: found({ low: 32_768, high: 60_999 }),
    rights: found({ administers: true, bindsLowPorts: true, lowestFreePort: 1_024 }),
    buffers: found({ receiveBytes: 6_291_456, sendBytes: 4_194_304 }),
    backlog: found(4_096),
  },
  program: {
    parts: [{ name: 'pictures', use: 'pictures', lack: null, install: '' }],
    stateFolder: found({ path: '~/.local/state/echolot', problem: null }),
    terminal: { columns: 80, hasColours: true },
  },
};

/** As a look tells it, or why it could not. */
function seen<T>(value: Arbitrary<T>): Arbitrary<Seen<T>> {
  return fc.oneof(
    value.map((it): Seen<T> => ({ found: it })),
    fc.string({ minLength: 1 }).map((unknown): Seen<T> => ({ unknown })),
  );
}

const number = fc.oneof(fc.nat(), fc.constantFrom(0, 1, Number.MAX_SAFE_INTEGER));
const orNull = <T>(value: Arbitrary<T>): Arbitrary<T | null> => fc.option(value, { nil: null });
const word = fc.string({ minLength: 1 });
const engine = fc.constantFrom('native' as const, 'node' as const);

const loopback: Arbitrary<LoopbackFacts> = fc.record({
  sleeps: fc.array(fc.record({ engine, medianNs: fc.integer() }), { maxLength: 2 }),
  floors: fc.array(
    fc.record({
      engine,
      wait: fc.constantFrom('spin' as const, 'adaptive' as const, 'block' as const),
      medianNs: number,
      within10PercentNs: number,
    }),
    { maxLength: 4 },
  ),
  stamps: fc.record({ probes: number, kernelProbes: number, serverProbes: number, reason: orNull(word) }),
  contended: orNull(fc.record({ message: word, advice: word })),
});

const instrument: Arbitrary<InstrumentFacts> = fc.record({
  lack: orNull(fc.record({ reason: word, remedy: fc.option(word, { nil: undefined }) })),
  absentPackage: orNull(word),
  clock: seen(fc.record({ name: word, resolutionNs: number, readCostNs: number })),
  loopback: seen(loopback),
});

const machine: Arbitrary<MachineFacts> = fc.record({
  runtime: fc.record({ node: word, platform: word, release: word }),
  clockSource: seen(
    fc.record({ current: fc.oneof(word, fc.constant('hpet')), available: fc.array(word, { maxLength: 3 }) }),
  ),
  isSynchronised: seen(fc.boolean()),
  hypervisor: seen(orNull(fc.string())),
  processors: seen(fc.record({ usable: number, present: number })),
  quota: seen(orNull(fc.double({ min: 0.01, max: 512, noNaN: true }))),
  memoryBytes: seen(number),
  openFiles: seen(orNull(number)),
  threads: seen(orNull(number)),
  governors: seen(fc.array(word, { maxLength: 3 })),
});

const network: Arbitrary<NetworkFacts> = fc.record({
  interfaces: seen(fc.record({ count: number, names: orNull(word) })),
  ipv6: seen(fc.constantFrom('none' as const, 'host' as const, 'link' as const, 'beyond' as const)),
  localhost: seen(
    fc.array(
      fc.oneof(
        fc.constant({ address: '127.0.0.1', family: 4 as const }),
        fc.ipV6().map((address) => ({ address, family: 6 as const })),
      ),
      { maxLength: 3 },
    ),
  ),
  congestion: seen(
    fc.record({
      current: word,
      available: fc.array(word, { maxLength: 3 }),
      allowed: fc.array(word, { maxLength: 3 }),
    }),
  ),
  multipath: seen(fc.constantFrom('on' as const, 'off' as const, 'none' as const)),
  ports: seen(fc.record({ low: number, high: number })),
  rights: seen(fc.record({ administers: fc.boolean(), bindsLowPorts: fc.boolean(), lowestFreePort: number })),
  buffers: seen(fc.record({ receiveBytes: number, sendBytes: number })),
  backlog: seen(number),
});

const program: Arbitrary<ProgramFacts> = fc.record(
  {
    parts: fc.constantFrom(
      [],
      [{ name: 'pictures', use: 'pictures', lack: 'not there', install: 'npm install' }],
    ),
    stateFolder: seen(fc.record({ path: word, problem: orNull(word) })),
    terminal: fc.record({ columns: orNull(number), hasColours: fc.boolean() }),
  },
  { requiredKeys: [] },
);

export const anyFacts: Arbitrary<DoctorFacts> = fc.record({ instrument, machine, network, program });
