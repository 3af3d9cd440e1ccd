/** A quota that stopped the program is found in whatever group it is, and none is made up where there is none. */
import { expect, test } from 'vitest';
import type { QuotaRecord } from '../../src/facts/machine.ts';
import { watchQuota } from '../../src/measure/machine/cpu-quota.ts';

type Files = Readonly<Record<string, string>>;

function foundIn(before: Files, after: Files = before): QuotaRecord | null {
  let files = before;
  const stop = watchQuota((path) => files[path]);
  files = after;
  return stop();
}

const V2 = '/sys/fs/cgroup';
const V1 = '/sys/fs/cgroup/cpu,cpuacct';

function v2(group: string, max: string, throttled: number): Files {
  const stat = `usage_usec 9\nnr_periods ${2 * throttled}\nnr_throttled ${throttled}\nthrottled_usec ${7 * throttled}\n`;
  return { [`${V2}${group}/cpu.max`]: `${max}\n`, [`${V2}${group}/cpu.stat`]: stat };
}

test('version 2: the group that lies between this process and the root is the one with the quota', () => {
  const own = {
    '/proc/self/cgroup': '0::/kube.slice/pod7/main\n',
    ...v2('/kube.slice/pod7/main', 'max 100000', 0),
  };
  expect(
    foundIn(
      { ...own, ...v2('/kube.slice/pod7', '50000 100000', 10) },
      { ...own, ...v2('/kube.slice/pod7', '50000 100000', 51) },
    ),
  ).toEqual({ processors: 0.5, periods: 82, throttledPeriods: 41, throttledNs: 41 * 7_000 });
});

test('of two quotas the one that stopped it more often is told', () => {
  const own = { '/proc/self/cgroup': '0::/a/b\n' };
  const found = foundIn(
    { ...own, ...v2('/a', '200000 100000', 0), ...v2('/a/b', '25000 100000', 0) },
    { ...own, ...v2('/a', '200000 100000', 1), ...v2('/a/b', '25000 100000', 9) },
  );
  expect(found).toMatchObject({ processors: 0.25, throttledPeriods: 9 });
});

test('in a container that sees its own group as the root', () => {
  const own = { '/proc/self/cgroup': '0::/\n' };
  const found = foundIn({ ...own, ...v2('', '100000 100000', 3) }, { ...own, ...v2('', '100000 100000', 5) });
  expect(found).toMatchObject({ processors: 1, throttledPeriods: 2 });
});

test('version 1: the controller has a mount of its own, and counts in ns', () => {
  const files = (throttled: number): Files => ({
    '/proc/self/cgroup': '4:memory:/x\n2:cpu,cpuacct:/docker/abc\n0::/\n',
    // The name outside of the container is not to be found inside.
    [`${V1}/cpu.cfs_quota_us`]: '20000\n',
    [`${V1}/cpu.cfs_period_us`]: '100000\n',
    [`${V1}/cpu.stat`]: `nr_periods 90\nnr_throttled ${throttled}\nthrottled_time ${throttled * 1_000}\n`,
  });
  expect(foundIn(files(0), files(8))).toEqual({
    processors: 0.2,
    periods: 0,
    throttledPeriods: 8,
    throttledNs: 8_000,
  });
});

test.each([
  ['no quota, version 2', { '/proc/self/cgroup': '0::/a\n', ...v2('/a', 'max 100000', 4) }],
  [
    'no quota, version 1',
    { '/proc/self/cgroup': '1:cpu:/\n', '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n' },
  ],
  ['a quota without counts', { '/proc/self/cgroup': '0::/a\n', [`${V2}/a/cpu.max`]: '5 10\n' }],
  ['a system without groups', {}],
  ['a text of another kind', { '/proc/self/cgroup': 'nonsense\n'.repeat(50) }],
])('%s: none is told', (_why, files) => {
  expect(foundIn(files)).toBeNull();
});

test('a name that leads elsewhere is not followed', () => {
  const asked: string[] = [];
  watchQuota((path) => {
    asked.push(path);
    return path === '/proc/self/cgroup' ? '0::/../../home/x\n' : undefined;
  })();
  expect(asked.filter((path) => path.includes('home'))).toEqual([]);
});
