/**
 * Sends lines to a service manager: a datagram on a Unix socket (sd_notify(3)), which Node has none of. So the C library sends it,
 * and where that cannot be called, the program `systemd-notify`. It never waits and never throws: a service that nobody hears
 * serves all the same.
 */
import { execFile } from 'node:child_process';
import {
  AF_UNIX,
  MSG_NOSIGNAL,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
} from '../net/native/kernel/constants.ts';
import { errnoName } from '../net/native/kernel/errno.ts';
import { SOCKADDR_UN } from '../net/native/kernel/layouts.ts';
import { type Libc, loadLibc } from '../net/native/kernel/libc.ts';

/** @param onTrouble the end of a sentence: why it was not heard */
export type Send = (lines: string, onTrouble: (why: string) => void) => void;

const PROGRAM = 'systemd-notify';
const PROGRAM_TIMEOUT_MS = 5_000;

/** @param path of the socket, as NOTIFY_SOCKET has it: of a file, or behind an `@` the name of an abstract one */
export function notifySender(path: string, libc: Libc | undefined = loadLibc().libc): Send {
  const address = addressOf(path);
  if (address === undefined) {
    return (_lines, onTrouble) => onTrouble('NOTIFY_SOCKET is neither a path nor an abstract name');
  }
  if (libc === undefined) return (lines, onTrouble) => sendByProgram(path, lines, onTrouble);
  return (lines, onTrouble) => {
    const failed = sendTo(libc, address, Buffer.from(lines));
    if (failed !== undefined) onTrouble(failed);
  };
}

/** struct sockaddr_un; undefined for what is no address of one. */
export function addressOf(path: string): Uint8Array | undefined {
  const name = Buffer.from(path);
  const isAbstract = path.startsWith('@');
  if (!(isAbstract || path.startsWith('/')) || name.length < 2 || name.includes(0)) return undefined;
  // A path ends with a zero, an abstract name with the address.
  const bytes = SOCKADDR_UN.path + name.length + (isAbstract ? 0 : 1);
  if (bytes > SOCKADDR_UN.bytes) return undefined;
  const address = new Uint8Array(bytes);
  new DataView(address.buffer).setUint16(SOCKADDR_UN.family, AF_UNIX, true);
  address.set(name, SOCKADDR_UN.path);
  if (isAbstract) address[SOCKADDR_UN.path] = 0;
  return address;
}

/** @returns what failed */
function sendTo(libc: Libc, address: Uint8Array, lines: Uint8Array): string | undefined {
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return `socket: ${errnoName(libc.errno())}`;
  try {
    if (libc.connect(fd, address, address.length) < 0) return `connect: ${errnoName(libc.errno())}`;
    if (libc.send(fd, lines, lines.length, MSG_NOSIGNAL) < 0) return `send: ${errnoName(libc.errno())}`;
    return undefined;
  } finally {
    libc.close(fd);
  }
}

/** What it sends comes from another process: the unit needs NotifyAccess=all. */
function sendByProgram(path: string, lines: string, onTrouble: (why: string) => void): void {
  const child = execFile(
    PROGRAM,
    lines.split('\n'),
    { env: { PATH: process.env['PATH'], NOTIFY_SOCKET: path }, timeout: PROGRAM_TIMEOUT_MS },
    (error) => {
      if (error !== null) onTrouble(`${PROGRAM}: ${error.message.split('\n', 1)[0]}`);
    },
  );
  child.unref();
}
