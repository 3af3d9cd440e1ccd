/** What is compared live: two targets, or one and the option that differs. */
import { existsSync } from 'node:fs';
import { usage } from '../../../core/errors.ts';
import { familyOf, inBrackets, readHost, refuseUrl } from '../../../options.ts';
import type { CompareArguments } from '../../commands/compare.ts';
import { differences } from '../../commands/turns/paired.ts';

export interface LiveSubject {
  /** What it is called in the report. */
  readonly label: string;
  readonly target: Target;
}

interface Target {
  readonly host: string;
  readonly port: number;
}

/**
 * @param second undefined where one target was named
 * @throws EcholotError `usage` when not exactly one thing differs
 */
export function liveSubjects(
  options: CompareArguments,
  first: string,
  second: string | undefined,
): readonly [a: LiveSubject, b: LiveSubject] {
  const different = differences(options);
  const a = targetOf(first);
  const b = second === undefined ? a : targetOf(second);
  const [option, ...others] = different;
  if (others.length > 0) {
    const names = different.map(({ name }) => name).join(' and ');
    throw usage(
      `${names} differ`,
      'let one option differ at a time, or nobody could tell which of them it was',
    );
  }
  // TLS has a port of its own.
  if (second !== undefined && option !== undefined && option.name !== '--tls') {
    throw usage(`both the targets and ${option.name} differ`, 'let one of them differ at a time');
  }
  if (second === undefined && option === undefined) {
    throw usage('there is nothing to compare it with', 'name a second target, or give an option two values');
  }
  const label = (side: 0 | 1): string => {
    const target = [first, second ?? first][side] ?? '';
    return option === undefined ? target : `${target} ${option.name} ${option.texts[side]}`;
  };
  return [
    { label: label(0), target: a },
    { label: label(1), target: b },
  ];
}

/** `HOST:PORT`, `[ADDRESS]:PORT`; a file of that name takes precedence. @throws EcholotError `usage` for a URL */
export function isTarget(subject: string): boolean {
  if (existsSync(subject)) return false;
  refuseUrl(subject);
  if (familyOf(subject) === 6) {
    throw usage(
      `${subject}: no port can be told from an IPv6 address without brackets`,
      `write ${inBrackets(subject)}`,
    );
  }
  return TARGET.test(subject);
}

const TARGET = /^(?:\[[^\]]*\]|[^:]+):\d+$/;

function targetOf(subject: string): Target {
  const { host, port } = isTarget(subject) ? readHost(subject) : { host: subject, port: undefined };
  if (port !== undefined) return { host, port };
  throw usage(
    `${subject} is no target`,
    'write HOST:PORT, or [ADDRESS]:PORT for IPv6; two files are compared with each other',
  );
}
