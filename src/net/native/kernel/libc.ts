/**
 * The C library as functions: declarations only, and whether there is one to call. Nothing here checks a
 * length or a descriptor; koffi does not either (a length beyond the buffer ends the process), so every caller
 * passes the length of the very array it hands over.
 */
import { endianness } from 'node:os';
import { parts } from '../../../parts/parts.ts';

/** A pointer argument: the bytes themselves, an address got from {@link Libc.address}, or none. */
export type Pointer = ArrayBufferView | bigint | null;

export interface Libc {
  /** Of the last call that failed, on this thread; read it before anything else is called. */
  errno(): number;
  /** Where the bytes lie. They must be off the heap of V8 (more than 64 bytes) and be kept alive by the caller. */
  address(bytes: ArrayBufferView): bigint;
  socket(family: number, type: number, protocol: number): number;
  connect(fd: number, address: Pointer, bytes: number): number;
  bind(fd: number, address: Pointer, bytes: number): number;
  listen(fd: number, backlog: number): number;
  accept4(fd: number, address: Pointer, bytes: Pointer, flags: number): number;
  getsockname(fd: number, address: Pointer, bytes: Pointer): number;
  getpeername(fd: number, address: Pointer, bytes: Pointer): number;
  getsockopt(fd: number, level: number, name: number, value: Pointer, bytes: Pointer): number;
  setsockopt(fd: number, level: number, name: number, value: Pointer, bytes: number): number;
  send(fd: number, bytes: Pointer, length: number, flags: number): number;
  recv(fd: number, bytes: Pointer, length: number, flags: number): number;
  recvmsg(fd: number, message: Pointer, flags: number): number;
  /**
   * `send` and `recv` at an address, which saves the tenth part of a microsecond that it takes to find out where
   * an array lies: for loops that are timed.
   */
  sendAt(fd: number, address: number, length: number, flags: number): number;
  recvAt(fd: number, address: number, length: number, flags: number): number;
  shutdown(fd: number, how: number): number;
  close(fd: number): number;
  fcntl(fd: number, command: number, value: number): number;
  read(fd: number, bytes: Pointer, length: number): number;
  write(fd: number, bytes: Pointer, length: number): number;
  eventfd(initial: number, flags: number): number;
  /** Undefined in a C library older than glibc 2.27. */
  readonly memfd_create: ((name: Pointer, flags: number) => number) | undefined;
  /** @param offset where to begin, 8 bytes; moved by what was sent */
  sendfile(toFd: number, fromFd: number, offset: Pointer, length: number): number;
  ppoll(fds: Pointer, count: number, timeout: Pointer, signals: Pointer): number;
  epoll_create1(flags: number): number;
  epoll_ctl(epoll: number, operation: number, fd: number, event: Pointer): number;
  epoll_wait(epoll: number, events: Pointer, capacity: number, timeoutMs: number): number;
  /** Undefined in a C library older than glibc 2.35. */
  readonly epoll_pwait2:
    | ((epoll: number, events: Pointer, capacity: number, timeout: Pointer, signals: Pointer) => number)
    | undefined;
  /** 0 when there is no such interface. */
  if_nametoindex(name: Pointer): number;
  /** Leaves `name` as it is when there is no such interface. */
  if_indextoname(index: number, name: Pointer): void;
  clock_gettime(clock: number, time: Pointer): number;
  /** Reads how the wall clock is kept; undefined in a C library without it. */
  readonly adjtimex: ((state: Pointer) => number) | undefined;
  prctl(option: number, argument: number): number;
  /** Gives memory that is free back to the kernel; undefined in a C library other than glibc. */
  readonly malloc_trim: ((keepBytes: number) => number) | undefined;
}

export type LibcOrReason =
  | { readonly libc: Libc; readonly reason: undefined }
  /** Why there is none, for people: the end of a sentence. */
  | { readonly libc: undefined; readonly reason: string };

/** The architectures whose structures {@link ./layouts.ts} knows. */
const ARCHITECTURES: readonly string[] = ['x64', 'arm64'];

let found: LibcOrReason | undefined;

/** Loads the C library once a thread. Never throws. */
export function loadLibc(): LibcOrReason {
  found ??= load();
  return found;
}

