/** What a client is met with: a server that is right, and such as it must cope with. One run of the client for each. */

/** How the server answers in the place of the right answer; `silence` answers nothing and waits. */
export type Answer = 'right' | 'refusal' | 'wrong' | 'silence';

export interface Scenario {
  readonly name: ScenarioName;
  /** What it is, for whoever starts the client. */
  readonly what: string;
  readonly setup: Extract<Answer, 'right' | 'refusal'>;
  /** To each probe. */
  readonly probe: Answer;
  readonly bye: Extract<Answer, 'right' | 'refusal'>;
}

export const SCENARIO_NAMES = [
  'right',
  'setup-refused',
  'probe-refused',
  'wrong-echo',
  'no-echo',
  'termination-refused',
] as const;

export type ScenarioName = (typeof SCENARIO_NAMES)[number];

const RIGHT = { setup: 'right', probe: 'right', bye: 'right' } as const;

/** In the order in which they are run. */
export const SCENARIOS: readonly Scenario[] = [
  { ...RIGHT, name: 'right', what: 'a server that is right' },
  { ...RIGHT, name: 'setup-refused', what: 'a server that refuses the setup', setup: 'refusal' },
  { ...RIGHT, name: 'probe-refused', what: 'a server that refuses the first probe', probe: 'refusal' },
  { ...RIGHT, name: 'wrong-echo', what: 'a server that sends back something else', probe: 'wrong' },
  { ...RIGHT, name: 'no-echo', what: 'a server that sends nothing back', probe: 'silence' },
  { ...RIGHT, name: 'termination-refused', what: 'a server that refuses the termination', bye: 'refusal' },
];
