/** The rules of a client, each judged by what its sessions with one of the scenarios have left. */
import { asciiBytes, asciiText, contentEnd, printableEnds } from '../../core/wire/grammar.ts';
import type { SetupReading } from '../../core/wire/messages.ts';
import { Fault, Untold } from '../fault.ts';
import type { RuleFinding, RuleText } from '../rule.ts';
import { sentText } from '../server.ts';
import type { SeenProbe, SeenSession } from './client-session.ts';
import type { ScenarioName } from './scenario.ts';

/** What one run of the client left. */
export interface SeenRun {
  readonly sessions: readonly [SeenSession, ...SeenSession[]];
  /** How long it had to end by itself, ns. */
  readonly timeoutNs: number;
}

/** What a client does with a server that is right, too: told once, and not again by every rule. */
interface Habits {
  readonly timeoutNs: number;
  readonly sendsEarly: boolean;
  readonly staysOpen: boolean;
}

interface ClientRule extends RuleText {
  readonly scenario: ScenarioName;
  /** Of each session. @returns what else was seen @throws Fault, Untold */
  readonly hold: (session: SeenSession, habits: Habits) => string | undefined;
}

const ASSIGNED_PROBES = 10;
const SETUP = 'assignment, 1 a (CSP: Client); spec 5.2';
const PROBE = 'assignment, 2 a (MP: Client); spec 5.3';
const BYE = 'assignment, 3 a (CTP: Client); spec 5.4';

export const CLIENT_RULES: readonly ClientRule[] = [
  {
    name: 'client-setup',
    phase: 'setup',
    demand: 'it begins with a setup message in the form of the protocol',
    source: SETUP,
    scenario: 'right',
    hold: ({ setupMessage, reading }) => {
      if (setupMessage === undefined) throw new Fault('a setup message', 'nothing, or no whole message');
      if (reading === undefined)
        throw new Fault('s M-TYPE MSG-SIZE PROBES SERVER-DELAY', sentText(setupMessage));
      return `dialect ${reading.dialect.name}`;
    },
  },
  {
    name: 'client-sizes',
    phase: 'measurement',
    demand: 'each payload has the size that the setup announced',
    source: PROBE,
    scenario: 'right',
    hold: ({ reading, probes }) => {
      const wrong = probes.find((probe) => !probe.isRight && understood(reading).sizeOf(probe) !== undefined);
      if (wrong === undefined) return undefined;
      const { setup } = understood(reading).reading;
      const bytes = understood(reading).sizeOf(wrong);
      if (bytes === setup.payloadBytes) return undefined;
      throw new Fault(
        `a payload of ${setup.payloadBytes} bytes`,
        `one of ${bytes} bytes: ${printableEnds(wrong.message)}`,
      );
    },
  },
  {
    name: 'client-sequence',
    phase: 'measurement',
    demand: 'the probes are numbered one after the other, from the first number on',
    source: PROBE,
    scenario: 'right',
    hold: ({ reading, probes }) => {
      const { numberOf, reading: known } = understood(reading);
      for (const [i, probe] of probes.entries()) {
        const due = known.dialect.probe.firstSequence + i;
        if (i >= known.setup.probes || numberOf(probe) === String(due)) continue;
        throw new Fault(`a probe numbered ${due}`, printableEnds(probe.message));
      }
      return undefined;
    },
  },
  {
    name: 'client-probes',
    phase: 'measurement',
    demand: 'it sends as many probes as it announced, and no more',
    source: PROBE,
    scenario: 'right',
    hold: ({ reading, probes }, habits) => {
      const { setup } = understood(reading).reading;
      waits(habits);
      // What was refused for another reason has ended the session.
      if (probes.some(({ isRight }, i) => !isRight && i < setup.probes))
        throw new Untold('a probe was refused before');
      if (probes.length === setup.probes) return undefined;
      throw new Fault(`${setup.probes} probes`, `${probes.length} of them`);
    },
  },
  {
    name: 'client-ten-probes',
    phase: 'measurement',
    demand: 'it sends at least ten probes for each size',
    source: 'assignment, overview of the measurements',
    scenario: 'right',
    hold: ({ reading }) => {
      const { probes } = understood(reading).reading.setup;
      if (probes >= ASSIGNED_PROBES) return undefined;
      throw new Fault(`${ASSIGNED_PROBES} probes or more`, `a setup of ${probes}`);
    },
  },
  {
    name: 'client-one-at-a-time',
    phase: 'measurement',
    demand: 'it waits for each answer before it sends on',
    source: 'assignment, 2 a (MP: Client); spec 5',
    scenario: 'right',
    hold: ({ early }) => {
      if (!early) return undefined;
      throw new Fault('one message at a time', 'bytes before the answer to the last message');
    },
  },
  {
    name: 'client-termination',
    phase: 'termination',
    demand: 'it says the termination when the last echo is there',
    source: BYE,
    scenario: 'right',
    hold: ({ bye, strange, probes, reading }, habits) => {
      understood(reading);
      waits(habits);
      if (bye !== undefined) return undefined;
      if (probes.some(({ isRight }) => !isRight)) throw new Untold('a probe was refused before');
      throw new Fault('a termination message', strange === undefined ? 'none' : printableEnds(strange));
    },
  },
  {
    name: 'client-termination-form',
    phase: 'termination',
    demand: 'the termination has the form of the protocol',
    source: BYE,
    scenario: 'right',
    hold: ({ bye, reading }, habits) => {
      const { dialect } = understood(reading).reading;
      waits(habits);
      if (bye === undefined) throw new Untold('it said no termination');
      if (bye.isRight) return undefined;
      throw new Fault(printableEnds(asciiBytes(dialect.bye.message)), printableEnds(bye.message));
    },
  },
  {
    name: 'client-closes',
    phase: 'termination',
    demand: 'it closes the connection after the answer to that',
    source: BYE,
    scenario: 'right',
    hold: (session, { timeoutNs }) => leaves(session, timeoutNs),
  },
  stops('client-setup-refused', 'setup', 'it stops when its setup is refused', 'setup-refused', SETUP),
  stops('client-probe-refused', 'measurement', 'it stops when a probe is refused', 'probe-refused', PROBE),
  stops(
    'client-wrong-echo',
    'measurement',
    'it notices an echo that is not what it sent, and stops',
    'wrong-echo',
    'spec 13.2',
  ),
  stops('client-no-echo', 'measurement', 'it gives up when no echo comes', 'no-echo', 'spec 13.3'),
  stops(
    'client-termination-refused',
    'termination',
    'it closes when its termination is refused',
    'termination-refused',
    BYE,
  ),
];