function load(): LibcOrReason {
  const none = (reason: string): LibcOrReason => ({ libc: undefined, reason });
  if (process.platform !== 'linux') return none(`it needs Linux, and this is ${process.platform}`);
  if (!ARCHITECTURES.includes(process.arch) || endianness() !== 'LE') {
    return none(`it knows the structures of ${ARCHITECTURES.join(' and ')}, and this is ${process.arch}`);
  }
  let koffi: Koffi;
  try {
    koffi = parts.koffi() as Koffi;
  } catch (error) {
    return none(`the package koffi does not load: ${firstLine(error)}`);
  }
  try {
    return { libc: declare(koffi), reason: undefined };
  } catch (error) {
    return none(`the C library lacks something: ${firstLine(error)}`);
  }
}

/** What is used of koffi. */
interface Koffi {
  load(path: null): Library;
  view(address: bigint, bytes: number): ArrayBuffer;
  address(value: ArrayBufferView): bigint;
}

interface Library {
  func<F extends (...values: never[]) => number | bigint>(name: string, result: string, values: string[]): F;
}

function declare(koffi: Koffi): Libc {
  // The process itself: its C library is loaded already, whatever its file is called.
  const library = koffi.load(null);
  // `int` for results: a `ssize_t` below 2 GiB fits, and an int64 would come back as number or bigint by size.
  const func = <F extends (...values: never[]) => number>(name: string, ...values: string[]): F =>
    library.func<F>(name, 'int', values);
  return {
    errno: declareErrno(koffi, library),
    address: koffi.address,
    socket: func('socket', 'int', 'int', 'int'),
    connect: func('connect', 'int', 'void *', 'uint'),
    bind: func('bind', 'int', 'void *', 'uint'),
    listen: func('listen', 'int', 'int'),
    accept4: func('accept4', 'int', 'void *', 'void *', 'int'),
    getsockname: func('getsockname', 'int', 'void *', 'void *'),
    getpeername: func('getpeername', 'int', 'void *', 'void *'),
    getsockopt: func('getsockopt', 'int', 'int', 'int', 'void *', 'void *'),
    setsockopt: func('setsockopt', 'int', 'int', 'int', 'void *', 'uint'),
    send: func('send', 'int', 'void *', 'size_t', 'int'),
    recv: func('recv', 'int', 'void *', 'size_t', 'int'),
    sendAt: func('send', 'int', 'uint64', 'size_t', 'int'),
    recvAt: func('recv', 'int', 'uint64', 'size_t', 'int'),
    recvmsg: func('recvmsg', 'int', 'void *', 'int'),
    shutdown: func('shutdown', 'int', 'int'),
    close: func('close', 'int'),
    // Its third argument is one of a list without an end, which is passed as any other on x86-64 and arm64.
    fcntl: func('fcntl', 'int', 'int', 'int'),
    read: func('read', 'int', 'void *', 'size_t'),
    write: func('write', 'int', 'void *', 'size_t'),
    eventfd: func('eventfd', 'uint', 'int'),
    memfd_create: optional(() => func('memfd_create', 'void *', 'uint')),
    sendfile: func('sendfile', 'int', 'int', 'void *', 'size_t'),
    ppoll: func('ppoll', 'void *', 'ulong', 'void *', 'void *'),
    epoll_create1: func('epoll_create1', 'int'),
    epoll_ctl: func('epoll_ctl', 'int', 'int', 'int', 'void *'),
    epoll_wait: func('epoll_wait', 'int', 'void *', 'int', 'int'),
    epoll_pwait2: optional(() => func('epoll_pwait2', 'int', 'void *', 'int', 'void *', 'void *')),
    if_nametoindex: func('if_nametoindex', 'void *'),
    if_indextoname: library.func('if_indextoname', 'void *', ['uint', 'void *']),
    clock_gettime: func('clock_gettime', 'int', 'void *'),
    adjtimex: optional(() => func('adjtimex', 'void *')),
    prctl: declarePrctl(library),
    malloc_trim: optional(() => func('malloc_trim', 'size_t')),
  };
}

/** errno is a place in the thread's memory: looking at it there costs a tenth of a call. */
function declareErrno(koffi: Koffi, library: Library): Libc['errno'] {
  const location = library.func<() => bigint>('__errno_location', 'void *', [])();
  const errno = new Int32Array(koffi.view(location, Int32Array.BYTES_PER_ELEMENT));
  return () => errno[0] as number;
}

/** prctl(2) takes five arguments, and unused ones must be zero. */
function declarePrctl(library: Library): Libc['prctl'] {
  type Prctl = (option: number, value: number, a: number, b: number, c: number) => number;
  const prctl = library.func<Prctl>('prctl', 'int', ['int', 'ulong', 'ulong', 'ulong', 'ulong']);
  return (option, value) => prctl(option, value, 0, 0, 0);
}

function optional<T>(declaration: () => T): T | undefined {
  try {
    return declaration();
  } catch {
    return undefined;
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
