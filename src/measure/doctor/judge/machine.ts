/** The machine under the instrument: its runtime, clocks, processors, memory and limits. */
import type { FindingRecord } from '../../../result/doctor/doctor-result.ts';
import { counted, figureText } from '../../../text/numbers.ts';
import { memoryText } from '../../../text/sizes.ts';
import type { MachineFacts } from '../facts.ts';
import { finding, good, judged, limited, type Opinion, type Subject } from './finding.ts';

/** Read through a device or counted in ticks: microseconds for a reading. */
const SLOW_SOURCES: readonly string[] = ['hpet', 'acpi_pm', 'pit', 'jiffies', 'refined-jiffies'];
/** One for a client that polls, one for a server or a program beside it. */
const ENOUGH_PROCESSORS = 2;
/** A server that serves few takes nearly this; so does a long run with all its samples. */
const ENOUGH_MEMORY_BYTES: number = 256 * 1024 * 1024;
/** What shells give to anybody. */
const ENOUGH_FILES = 1_024;
/** Node has a dozen, each engine and server some more. */
const ENOUGH_THREADS = 64;
const STEADY_GOVERNOR = 'performance';

const subject = (name: string, weight: Subject['weight'] = 'figures'): Subject => ({
  name,
  area: 'machine',
  weight,
});

export function judgeMachine(facts: MachineFacts): FindingRecord[] {
  const { node, platform, release } = facts.runtime;
  const governors = judged(subject('power'), facts.governors, governorOpinion);
  const hasGovernors = 'unknown' in facts.governors || facts.governors.found.length > 0;
  return [
    finding(subject('runtime', 'measuring'), good(`Node.js ${node} on ${platform} ${release}`)),
    judged(subject('clock source'), facts.clockSource, sourceOpinion),
    judged(subject('wall clock', 'extras'), facts.isSynchronised, wallClockOpinion),
    judged(subject('virtual machine'), facts.hypervisor, (maker) =>
      good(
        maker === null
          ? 'none'
          : `yes${maker === '' ? '' : `, of ${maker}`}: its host may take the processors at any time`,
      ),
    ),
    judged(subject('processors'), facts.processors, processorsOpinion),
    judged(subject('CPU quota'), facts.quota, quotaOpinion),
    judged(subject('memory'), facts.memoryBytes, memoryOpinion),
    judged(subject('open files'), facts.openFiles, filesOpinion),
    judged(subject('threads'), facts.threads, threadsOpinion),
    // Firmware or a host decides where nothing here does, and that is no lack.
    ...(hasGovernors ? [governors] : []),
  ];
}

function sourceOpinion({
  current,
  available,
}: {
  readonly current: string;
  readonly available: readonly string[];
}): Opinion {
  const others = available.filter((name) => name !== current);
  const fact = `${current}${others.length === 0 ? '' : `; there is ${others.join(', ')} as well`}`;
  if (!SLOW_SOURCES.includes(current)) return good(fact);
  const better = others.find((name) => !SLOW_SOURCES.includes(name));
  return limited(
    fact,
    'a reading takes microseconds, of which each round-trip time has some',
    better === undefined
      ? "see why the kernel dropped the processor's own counter: dmesg | grep -i tsc"
      : `echo ${better} > /sys/devices/system/clocksource/clocksource0/current_clocksource, as root`,
  );
}

function wallClockOpinion(isSynchronised: boolean): Opinion {
  if (isSynchronised) return good('kept by a time daemon (NTP)');
  return limited(
    'no time daemon keeps it (adjtimex: not synchronised)',
    'the times of records and of a monitor may be off; round-trip times are not touched',
    'start one: chronyd, ntpd or systemd-timesyncd',
  );
}

function processorsOpinion({
  usable,
  present,
}: {
  readonly usable: number;
  readonly present: number;
}): Opinion {
  const fact =
    usable < present
      ? `${usable} of ${counted(present, 'processor')} may be used`
      : `${counted(usable, 'processor')}, and all may be used`;
  if (usable >= ENOUGH_PROCESSORS) return good(fact);
  return limited(
    fact,
    'a client that polls and what runs beside it take it from each other; a server on this machine most of all',
    usable < present
      ? 'allow more of them (taskset, cpuset of the container)'
      : 'use --wait block, or a machine with two',
  );
}

function quotaOpinion(processors: number | null): Opinion {
  if (processors === null) return good('none');
  const fact = `${figureText(processors, 3)} ${processors === 1 ? 'processor' : 'processors'} by a control group`;
  if (processors >= ENOUGH_PROCESSORS) return good(fact);
  return limited(
    fact,
    'a program that has used it up stands still for up to a tenth of a second, and its round-trip times with it',
    `raise it to ${ENOUGH_PROCESSORS} or more (docker --cpus, limits of Kubernetes, CPUQuota= of systemd), or use --wait block`,
  );
}

function memoryOpinion(bytes: number): Opinion {
  const fact = `${memoryText(bytes)} may be used`;
  if (bytes >= ENOUGH_MEMORY_BYTES) return good(fact);
  return limited(
    fact,
    'the kernel may end a long run, a monitor or a server',
    `allow ${memoryText(ENOUGH_MEMORY_BYTES)} (memory.max of the control group)`,
  );
}

function filesOpinion(files: number | null): Opinion {
  if (files === null) return good('as many as one likes');
  const fact = `${counted(files, 'file')} and sockets at once`;
  if (files >= ENOUGH_FILES) return good(fact);
  return limited(
    fact,
    'each connection takes one: loads, open loops and servers end early',
    `raise the limit: ulimit -n ${ENOUGH_FILES}, LimitNOFILE= of systemd, docker --ulimit nofile`,
  );
}

function threadsOpinion(threads: number | null): Opinion {
  if (threads === null) return good('as many as one likes');
  const fact = `up to ${threads.toLocaleString('en-US')}`;
  if (threads >= ENOUGH_THREADS) return good(fact);
  return limited(
    fact,
    'an engine or a server may not get the threads that it needs',
    'raise the limit (ulimit -u, pids.max of the control group)',
  );
}

function governorOpinion(governors: readonly string[]): Opinion {
  const fact = `frequencies by ${governors.join(' and ')}`;
  if (governors.every((name) => name === STEADY_GOVERNOR)) return good(fact);
  return limited(
    fact,
    'a processor that was idle is slow at first: seldom probes take longer than frequent ones',
    `cpupower frequency-set -g ${STEADY_GOVERNOR} while it matters`,
  );
}
