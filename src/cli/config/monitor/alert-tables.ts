/** The tables of a configuration that say who is told of what, and when nobody is. */
import { usage } from '../../../core/errors.ts';
import { type AlertOptions, planAlert, type Silence } from '../../../options.ts';
import type { TomlTable } from '../toml.ts';

export const ALERT_KEYS: readonly string[] = ['name', 'when', 'targets', 'webhook', 'command'];
export const SILENCE_KEYS: readonly string[] = ['target', 'from', 'to'];

/** @throws EcholotError `usage` */
export function alertOf({ name, when, targets, webhook, command }: TomlTable): AlertOptions {
  const alert: AlertOptions = {
    when: when as string,
    ...(name === undefined ? {} : { name: textOf('name', name) }),
    ...(targets === undefined ? {} : { targets: textsOf('targets', targets) }),
    ...(webhook === undefined ? {} : { webhook: textOf('webhook', webhook) }),
    ...(command === undefined ? {} : { command: commandOf(command) }),
  };
  planAlert(alert);
  return alert;
}

/** @throws EcholotError `usage` */
export function silenceOf({ target = '*', from, to }: TomlTable): Silence {
  const fromMs = momentOf('from', from);
  const toMs = momentOf('to', to);
  if (fromMs >= toMs) throw usage('a silence ends after it begins', 'exchange from and to');
  return { target: textOf('target', target), fromMs, toMs };
}

function textOf(key: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw usage(`${key} is a text`, `write ${key} = "..."`);
}

function textsOf(key: string, value: unknown): readonly string[] {
  const all = Array.isArray(value) ? value : [value];
  return all.map((one) => textOf(key, one));
}

/** A list, since no shell takes a text apart. */
function commandOf(value: unknown): readonly string[] {
  if (typeof value === 'string' && /\s/.test(value))
    throw usage(
      `there is no shell that takes "${value}" apart`,
      'write command = ["/usr/bin/logger", "-t", "echolot"]',
    );
  return textsOf('command', value);
}

/** A moment of TOML, or a text of ISO 8601 with a zone. */
function momentOf(key: string, value: unknown): number {
  const ms =
    value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw usage(`${key} is no moment`, `write ${key} = 2026-12-31T22:00:00Z`);
}
