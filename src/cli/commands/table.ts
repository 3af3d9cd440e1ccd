/**
 * Every command, once, in the order of need: parsing, help, completions, the man page and the documents come from
 * here. Imports nothing that a command needs only when it runs, so that help comes at once.
 */
import { or } from '@optique/core/constructs';
import { lineBreak, type Message, text } from '@optique/core/message';
import type { InferValue } from '@optique/core/parser';
import { type Example, examples } from '../options/help.ts';
import { inNamedForm } from '../options/words/named-form.ts';
import { ASSIGNMENT_EXAMPLES, assignmentCommandLine } from './assignment.ts';
import { CAPACITY_EXAMPLES, capacityCommandLine } from './capacity.ts';
import { CHECK_EXAMPLES, checkCommandLine } from './check.ts';
import { COMPARE_EXAMPLES, compareCommandLine } from './compare.ts';
import { DOCTOR_EXAMPLES, doctorCommandLine } from './instrument/doctor.ts';
import { SELFTEST_EXAMPLES, selfTestCommandLine } from './instrument/selftest.ts';
import { LOAD_EXAMPLES, loadCommandLine } from './load.ts';
import { MEASURE_EXAMPLES, measureCommandLine } from './measure.ts';
import { MERGE_EXAMPLES, mergeCommandLine } from './merge.ts';
import { HISTORY_EXAMPLES, historyCommandLine } from './monitor/history.ts';
import { MONITOR_EXAMPLES, monitorCommandLine } from './monitor/monitor.ts';
import { PING_EXAMPLES, pingCommandLine } from './ping.ts';
import { REPORT_EXAMPLES, reportCommandLine } from './report.ts';
import { DEMO_EXAMPLES, demoCommandLine, SEND_EXAMPLES, sendCommandLine } from './send.ts';
import { SERVE_EXAMPLES, serveCommandLine } from './serve.ts';
import { SERVE_STATUS_EXAMPLES } from './serve-status.ts';
import { TOKEN_EXAMPLES, tokenCommandLine } from './token.ts';

/** The whole command line. */
export const cli = or(
  measureCommandLine,
  serveCommandLine,
  pingCommandLine,
  // One `or` takes 15 at most.
  or(monitorCommandLine, historyCommandLine),
  loadCommandLine,
  capacityCommandLine,
  compareCommandLine,
  reportCommandLine,
  mergeCommandLine,
  checkCommandLine,
  assignmentCommandLine,
  sendCommandLine,
  or(selfTestCommandLine, doctorCommandLine),
  tokenCommandLine,
  demoCommandLine,
);

export type Cli = InferValue<typeof cli>;
export type CommandName = Cli['command'];
/** What was asked of one command. */
export type ArgumentsOf<N extends CommandName> = Extract<Cli, { command: N }>;

interface Command<N extends CommandName> {
  readonly examples: readonly Example[];
  /** Loaded when it runs. @returns the exit code */
  readonly run: (options: ArgumentsOf<N>) => Promise<number>;
}

export const COMMANDS: { readonly [N in CommandName]: Command<N> } = {
  measure: {
    examples: MEASURE_EXAMPLES,
    run: async (options) =>
      (await import('../run/measure.ts')).measureCommand(inNamedForm(options, ['json', 'csv', 'ndjson'])),
  },
  serve: {
    examples: SERVE_EXAMPLES,
    run: async (options) => (await import('../run/serve/serve.ts')).serveCommand(options),
  },
  'serve status': {
    examples: SERVE_STATUS_EXAMPLES,
    run: async (options) => (await import('../run/serve/status.ts')).serveStatusCommand(options),
  },
  ping: {
    examples: PING_EXAMPLES,
    run: async (options) =>
      (await import('../run/ping.ts')).pingCommand(inNamedForm(options, ['json', 'ndjson'])),
  },
  monitor: {
    examples: MONITOR_EXAMPLES,
    run: async (options) => (await import('../run/monitor/monitor.ts')).monitorCommand(options),
  },
  history: {
    examples: HISTORY_EXAMPLES,
    run: async (options) =>
      (await import('../run/history/history.ts')).historyCommand(inNamedForm(options, ['json', 'csv'])),
  },
  load: {
    examples: LOAD_EXAMPLES,
    run: async (options) =>
      (await import('../run/load/load.ts')).loadCommand(inNamedForm(options, ['json', 'csv', 'ndjson'])),
  },
  capacity: {
    examples: CAPACITY_EXAMPLES,
    run: async (options) =>
      (await import('../run/capacity/capacity.ts')).capacityCommand(inNamedForm(options, ['json'])),
  },
  compare: {
    examples: COMPARE_EXAMPLES,
    run: async (options) =>
      (await import('../run/compare/compare.ts')).compareCommand(inNamedForm(options, ['json'])),
  },
  report: {
    examples: REPORT_EXAMPLES,
    run: async (options) => (await import('../run/report.ts')).reportCommand(options),
  },
  merge: {
    examples: MERGE_EXAMPLES,
    run: async (options) => (await import('../run/merge.ts')).mergeCommand(inNamedForm(options, ['json'])),
  },
  check: {
    examples: CHECK_EXAMPLES,
    run: async (options) =>
      (await import('../run/check/check.ts')).checkCommand(inNamedForm(options, ['json', 'tap'])),
  },
  assignment: {
    examples: ASSIGNMENT_EXAMPLES,
    run: async (options) => (await import('../run/assignment.ts')).assignmentCommand(options),
  },
  send: {
    examples: SEND_EXAMPLES,
    run: async (options) => (await import('../run/send.ts')).sendCommand(options),
  },
  selftest: {
    examples: SELFTEST_EXAMPLES,
    run: async (options) =>
      (await import('../run/selftest.ts')).selfTestCommand(inNamedForm(options, ['json'])),
  },
  doctor: {
    examples: DOCTOR_EXAMPLES,
    run: async (options) =>
      (await import('../run/doctor/doctor.ts')).doctorCommand(inNamedForm(options, ['json'])),
  },
  token: {
    examples: TOKEN_EXAMPLES,
    run: async (options) => (await import('../run/token/token.ts')).tokenCommand(options),
  },
  demo: {
    examples: DEMO_EXAMPLES,
    run: async () => (await import('../run/demo.ts')).demoCommand(),
  },
};

/** In the order of the table. */
export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];

export const OVERVIEW_EXAMPLES: readonly Example[] = [
  ['echolot demo', 'see it work: the loopback path of this machine'],
  ['echolot serve', 'on one end'],
  ['echolot measure HOST 9900', 'on the other'],
  ['echolot load HOST 9900', 'what the path carries, and how long an answer takes meanwhile'],
  ['echolot ping HOST 443', 'any open port, without a server of ours'],
];

/** Under the overview. */
export const OVERVIEW_FOOTER: Message = [
  ...examples(OVERVIEW_EXAMPLES),
  lineBreak(),
  lineBreak(),
  text('echolot COMMAND --help shows the options of a command.'),
];

/** Runs the command that was asked for. */
export async function dispatch(options: Cli): Promise<number> {
  // Each command is in its own row.
  const { run } = COMMANDS[options.command] as Command<CommandName>;
  return await run(options as ArgumentsOf<never>);
}
