/**
 * The configuration of a monitor: the long options of `monitor` as keys, and beside them the targets. Every mistake is found, and
 * named with its line.
 */
import { usage } from '../../../core/errors.ts';
import {
  type AlertOptions,
  matchesName,
  planAlert,
  planTargets,
  type Silence,
  type TargetKind,
  type TargetOptions,
} from '../../../options.ts';
import { targetInOneWord } from '../../run/target.ts';
import { type ConfigOption, ConfigReader, isTable } from '../reader.ts';
import { ConfigError, type Path, readToml, type TomlTable } from '../toml.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { ALERT_KEYS, alertOf, SILENCE_KEYS, silenceOf } from './alert-tables.ts';
import { TARGET_KEYS } from './target-keys.ts';

export interface MonitorConfig {
  readonly options: readonly ConfigOption[];
  readonly targets: readonly TargetOptions[];
  /** Undefined where the file has none: then it is those that there are by default. */
  readonly alerts: readonly AlertOptions[] | undefined;
  readonly silences: readonly Silence[];
}

const TABLES: readonly string[] = ['target', 'alert', 'silence'];

/** @throws ConfigError with every mistake; EcholotError `usage` for a file that cannot be read */
export function readMonitorConfig(file: string, { names, complaintOf }: Vocabulary): MonitorConfig {
  const config = readToml(file);
  const reader = new Reader(config);
  const options = Object.entries(config.values).flatMap(([name, value]) => {
    if (TABLES.includes(name)) return [];
    if (names.includes(name)) return reader.option(name, value, complaintOf);
    const isOfTargets = Object.hasOwn(TARGET_KEYS, name);
    reader.miss(
      [name],
      isOfTargets ? `${name} is of a target: write it below [[target]]` : `there is no option ${name}`,
    );
    return [];
  });
  const { target, alert, silence } = config.values;
  const targets = reader.targets(target);
  const alerts = alert === undefined ? undefined : reader.alerts(alert);
  const silences = reader.tables('silence', silence, SILENCE_KEYS, silenceOf);
  if (reader.mistakes.length === 0) reader.meet(targets, alerts ?? [], silences);
  if (reader.mistakes.length > 0) throw new ConfigError(file, reader.mistakes);
  return { options, targets, alerts, silences };
}

class Reader extends ConfigReader {
  alerts(given: unknown): readonly AlertOptions[] {
    const alerts = this.tables('alert', given, ALERT_KEYS, alertOf);
    const names = alerts.map((alert) => planAlert(alert).name);
    for (const [i, name] of names.entries()) {
      if (names.indexOf(name) < i) this.miss(['alert', i], `two alerts are called ${name}; give each a name`);
    }
    return alerts;
  }

  /** An alert that can never be, because it is of nothing, is a mistake in a name. Targets of the command line have their own. */
  meet(
    targets: readonly TargetOptions[],
    alerts: readonly AlertOptions[],
    silences: readonly Silence[],
  ): void {
    const names = targets.map((target) => planTargets([target])[0]?.name ?? '');
    if (names.length === 0) return;
    const isMet = (pattern: string): boolean => names.some((name) => matchesName(pattern, name));
    for (const [i, alert] of alerts.entries()) {
      for (const pattern of alert.targets ?? []) {
        if (!isMet(pattern)) this.miss(['alert', i, 'targets'], `no target is called ${pattern}`);
      }
    }
    for (const [i, { target }] of silences.entries()) {
      if (!isMet(target)) this.miss(['silence', i, 'target'], `no target is called ${target}`);
    }
  }

  /** Tables of a list; those with a mistake are left out. */
  tables<T>(
    name: string,
    given: unknown,
    keys: readonly string[],
    read: (table: TomlTable) => T,
  ): readonly T[] {
    return this.listOf(name, given).flatMap((table, i) => {
      const unknown = Object.keys(table).filter((key) => !keys.includes(key));
      for (const key of unknown)
        this.miss([name, i, key], `${name} has no ${key}; there are ${keys.join(', ')}`);
      const value = this.checkAt([name, i], () => read(table));
      return value === undefined ? [] : [value];
    });
  }

