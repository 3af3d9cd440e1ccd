/** The instrument itself: engines, stamps, its clock, its sleeps, and what it shows where there is no path. */
import type { ClockInfo } from '../../../facts/instrument.ts';
import type { FindingRecord } from '../../../result/doctor/doctor-result.ts';
import { counted } from '../../../text/numbers.ts';
import { timeText } from '../../../text/units.ts';
import { COARSE_STEP_NS, clockStepNs, STAMPED_SHARE } from '../../self-test/self-test-trust.ts';
import type { InstrumentFacts, LoopbackFacts, LoopbackFloor } from '../facts.ts';
import { finding, good, judged, limited, missing, type Opinion, type Subject } from './finding.ts';

/** Usual sleeps of virtual machines end less late than this. */
const LATE_NS = 300_000;
/** Timers of Node count in whole milliseconds, and end up to two late. */
const LATE_OF_NODE_NS = 3_000_000;
/** A tenth of what round trips through a town take. */
const HIGH_FLOOR_NS = 200_000;
const QUIETER = 'end what else runs here, and measure again';

const ENGINE: Subject = { name: 'native engine', area: 'instrument', weight: 'figures' };
const LOOPBACK: Subject = { name: 'loopback', area: 'instrument', weight: 'figures' };
const STAMPS: Subject = { name: 'kernel stamps', area: 'instrument', weight: 'figures' };
const CLOCK: Subject = { name: 'clock', area: 'instrument', weight: 'figures' };
const WAKE_UP: Subject = { name: 'wake-up', area: 'instrument', weight: 'figures' };
const FLOOR: Subject = { name: 'noise floor', area: 'instrument', weight: 'figures' };
const OTHERS: Subject = { name: 'other programs', area: 'instrument', weight: 'figures' };

export function judgeInstrument(facts: InstrumentFacts): FindingRecord[] {
  const { clock, loopback, lack } = facts;
  const ofLoopback = (subject: Subject, opinionOf: (found: LoopbackFacts) => Opinion): FindingRecord =>
    'found' in loopback
      ? finding(subject, opinionOf(loopback.found))
      : judged(subject, { unknown: 'it takes an echo over loopback, and there was none' }, opinionOf);
  return [
    finding(ENGINE, engineOpinion(facts)),
    finding(
      LOOPBACK,
      'found' in loopback ? good('connections of this machine with itself stand') : broken(loopback.unknown),
    ),
    ofLoopback(STAMPS, ({ stamps }) => stampsOpinion(stamps, lack !== null)),
    judged(CLOCK, clock, clockOpinion),
    ofLoopback(WAKE_UP, wakeUpOpinion),
    ofLoopback(FLOOR, floorOpinion),
    ofLoopback(OTHERS, ({ contended }) =>
      contended === null
        ? good('nobody else wanted the processors while this was measured')
        : limited(
            contended.message,
            'figures are those of a busy machine: p99 first of all',
            contended.advice,
          ),
    ),
  ];
}

function engineOpinion({ lack, absentPackage }: InstrumentFacts): Opinion {
  if (lack === null) return good('calls the kernel itself, on a thread of its own');
  const install =
    absentPackage === null
      ? 'measure from Linux on x64 or arm64, with the package koffi made for its C library'
      : `npm install ${absentPackage}`;
  return missing(
    lack.reason,
    'the portable engine measures: no layers of a round trip, a higher noise floor, and no option of the socket',
    lack.remedy ?? install,
  );
}

function broken(reason: string): Opinion {
  return missing(
    reason,
    'the noise floor is not known; demo, selftest and servers on this machine do not work',
    'bring the loopback interface up: ip link set lo up',
  );
}

function stampsOpinion(
  { probes, kernelProbes, reason }: LoopbackFacts['stamps'],
  lacksEngine: boolean,
): Opinion {
  const none = 'kernel and network round-trip times are absent, or of few probes';
  const remedy = lacksEngine
    ? 'get the native engine first'
    : 'measure from a newer Linux, outside of sandboxes that only pretend to be one';
  if (lacksEngine) return missing('they need the native engine', none, remedy);
  if (reason !== null || kernelProbes === 0) return missing(reason ?? 'this kernel gave none', none, remedy);
  const fact = `SCHED, SND and RX of ${kernelProbes.toLocaleString('en-US')} of ${counted(probes, 'probe')} over loopback`;
  return kernelProbes < STAMPED_SHARE * probes ? limited(fact, none, remedy) : good(fact);
}

function clockOpinion(clock: ClockInfo): Opinion {
  const fact = `${clock.name}: steps of ${clock.resolutionNs} ns, ${clock.readCostNs} ns a reading`;
  if (clockStepNs(clock) <= COARSE_STEP_NS) return good(fact);
  return limited(
    fact,
    'short round-trip times cannot be told apart',
    'choose another clock source of the system, tsc where there is one',
  );
}

function wakeUpOpinion({ sleeps }: LoopbackFacts): Opinion {
  const [first] = sleeps;
  if (first === undefined) return good('no engine here sleeps');
  const { engine, medianNs } = first;
  const lateNs = Math.max(0, medianNs);
  const fact = `a sleep of the ${engine} engine ends ${timeText(lateNs)} late (median)`;
  if (lateNs <= (engine === 'node' ? LATE_OF_NODE_NS : LATE_NS)) return good(fact);
  return limited(
    fact,
    'an echo that comes while the program sleeps is seen late; the client polls longer, and takes more of a processor',
    `${QUIETER}; where the machine is your own, forbid deep sleep of its processors (cpupower idle-set -D 50)`,
  );
}

function floorOpinion({ floors }: LoopbackFacts): Opinion {
  const lowest = floors.reduce<LoopbackFloor | undefined>(
    (least, floor) => (least === undefined || floor.medianNs < least.medianNs ? floor : least),
    undefined,
  );
  if (lowest === undefined) return good('nothing was measured');
  const { engine, wait, medianNs, within10PercentNs } = lowest;
  const fact = `an echo over loopback takes ${timeText(medianNs)} (median; ${engine}, ${wait}); ${timeText(within10PercentNs)} and more are told within 10 %`;
  if (medianNs <= HIGH_FLOOR_NS) return good(fact);
  return limited(
    fact,
    "round-trip times of short paths are the machine's as much as the path's",
    `${QUIETER}: echolot selftest tells more`,
  );
}
