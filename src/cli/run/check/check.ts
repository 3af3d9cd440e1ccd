/** `echolot check`: a server or a client held to the rules of the protocol, each told with what was on the wire. */
import {
  CheckError,
  type CheckResult,
  CLIENT_RULES,
  check,
  checkClient,
  RULES,
  type RuleText,
} from '../../../check.ts';
import { usage } from '../../../core/errors.ts';
import { checkDocument } from '../../../report/document/check.ts';
import { jsonReport } from '../../../report/json.ts';
import { hostPortText } from '../../../text/endpoint.ts';
import { delayText } from '../../../text/units.ts';
import type { CheckArguments } from '../../commands/check.ts';
import { deliver } from '../../deliver.ts';
import { cancelOnInterrupt } from '../../interrupt.ts';
import { given } from '../../options/given.ts';
import { requireReport } from '../../options/together.ts';
import { openOutput } from '../../output.ts';
import { ProgressLine } from '../../show/progress/progress-line.ts';
import { documentPieces } from '../../show/reading.ts';
import { ruleSuite, rulesExitCode, tapReport } from '../../show/rules.ts';
import { complain, print, reportError } from '../../streams.ts';
import { targetOf } from '../target.ts';
import { requirePlace, runCommand } from './started-command.ts';

export async function checkCommand(options: CheckArguments): Promise<number> {
  refuseBeside(options);
  if (options.list) return await printRules(options.client ? CLIENT_RULES : RULES);
  if (options.batch !== undefined) return await (await import('./batch.ts')).checkBatch(options);
  requireReport(options);
  const file = openOutput(options.output);
  const junit = options.junit === undefined ? undefined : openOutput(options.junit);
  const finish = async (result: CheckResult): Promise<void> => {
    const tables = isTold(result)
      ? documentPieces(checkDocument(result, options.depth), file.named && options.form === 'human')
      : null;
    const record = { human: undefined, json: () => jsonReport(result), tap: () => tapReport(result) }[
      options.form
    ];
    if (junit !== undefined) {
      const { junitXml } = await import('../../show/junit.ts');
      await junit.write(junitXml([ruleSuite(hostPortText(result.plan.host, result.plan.port), result)]));
      junit.commit();
    }
    await deliver(file, tables, record?.());
  };
  try {
    const result = await (options.client ? ofClient(options) : ofServer(options));
    await finish(result);
    return rulesExitCode(result);
  } catch (error) {
    // What was found is told all the same; the exit code is that of the error.
    if (error instanceof CheckError && error.result.rules.length > 0) {
      await finish(error.result).catch((lost) => reportError(lost, options.debug));
    }
    throw error;
  }
}

async function ofServer(options: CheckArguments): Promise<CheckResult> {
  const { host, port, rules, family, timeoutMs, dialect } = options;
  if (host === undefined)
    throw usage('there is no server to check', 'give HOST PORT, or --client, --batch FILE or --list');
  const asked = rules.length === 0 ? undefined : rules;
  const run = check({ ...targetOf({ host, port }), dialect, ...given({ rules: asked, family, timeoutMs }) });
  const stopListening = cancelOnInterrupt(() => run.cancel());
  const progress = new ProgressLine(process.stderr);
  let of = 0;
  let done = 0;
  try {
    for await (const event of run) {
      if (event.kind === 'dialect') of = event.rules;
      if (event.kind === 'rule') progress.update(++done / of, { block: event.rule.name });
    }
    return await run.result;
  } finally {
    progress.end();
    stopListening();
  }
}

async function ofClient({
  start,
  listenPort,
  timeoutMs,
  dialect,
  expectRttMs,
}: CheckArguments): Promise<CheckResult> {
  if (start !== undefined) requirePlace(start);
  const abort = new AbortController();
  const started: Promise<string>[] = [];
  const startClient = (command: string, port: number): Promise<string> => {
    const ended = runCommand(command, port, abort.signal);
    started.push(ended);
    return ended;
  };
  const run = checkClient({
    dialect,
    signal: abort.signal,
    ...given({ port: listenPort, timeoutMs, expectRttMs }),
    ...(start === undefined ? {} : { start: (_scenario, port) => startClient(start, port) }),
  });
  const stopListening = cancelOnInterrupt(() => abort.abort());
  try {
    for await (const event of run) {
      if (event.kind === 'listening') {
        const ends = event.endpoints.map(({ address, port }) => hostPortText(address, port)).join(' and ');
        complain(
          `playing the server on ${ends}, and waiting ${delayText(event.patienceNs)} for each client\n`,
        );
      }
      if (event.kind === 'scenario') {
        const what = `${event.index + 1} of ${event.of}, ${event.what}`;
        complain(start === undefined ? `start the client now: ${what}\n` : `${what}\n`);
      }
    }
    return await run.result;
  } finally {
    // A client that waits for ever is not left behind.
    abort.abort();
    await Promise.allSettled(started);
    stopListening();
  }
}

/** A list of rules of which none was judged tells people less than the error does. */
function isTold({ rules, outcome }: CheckResult): boolean {
  const isJudged = rules.some(({ verdict }) => verdict === 'pass' || verdict === 'fail');
  return isJudged || outcome.status === 'complete';
}

async function printRules(rules: readonly RuleText[]): Promise<number> {
  const width = Math.max(...rules.map(({ name }) => name.length));
  await print(
    rules.map(({ name, demand, source }) => `${name.padEnd(width)}  ${demand} [${source}]\n`).join(''),
  );
  return 0;
}

/** Options that have nothing to act on would look as if they had been heeded. */
function refuseBeside(options: CheckArguments): void {
  const { client, batch, list, host, start, listenPort, expectRttMs, keep, rules, family } = options;
  const kinds = [client, batch !== undefined, host !== undefined].filter(Boolean).length;
  if (kinds > 1)
    throw usage('HOST, --client and --batch are three different things to check', 'give one of them');
  const isOf = (option: string, isThere: boolean, where: string, holds: boolean): void => {
    if (isThere && !holds) throw usage(`${option} is of ${where}`, `leave it out, or add ${where}`);
  };
  isOf('--start', start !== undefined, '--client', client);
  isOf('--port', listenPort !== undefined, '--client', client);
  isOf('--expect-rtt', expectRttMs !== undefined, '--client', client);
  isOf('--keep', keep !== undefined, '--batch', batch !== undefined);
  isOf('--rule', rules.length > 0, 'a server (HOST PORT)', host !== undefined);
  isOf('--family', family !== undefined, 'a server (HOST PORT)', host !== undefined);
  if (list && (batch !== undefined || host !== undefined))
    throw usage('--list checks nothing', 'leave out what it is to check');
}
