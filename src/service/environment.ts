/**
 * What a service manager such as systemd tells a program that it starts, in variables of its environment: the sockets that it has
 * opened for it (sd_listen_fds(3)), and where it wants to hear how the program fares (sd_notify(3), sd_watchdog_enabled(3)).
 */
import { type EcholotError, usage } from '../core/errors.ts';

export interface FromManager {
  /** Descriptors of sockets for the protocol; undefined where none were passed. */
  readonly sockets: readonly number[] | undefined;
  /** Those for TLS: the ones with the name `tls`. */
  readonly tlsSockets: readonly number[] | undefined;
  /** Undefined where nobody wants to hear anything. */
  readonly notifySocket: string | undefined;
  /** The longest silence before the program counts as hung, ns; undefined for any. */
  readonly watchdogNs: number | undefined;
}

type Variables = Record<string, string | undefined>;

/** SD_LISTEN_FDS_START: behind standard input, output and error. */
const FIRST_DESCRIPTOR = 3;
/** More than anybody has addresses to listen on. */
const MAX_SOCKETS = 256;
const TLS_NAME = 'tls';
const NS_PER_US = 1_000;
const MAX_WATCHDOG_US = 86_400_000_000;
const OWN: readonly string[] = [
  'LISTEN_PID',
  'LISTEN_FDS',
  'LISTEN_FDNAMES',
  'LISTEN_PIDFDID',
  'NOTIFY_SOCKET',
  'WATCHDOG_PID',
  'WATCHDOG_USEC',
];

/**
 * Takes the variables out of `environment`, so that no program that this one starts takes them for its own.
 * @param pid of this process: variables for another one, whose child this is, tell nothing
 * @throws EcholotError `usage` for sockets that cannot be told
 */
export function takeFromManager(environment: Variables, pid: number): FromManager {
  const given: Variables = {};
  for (const name of OWN) {
    given[name] = environment[name];
    delete environment[name];
  }
  const { NOTIFY_SOCKET, WATCHDOG_PID, WATCHDOG_USEC } = given;
  const isWatched = WATCHDOG_PID === undefined || WATCHDOG_PID === String(pid);
  const watchdogUs = isWatched ? wholeNumber(WATCHDOG_USEC, 1, MAX_WATCHDOG_US) : undefined;
  return {
    ...socketsOf(given, pid),
    notifySocket: NOTIFY_SOCKET === '' ? undefined : NOTIFY_SOCKET,
    watchdogNs: watchdogUs && watchdogUs * NS_PER_US,
  };
}

/** @throws EcholotError `usage` */
function socketsOf(
  { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES }: Variables,
  pid: number,
): Pick<FromManager, 'sockets' | 'tlsSockets'> {
  const none = { sockets: undefined, tlsSockets: undefined };
  if (LISTEN_FDS === undefined || LISTEN_PID === undefined) return none;
  const forPid = wholeNumber(LISTEN_PID, 1, Number.MAX_SAFE_INTEGER);
  if (forPid === undefined) throw wrong('LISTEN_PID', LISTEN_PID, 'the number of a process');
  if (forPid !== pid) return none;
  const count = wholeNumber(LISTEN_FDS, 0, MAX_SOCKETS);
  if (count === undefined) throw wrong('LISTEN_FDS', LISTEN_FDS, `a number of sockets to ${MAX_SOCKETS}`);
  if (count === 0) return none;
  const names = LISTEN_FDNAMES === undefined || LISTEN_FDNAMES === '' ? [] : LISTEN_FDNAMES.split(':');
  if (names.length !== 0 && names.length !== count) {
    throw wrong('LISTEN_FDNAMES', LISTEN_FDNAMES ?? '', count === 1 ? '1 name' : `${count} names`);
  }
  const all = Array.from({ length: count }, (_, i) => ({ fd: FIRST_DESCRIPTOR + i, name: names[i] }));
  const tlsSockets = all.filter(({ name }) => name === TLS_NAME).map(({ fd }) => fd);
  const sockets = all.filter(({ name }) => name !== TLS_NAME).map(({ fd }) => fd);
  if (sockets.length === 0) {
    throw usage(
      `every socket that the service manager passes is for TLS (${TLS_NAME})`,
      'have it pass one of another name for the protocol without TLS',
    );
  }
  return { sockets, tlsSockets: tlsSockets.length === 0 ? undefined : tlsSockets };
}

function wholeNumber(text: string | undefined, min: number, max: number): number | undefined {
  if (text === undefined || !/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}

function wrong(name: string, text: string, wanted: string): EcholotError {
  return usage(
    `the service manager says ${name}=${text.slice(0, 80)}, which is not ${wanted}`,
    `start the program without ${name}, or let systemd set it`,
  );
}
