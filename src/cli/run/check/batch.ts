/**
 * `echolot check --batch FILE`: servers of a list, each started on a free port, checked, and ended again with all that it
 * started. One that cannot be started or checked is a line of the table like the others.
 */
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CheckError, type CheckResult, check } from '../../../check.ts';
import { EcholotError, usage } from '../../../core/errors.ts';
import { jsonReport } from '../../../report/json.ts';
import { printable } from '../../../text/printable.ts';
import type { CheckArguments } from '../../commands/check.ts';
import { EXIT } from '../../exit-codes.ts';
import { cancelOnInterrupt } from '../../interrupt.ts';
import { given } from '../../options/given.ts';
import { openOutput } from '../../output.ts';
import { ruleSuite, rulesExitCode } from '../../show/rules.ts';
import { complain } from '../../streams.ts';
import { type Started, startCommand } from './started-command.ts';

const HOST = '127.0.0.1';
/** Some languages compile before they listen. */
const START_MS = 20_000;
const LOOK_MS = 50;
/** More than the names of all rules. */
const MOST_CHARACTERS = 2_000;

interface Entry {
  readonly name: string;
  readonly command: string;
}

interface Outcome {
  readonly name: string;
  /** Undefined when it could not be checked. */
  readonly result: CheckResult | undefined;
  /** Why. */
  readonly fault: string;
}

export async function checkBatch(options: CheckArguments): Promise<number> {
  const { batch = '', keep, form, junit } = options;
  if (form !== 'human')
    throw usage(`--batch prints a table, not --${form}`, 'keep the JSON of each with --keep DIR');
  const entries = readBatch(batch);
  if (keep !== undefined && !existsSync(keep)) mkdirSync(keep, { recursive: true });
  const table = openOutput(options.output);
  const xml = junit === undefined ? undefined : openOutput(junit);
  const abort = new AbortController();
  const stopListening = cancelOnInterrupt(() => abort.abort());
  const outcomes: Outcome[] = [];
  try {
    for (const entry of entries) {
      if (abort.signal.aborted) {
        outcomes.push({ name: entry.name, result: undefined, fault: 'interrupted' });
        continue;
      }
      complain(`checking ${printable(entry.name)}\n`);
      const outcome = await checkEntry(entry, options, abort.signal);
      outcomes.push(outcome);
      if (keep !== undefined && outcome.result !== undefined) {
        const file = openOutput(join(keep, `${fileName(entry.name)}.json`));
        await file.write(jsonReport(outcome.result));
        file.commit();
      }
    }
  } finally {
    stopListening();
  }
  await table.write(tableOf(outcomes));
  table.commit();
  if (xml !== undefined) {
    const { junitXml } = await import('../../show/junit.ts');
    await xml.write(
      junitXml(
        outcomes.map(({ name, result, fault }) =>
          result === undefined ? unchecked(name, fault) : ruleSuite(name, result),
        ),
      ),
    );
    xml.commit();
  }
  if (abort.signal.aborted) return EXIT.interrupted;
  const codes = outcomes.map(({ result }) => (result === undefined ? EXIT.failed : rulesExitCode(result)));
  if (codes.includes(EXIT.threshold)) return EXIT.threshold;
  return codes.find((code) => code !== EXIT.done) ?? EXIT.done;
}

/** `name, command` in each line; empty lines and those that begin with # are passed over. */
function readBatch(path: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EcholotError('usage', `cannot read ${path}: ${reason}`, {
      advice: 'name a file of servers',
      cause,
    });
  }
  const entries = text.split('\n').flatMap((line, i): Entry[] => {
    if (line.trim() === '' || line.trimStart().startsWith('#')) return [];
    const comma = line.indexOf(',');
    const [name, command] = [line.slice(0, Math.max(0, comma)).trim(), line.slice(comma + 1).trim()];
    if (comma < 0 || name === '' || !command.includes('{port}')) {
      throw usage(
        `line ${i + 1} of ${path} is no server: ${line}`,
        'write a name, a comma, and a command with {port}',
      );
    }
    return [{ name, command }];
  });
  if (entries.length === 0)
    throw usage(`${path} names no server`, 'write a line for each: name, command with {port}');
  const twice = entries.find(
    ({ name }, i) => entries.findIndex((other) => fileName(other.name) === fileName(name)) !== i,
  );
  if (twice !== undefined)
    throw usage(`${path} names ${twice.name} twice`, 'give each server a name of its own');
  return entries;
}

async function checkEntry(
  { name, command }: Entry,
  options: CheckArguments,
  signal: AbortSignal,
): Promise<Outcome> {
  const port = await freePort();
  const started = startCommand(command, port);
  try {
    await untilListening(started, port, signal);
    const { dialect, timeoutMs } = options;
    const run = check({ host: HOST, port, dialect, signal, ...given({ timeoutMs }) });
    return { name, result: await run.result, fault: '' };
  } catch (error) {
    if (error instanceof CheckError && error.result.rules.length > 0)
      return { name, result: error.result, fault: '' };
    if (!(error instanceof EcholotError)) throw error;
    return { name, result: undefined, fault: error.message };
  } finally {
    await started.end();
  }
}

/** @throws EcholotError when it ends, or does not listen in time */
async function untilListening({ child, printed }: Started, port: number, signal: AbortSignal): Promise<void> {
  const endMs = performance.now() + START_MS;
  while (performance.now() < endMs && !signal.aborted) {
    if (child.exitCode !== null || child.signalCode !== null) {
      const last = printable(printed().trim().split('\n').at(-1) ?? '');
      throw new EcholotError('peer', `it ended before it listened${last === '' ? '' : `: ${last}`}`);
    }
    if (await answers(port)) return;
    await sleep(LOOK_MS);
  }
  if (signal.aborted) throw new EcholotError('cancelled', 'the check was cancelled');
  throw new EcholotError('timeout', `it did not listen on port ${port} within ${START_MS / 1_000} s`);
}

async function answers(port: number): Promise<boolean> {
  const socket = connect({ host: HOST, port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function tableOf(outcomes: readonly Outcome[]): string {
  const width = Math.max(4, ...outcomes.map(({ name }) => printable(name).length));
  const lines = outcomes.map(({ name, result, fault }) => {
    const head = printable(name).padEnd(width);
    if (result === undefined) return `${head}  not checked: ${fault}`;
    const { rules } = result;
    const failed = rules.filter(({ verdict }) => verdict === 'fail').map((rule) => rule.name);
    const kept = rules.filter(({ verdict }) => verdict === 'pass').length;
    const notRun = rules.filter(({ verdict }) => verdict === 'not-run').length;
    const words = [
      `${String(kept).padStart(2)} of ${rules.length} kept`,
      ...(notRun === 0 ? [] : [`${notRun} not run`]),
      ...(failed.length === 0 ? [] : [`broken: ${failed.join(', ')}`]),
      ...(result.outcome.error === null ? [] : [`incomplete: ${result.outcome.error.message}`]),
    ];
    return `${head}  ${printable(words.join('; '), MOST_CHARACTERS)}`;
  });
  return lines.map((line) => `${line}\n`).join('');
}

function unchecked(name: string, fault: string): ReturnType<typeof ruleSuite> {
  return { name, cases: [{ name: 'the server starts', outcome: 'error', line: fault }] };
}

function fileName(name: string): string {
  return name.replace(/[^\w.-]+/g, '_').replace(/^\.+/, '_');
}