/** Of a session that is over for both sides, whatever the client likes to say at its end. */
function stops(
  name: string,
  phase: RuleText['phase'],
  demand: string,
  scenario: ScenarioName,
  source: string,
): ClientRule {
  return {
    name,
    phase,
    demand,
    source,
    scenario,
    hold: (session, habits) => {
      waits(habits);
      if (habits.staysOpen) throw new Untold('it closes no connection');
      const needsProbe = ['probe-refused', 'wrong-echo', 'no-echo'].includes(scenario);
      if (needsProbe && session.probes.length === 0) throw new Untold('it sent no probe');
      if (scenario === 'termination-refused' && session.bye === undefined) {
        throw new Untold('it said no termination');
      }
      if (session.wentOn)
        throw new Fault('the end of its measurement', 'another message, as if nothing had happened');
      return leaves(session, habits.timeoutNs);
    },
  };
}

/** What comes early cannot be told from what comes in spite of an answer. */
function waits({ sendsEarly }: Habits): void {
  if (sendsEarly) throw new Untold('it does not wait for answers');
}

function leaves({ leftAfterNs }: SeenSession, timeoutNs: number): undefined {
  if (leftAfterNs !== undefined) return undefined;
  throw new Fault(
    'the end of the connection',
    `a connection that was still open after ${Math.round(timeoutNs / 1e9)} s`,
  );
}

/**
 * All rules, in their order.
 * @param missing why scenarios were not run, if any
 */
export function judgeClient(runs: ReadonlyMap<ScenarioName, SeenRun>, missing: string): RuleFinding[] {
  const right = runs.get('right')?.sessions ?? [];
  const habits = {
    sendsEarly: right.some(({ early }) => early),
    staysOpen: right.some(({ leftAfterNs }) => leftAfterNs === undefined),
  };
  return CLIENT_RULES.map((rule) => {
    const run = runs.get(rule.scenario);
    if (run !== undefined) return judged(rule, run, { ...habits, timeoutNs: run.timeoutNs });
    return {
      rule: textOf(rule),
      verdict: 'not-run',
      note: missing,
      fault: undefined,
      messages: [],
      tookNs: 0,
    };
  });
}

function textOf({ hold: _, scenario: __, ...text }: ClientRule): RuleText {
  return text;
}

function judged(rule: ClientRule, { sessions }: SeenRun, habits: Habits): RuleFinding {
  const found = (
    verdict: RuleFinding['verdict'],
    { messages }: SeenSession,
    note?: string,
    fault?: RuleFinding['fault'],
  ): RuleFinding => ({ rule: textOf(rule), verdict, note, fault, messages, tookNs: 0 });
  let note: string | undefined;
  for (const session of sessions) {
    try {
      note = rule.hold(session, habits) ?? note;
    } catch (error) {
      if (error instanceof Untold) return found('not-run', session, error.message);
      if (error instanceof Fault) return found('fail', session, undefined, error);
      throw error;
    }
  }
  return found('pass', sessions[0], note);
}

interface Understood {
  readonly reading: SetupReading;
  /** What stands in the place of the number. */
  readonly numberOf: (probe: SeenProbe) => string;
  /** Of its payload, bytes; undefined where it has no such parts. */
  readonly sizeOf: (probe: SeenProbe) => number | undefined;
}

/** @throws Untold for a session without a setup */
function understood(reading: SetupReading | undefined): Understood {
  if (reading === undefined) throw new Untold('its setup was not understood');
  const isFirst = reading.dialect.probe.order === 'sequence-first';
  const parts = ({ message }: SeenProbe): { number: string; payload: string } | undefined => {
    const text = asciiText(message, 0, contentEnd(message));
    const match = isFirst ? /^m (\S*) (.*)$/s.exec(text) : /^m (.*) (\S*)$/s.exec(text);
    if (match === null) return undefined;
    const [, first = '', second = ''] = match;
    return isFirst ? { number: first, payload: second } : { number: second, payload: first };
  };
  return {
    reading,
    numberOf: (probe) => parts(probe)?.number ?? '',
    sizeOf: (probe) =>
      reading.dialect.probe.payloadSize === 'free' ? undefined : parts(probe)?.payload.length,
  };
}
