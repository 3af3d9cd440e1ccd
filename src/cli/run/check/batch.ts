/**
 * `echolot check --batch FILE`: servers of a list, each started on a free port, checked, and ended again with all that it
 * started. One that cannot be started or checked is a line of the table like the others.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckResult } from '../../../check.ts';
import { EcholotError, usage } from '../../../core/errors.ts';
import { makeFolder } from '../../../parts/folders/make-folder.ts';
import { jsonReport } from '../../../report/json.ts';
import { printable } from '../../../text/printable.ts';
import type { CheckArguments } from '../../commands/check.ts';
import { EXIT } from '../../exit-codes.ts';
import { cancelOnInterrupt } from '../../interrupt.ts';
import { type Output, openOutput } from '../../output.ts';
import type { Case, Suite } from '../../show/junit.ts';
import { ruleSuite, rulesExitCode } from '../../show/rules.ts';
import { complain, outliveReader, reportError } from '../../streams.ts';
import { checkServer, type Entry, INTERRUPTED, type Outcome } from './batch-server.ts';

/** More than the names of all rules. */
const MOST_CHARACTERS = 2_000;

export async function checkBatch(options: CheckArguments): Promise<number> {
  const { batch = '', keep, form, junit } = options;
  if (form !== 'human')
    throw usage(`--batch prints a table, not --${form}`, 'keep the JSON of each with --keep DIR');
  const entries = readBatch(batch);
  const kept = keptFiles(keep, entries);
  const table = openOutput(options.output);
  const xml = junit === undefined ? undefined : openOutput(junit);
  const abort = new AbortController();
  const stopListening = cancelOnInterrupt(() => abort.abort());
  const outcomes: Outcome[] = [];
  const failures: unknown[] = [];
  // One that cannot be written does not keep the others from it, nor the next server from its check.
  const written = async (output: Output, text: string): Promise<void> => {
    try {
      await output.write(text);
      output.commit();
    } catch (failure) {
      failures.push(failure);
    }
  };
  try {
    for (const entry of entries) {
      const { name } = entry;
      if (abort.signal.aborted) {
        outcomes.push({ name, result: undefined, remarks: [INTERRUPTED] });
        continue;
      }
      complain(`checking ${printable(name)}\n`);
      const outcome = await checkServer(entry, options, abort.signal);
      outcomes.push(outcome);
      const file = kept.get(entry);
      if (file !== undefined && outcome.result !== undefined) await written(file, jsonReport(outcome.result));
    }
  } finally {
    stopListening();
  }
  outliveReader();
  await written(table, tableOf(outcomes));
  if (xml !== undefined) {
    const { junitXml } = await import('../../show/junit.ts');
    await written(xml, junitXml(outcomes.map(suiteOf)));
  }
  // All of them are told; the exit code is that of the run.
  if (abort.signal.aborted) failures.unshift(new EcholotError('cancelled', 'the check was cancelled'));
  const [failure, ...others] = failures;
  for (const other of others) reportError(other, options.debug);
  if (failure !== undefined) throw failure;
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

/** One for each entry, none where nothing is to be kept: what cannot be written is found before any server is started. */
function keptFiles(keep: string | undefined, entries: readonly Entry[]): ReadonlyMap<Entry, Output> {
  if (keep === undefined) return new Map();
  makeFolder(keep);
  return new Map(entries.map((entry) => [entry, openOutput(join(keep, `${fileName(entry.name)}.json`))]));
}

function tableOf(outcomes: readonly Outcome[]): string {
  const width = Math.max(4, ...outcomes.map(({ name }) => printable(name).length));
  const lines = outcomes.map(({ name, result, remarks }) => {
    const words = [...(result === undefined ? [] : rulesWords(result)), ...remarks].join('; ');
    return `${printable(name).padEnd(width)}  ${printable(words, MOST_CHARACTERS)}`;
  });
  return lines.map((line) => `${line}\n`).join('');
}

function rulesWords({ rules, outcome }: CheckResult): string[] {
  const failed = rules.filter(({ verdict }) => verdict === 'fail').map((rule) => rule.name);
  const kept = rules.filter(({ verdict }) => verdict === 'pass').length;
  const notRun = rules.filter(({ verdict }) => verdict === 'not-run').length;
  return [
    `${String(kept).padStart(2)} of ${rules.length} kept`,
    ...(notRun === 0 ? [] : [`${notRun} not run`]),
    ...(failed.length === 0 ? [] : [`broken: ${failed.join(', ')}`]),
    ...(outcome.error === null ? [] : [`incomplete: ${outcome.error.message}`]),
  ];
}

/** Its rules, and what is to be said of its processes as cases of their own. */
function suiteOf({ name, result, remarks }: Outcome): Suite {
  const title = result === undefined ? 'the server starts' : 'the server runs until it is ended';
  const others = remarks.map((line): Case => {
    return { name: title, outcome: line === INTERRUPTED ? 'skipped' : 'error', line };
  });
  return { name, cases: [...(result === undefined ? [] : ruleSuite(name, result).cases), ...others] };
}

function fileName(name: string): string {
  return name.replace(/[^\w.-]+/g, '_').replace(/^\.+/, '_');
}