  private listOf(name: string, given: unknown): readonly TomlTable[] {
    if (given === undefined) return [];
    if (Array.isArray(given) && given.every(isTable)) return given;
    this.miss([name], `${name}s are tables of a list: [[${name}]]`);
    return [];
  }

  targets(all: unknown): readonly TargetOptions[] {
    const given = this.listOf('target', all);
    const before = this.mistakes.length;
    const targets = given.map((table, i) => this.target(['target', i], table));
    if (this.mistakes.length > before) return [];
    const known = targets.flatMap((target) => (target === undefined ? [] : [target]));
    this.differ(known);
    return known;
  }

  private target(path: Path, table: TomlTable): TargetOptions | undefined {
    const { name, address, labels, ...others } = table;
    const { kind = 'measure' } = others;
    const before = this.mistakes.length;
    const reached = this.checkAt([...path, 'address'], () => addressOf(address));
    const parts = Object.entries(others).flatMap(([key, value]) => {
      const row = Object.hasOwn(TARGET_KEYS, key) ? TARGET_KEYS[key] : undefined;
      if (row === undefined) {
        this.miss([...path, key], `a target has no ${key}; there are ${KNOWN.join(', ')}`);
        return [];
      }
      if (row.kinds?.includes(kind as TargetKind) === false) {
        this.miss([...path, key], `${key} is not of a target of the kind ${kind}`);
        return [];
      }
      const part = this.checkAt([...path, key], () => row.part(value));
      return part === undefined ? [] : [part];
    });
    if (name !== undefined && typeof name !== 'string') this.miss([...path, 'name'], 'a name is a text');
    if (labels !== undefined && !isTable(labels))
      this.miss([...path, 'labels'], 'labels are { site = "fra" }');
    if (reached === undefined || this.mistakes.length > before) return undefined;
    const target: TargetOptions = {
      ...reached,
      ...joined(parts),
      ...(name === undefined ? {} : { name: String(name) }),
      // What they can be is the plan's own to say.
      ...(labels === undefined ? {} : { labels: labels as NonNullable<TargetOptions['labels']> }),
    };
    this.checkAt(path, () => planTargets([target]));
    return target;
  }

  /** It is the second of one name that is told. */
  private differ(targets: readonly TargetOptions[]): void {
    const names = targets.map((target) => planTargets([target])[0]?.name);
    for (const [i, name] of names.entries()) {
      if (names.indexOf(name) < i)
        this.miss(['target', i, 'name'], `two targets are called ${name}; give each a name`);
    }
  }
}

const KNOWN: readonly string[] = ['name', 'address', 'labels', ...Object.keys(TARGET_KEYS)];

/** Parts of sockets and of loads are parts of one. */
function joined(parts: readonly Partial<TargetOptions>[]): Partial<TargetOptions> {
  const all = Object.assign({}, ...parts) as Partial<TargetOptions>;
  const sockets = parts.flatMap(({ socket }) => (socket === undefined ? [] : [socket]));
  const tls = sockets.flatMap((socket) => (socket.tls === undefined ? [] : [socket.tls]));
  const loads = parts.flatMap(({ load }) => (load === undefined ? [] : [load]));
  return {
    ...all,
    ...(sockets.length === 0
      ? {}
      : {
          socket: Object.assign(
            {},
            ...sockets,
            ...(tls.length === 0 ? [] : [{ tls: Object.assign({}, ...tls) }]),
          ),
        }),
    ...(loads.length === 0 ? {} : { load: Object.assign({}, ...loads) }),
  };
}

/** @throws EcholotError `usage` */
function addressOf(value: unknown): { readonly host: string; readonly port: number } {
  if (typeof value === 'string') return targetInOneWord(value);
  throw usage('a target has an address', 'write it as in "host.example:9900"');
}
