/** Files of the kernel are read as they are, and are not needed: containers hide them, other systems have none. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/clock/virtual.ts';
import type { MachineFacts, NetworkFacts } from '../../../src/measure/doctor/facts.ts';
import { look, lookWithin } from '../../../src/measure/doctor/looks/look.ts';
import { lookAtMachine } from '../../../src/measure/doctor/looks/machine.ts';
import { lookAtNetwork } from '../../../src/measure/doctor/looks/network.ts';
import { countOf, numbersIn } from '../../../src/measure/doctor/looks/texts.ts';

type Files = Readonly<Record<string, string>>;
const plain = (text: string): string => text;

function machineOf(files: Files, usable = 2): MachineFacts {
  return lookAtMachine(
    {
      read: (path) => files[path],
      runtime: { node: '26.0.0', platform: 'linux', release: '6' },
      usable: () => usable,
      isSynchronised: () => undefined,
      memoryBytes: () => 1_024,
    },
    plain,
  );
}

async function networkOf(files: Files, interfaces = {}, withNames = false): Promise<NetworkFacts> {
  return await lookAtNetwork(
    {
      read: (path) => files[path],
      interfaces: () => interfaces,
      lookUp: async () => [{ address: '127.0.0.1', family: 4 }],
      clock: new VirtualClock(),
    },
    plain,
    withNames,
  );
}

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units     
Max processes             400                  unlimited            processes 
Max open files            64                   4096                 files     
`;
const SOURCE = '/sys/devices/system/clocksource/clocksource0';
const CPU = '/sys/devices/system/cpu';

describe('of the machine', () => {
  test('without any file all is unknown but what Node tells, and nothing throws', () => {
    const facts = machineOf({});
    expect(Object.values(facts).filter((fact) => 'unknown' in fact)).toHaveLength(7);
    expect(facts.processors).toEqual({ found: { usable: 2, present: 2 } });
    expect(facts.memoryBytes).toEqual({ found: 1_024 });
  });

  test('the soft limit is the one that counts', () => {
    expect(machineOf({ '/proc/self/limits': LIMITS }).openFiles).toEqual({ found: 64 });
    const free = LIMITS.replace('64  ', 'unlimited');
    expect(machineOf({ '/proc/self/limits': free }).openFiles).toEqual({ found: null });
  });

  test('the least of all limits on threads is told, with what a group has left of its own', () => {
    const files = {
      '/proc/self/limits': LIMITS,
      '/proc/self/cgroup': '0::/pod/main\n',
      '/proc/sys/kernel/threads-max': '90000\n',
    };
    const group = { '/sys/fs/cgroup/pod/pids.max': '100\n', '/sys/fs/cgroup/pod/pids.current': '70\n' };
    expect(machineOf(files).threads).toEqual({ found: 400 });
    expect(machineOf({ ...files, ...group }).threads).toEqual({ found: 30 });
    expect(machineOf({ ...files, ...group, '/sys/fs/cgroup/pod/pids.max': 'max\n' }).threads).toEqual({
      found: 400,
    });
  });

  test('the narrowest of quotas within each other is told', () => {
    const files = {
      '/proc/self/cgroup': '0::/a/b\n',
      '/sys/fs/cgroup/a/cpu.max': '50000 100000\n',
      '/sys/fs/cgroup/a/b/cpu.max': '200000 100000\n',
    };
    expect(machineOf(files).quota).toEqual({ found: 0.5 });
    expect(machineOf({ '/proc/self/cgroup': '0::/a/b\n' }).quota).toEqual({ found: null });
  });

  test('processors that are there and may not be used are counted', () => {
    expect(machineOf({ [`${CPU}/online`]: '0-3,8\n' }, 1).processors).toEqual({
      found: { usable: 1, present: 5 },
    });
  });

  test('each governor is told once, and none where nothing here sets frequencies', () => {
    const files = { '/proc/stat': '', [`${CPU}/online`]: '0-2\n' };
    expect(machineOf(files).governors).toEqual({ found: [] });
    const governors = [0, 1, 2].map((i) => [
      `${CPU}/cpu${i}/cpufreq/scaling_governor`,
      i < 2 ? 'powersave\n' : 'performance\n',
    ]);
    expect(machineOf({ ...files, ...Object.fromEntries(governors) }).governors).toEqual({
      found: ['powersave', 'performance'],
    });
  });

  test('a clock source, and what there is beside it', () => {
    const files = {
      [`${SOURCE}/current_clocksource`]: 'hpet\n',
      [`${SOURCE}/available_clocksource`]: 'tsc hpet \n',
    };
    expect(machineOf(files).clockSource).toEqual({ found: { current: 'hpet', available: ['tsc', 'hpet'] } });
  });

  test.each([
    [
      'a flag and a maker',
      { '/proc/cpuinfo': 'flags\t\t: fpu hypervisor\n', '/sys/class/dmi/id/sys_vendor': 'QEMU\n' },
      { found: 'QEMU' },
    ],
    ['a flag alone', { '/proc/cpuinfo': 'flags\t\t: fpu hypervisor\n' }, { found: '' }],
    ['Xen', { '/proc/cpuinfo': 'Features : fp\n', '/sys/hypervisor/type': 'xen\n' }, { found: 'xen' }],
    ['no flag', { '/proc/cpuinfo': 'flags\t\t: fpu vme\n' }, { found: null }],
    [
      'a processor without flags',
      { '/proc/cpuinfo': 'Features : fp\n' },
      { unknown: 'this system does not tell' },
    ],
  ])('a virtual machine by %s', (_what, files, told) => {
    expect(machineOf(files).hypervisor).toEqual(told);
  });
});

describe('of the network', () => {
  const NET = '/proc/sys/net/ipv4';

  test('without any file all is unknown but interfaces and names, and nothing throws', async () => {
    const facts = await networkOf({});
    expect(Object.entries(facts).flatMap(([name, fact]) => ('found' in fact ? [name] : []))).toEqual([
      'interfaces',
      'ipv6',
      'localhost',
    ]);
  });

  test('interfaces and addresses are named to whoever asks for them, and to nobody else', async () => {
    const eth0 = [{ family: 'IPv4', address: '10.1.2.3' }];
    expect((await networkOf({}, { eth0 })).interfaces).toEqual({ found: { count: 1, names: null } });
    expect((await networkOf({}, { eth0 }, true)).interfaces).toEqual({
      found: { count: 1, names: 'eth0 10.1.2.3' },
    });
  });

  test.each([
    [[], 'none'],
    [['::1'], 'host'],
    [['::1', 'fe80::1'], 'link'],
    [['fe80::1', '2001:db8::1'], 'beyond'],
  ] as const)('IPv6 with the addresses %j goes as far as %s', async (addresses, reach) => {
    const eth0 = addresses.map((address) => ({ family: 'IPv6', address }));
    expect((await networkOf({}, { eth0 })).ipv6).toEqual({ found: reach });
  });

  test('settings of the kernel are read', async () => {
    const facts = await networkOf({
      [`${NET}/ip_local_port_range`]: '32768\t60999\n',
      [`${NET}/tcp_rmem`]: '4096\t131072\t6291456\n',
      [`${NET}/tcp_wmem`]: '4096\t16384\t4194304\n',
      [`${NET}/tcp_congestion_control`]: 'cubic\n',
      [`${NET}/tcp_available_congestion_control`]: 'reno cubic bbr\n',
      [`${NET}/tcp_allowed_congestion_control`]: 'reno cubic\n',
      [`${NET}/ip_unprivileged_port_start`]: '0\n',
      '/proc/sys/net/core/somaxconn': '128\n',
      '/proc/sys/net/mptcp/enabled': '0\n',
      '/proc/self/status': 'Name:\tnode\nCapEff:\t0000000000000400\n',
    });
    expect(facts).toMatchObject({
      ports: { found: { low: 32_768, high: 60_999 } },
      buffers: { found: { receiveBytes: 6_291_456, sendBytes: 4_194_304 } },
      congestion: {
        found: { current: 'cubic', available: ['reno', 'cubic', 'bbr'], allowed: ['reno', 'cubic'] },
      },
      rights: { found: { administers: false, bindsLowPorts: true, lowestFreePort: 0 } },
      backlog: { found: 128 },
      multipath: { found: 'off' },
    });
  });
});

test('a list of ranges is counted, or is none', () => {
  expect(countOf('0-3,8\n')).toBe(5);
  expect(countOf('')).toBeUndefined();
  const list = fc.string({ unit: fc.constantFrom('0', '7', '-', ',', ' ', 'x') });
  fc.assert(
    fc.property(list, (text) => {
      expect(countOf(text) ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});

test('numbers are all there and whole, or there are none', () => {
  expect(numbersIn('1\t2\n', 2)).toEqual([1, 2]);
  for (const text of ['', '1', '1 2 3', '1 -2', '1 2x', '1 99999999999999999999'])
    expect(numbersIn(text, 2)).toBeUndefined();
});

test('a look that throws tells why in one line, with no name in it', () => {
  const failing = (): never => {
    throw new Error('cannot open /home/alice/x\nand so on');
  };
  expect(look((text) => text.replace('alice', 'USER'), failing)).toEqual({
    unknown: 'cannot open /home/USER/x',
  });
});

test('a look that never ends is left behind, and is told so', async () => {
  const clock = new VirtualClock();
  let over: AbortSignal | undefined;
  const endless = lookWithin(plain, { clock, limitNs: 5_000_000 }, (signal) => {
    over = signal;
    return new Promise(() => {});
  });
  expect(await clock.drive(endless)).toEqual({ unknown: 'it took more than 5 ms' });
  expect(over?.aborted).toBe(true);
});
