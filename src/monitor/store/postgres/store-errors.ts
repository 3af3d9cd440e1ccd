/** What can be wrong with a database and the way to it, in words for whoever has to do something about it. None has a password in it. */
import { EcholotError, type ErrorCode, usage } from '../../../core/errors.ts';
import { printable } from '../../../text/printable.ts';

/** SQLSTATE (PostgreSQL documentation, appendix A): classes have two characters. */
const NO_DATABASE = '3D000';
const NO_RIGHT = '42501';
const DISK_FULL = '53100';
const TOO_MANY_CONNECTIONS = '53300';
const CANCELLED = '57014';
const LOCKED = '55P03';
const READ_ONLY = '25006';
const LOGIN = '28';
const DATA = '22';
const CONSTRAINT = '23';
const SHUTDOWN = '57';
const CLASS_LENGTH = 2;
/** SQLSTATE: five capitals and digits. Codes of Node and of the library are longer. */
const SQLSTATE = /^[0-9A-Z]{5}$/;

interface Words {
  readonly code: ErrorCode;
  readonly message: string;
  readonly advice: string;
}

export function storeError(place: string, error: unknown): EcholotError {
  if (error instanceof EcholotError) return error;
  const code = codeOf(error);
  const reason = printable(error instanceof Error ? error.message : String(error));
  const { code: fault, ...words } = (SQLSTATE.test(code) ? ofServer : ofWay)(place, code, reason);
  return new EcholotError(fault, words.message, { advice: words.advice, cause: error });
}

/** By what the server says. */
function ofServer(place: string, state: string, reason: string): Words {
  switch (state) {
    case NO_DATABASE:
      return { code: 'usage', message: `there is no database ${place}`, advice: 'createdb NAME' };
    case NO_RIGHT:
      return {
        code: 'usage',
        message: `the user of ${place} may not use its tables or make them (${reason})`,
        advice: 'GRANT CREATE ON DATABASE NAME TO USER, or name the user who made them',
      };
    case DISK_FULL:
      return { code: 'limit', message: `the disk of ${place} is full`, advice: 'make room on it' };
    case TOO_MANY_CONNECTIONS:
      return {
        code: 'limit',
        message: `${place} has no place for another connection`,
        advice: 'raise max_connections of the server; each monitor needs one',
      };
    case CANCELLED:
    case LOCKED:
      return {
        code: 'timeout',
        message: `${place} takes too long`,
        advice: 'see what it waits for: SELECT * FROM pg_stat_activity',
      };
    case READ_ONLY:
      return {
        code: 'limit',
        message: `${place} takes nothing at the moment`,
        advice: 'name the primary server, where this is a standby',
      };
  }
  switch (state.slice(0, CLASS_LENGTH)) {
    case LOGIN:
      return {
        code: 'usage',
        message: `${place} does not let this user in`,
        advice: 'give the password in PGPASSWORD, or in the file that PGPASSFILE names; look at pg_hba.conf',
      };
    case SHUTDOWN:
      return {
        code: 'network',
        message: `the server of ${place} starts or stops`,
        advice: 'wait until it is up',
      };
    case DATA:
    case CONSTRAINT:
      return {
        code: 'internal',
        message: `what was measured cannot be kept (${reason})`,
        advice: 'report it, with this line',
      };
  }
  return unusable(place, reason);
}

/** By what became of the connection. */
function ofWay(place: string, code: string, reason: string): Words {
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
      return {
        code: 'network',
        message: `no server listens at ${place}`,
        advice: 'start it, or name its host and port',
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        code: 'network',
        message: `nobody knows the host of ${place}`,
        advice: 'look at its name, and at DNS',
      };
    case 'CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return wordsOf(silent(place));
    case 'CONNECTION_CLOSED':
    case 'CONNECTION_ENDED':
    case 'CONNECTION_DESTROYED':
    case 'ECONNRESET':
    case 'EPIPE':
      return wordsOf(hungUp(place));
    default:
      return unusable(place, reason);
  }
}

export function silent(place: string, cause?: unknown): EcholotError {
  return new EcholotError('timeout', `${place} does not answer`, { advice: 'look at its server', cause });
}

export function hungUp(place: string): EcholotError {
  return new EcholotError('network', `the server of ${place} closed the connection`, {
    advice: 'look into its log',
  });
}

export function notThere(place: string): EcholotError {
  return usage(`there is no store in ${place}`, 'start a monitor that keeps it, or name another schema');
}

export function ofTomorrow(place: string, layout: number, known: number): EcholotError {
  return usage(
    `${place} was written by a later echolot (layout ${layout}, this one knows ${known})`,
    'use that echolot, or name another schema',
  );
}

export function ofYesterday(place: string): EcholotError {
  return usage(
    `${place} has the layout of an earlier echolot`,
    'let a monitor open it once, which changes it',
  );
}

export function ofAnotherEncoding(place: string): EcholotError {
  return usage(
    `${place} is not in UTF-8`,
    'make another database: createdb --encoding UTF8 --template template0',
  );
}

export function inUse(place: string): EcholotError {
  // It may end: whoever measures meanwhile keeps what it finds until then.
  return new EcholotError('limit', `another monitor writes to ${place}`, {
    advice: 'stop it, or give this one a name of its own: ?agent=NAME behind the database',
  });
}

function unusable(place: string, reason: string): Words {
  return {
    code: 'limit',
    message: `${place} cannot be used: ${reason}`,
    advice: 'look into the log of its server',
  };
}

function wordsOf({ code, message, advice = '' }: EcholotError): Words {
  return { code, message, advice };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
