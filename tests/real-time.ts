/**
 * Sees what a test waits for in real time: timers that fire, threads, other programs. A suite that waits is slow where it
 * runs alone, and fails where the machine is busy; virtual time does neither. Fake timers of vitest are not seen, and
 * neither are timers that are cleared before they fire.
 */
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import threads from 'node:worker_threads';

/** Longest time that the timers of one test may take together, ms: a turn of the event loop or two. */
const MOST_MS = 5;

type AnyFunction = (...args: unknown[]) => unknown;

interface Wait {
  readonly what: string;
  /** Infinity for what may take any time. */
  readonly ms: number;
  /** File and line. */
  readonly place: string;
}

export interface WaitWatch {
  /**
   * Ends a test: timers that it set are not held against the next one.
   * @throws Error with each wait and its place, when there are too many of them
   */
  readonly check: () => void;
  /** Gives everything back as it was. */
  readonly end: () => void;
}

/** Watches from now on. One at a time. */
export function watchWaits(): WaitWatch {
  let waits: Wait[] = [];
  const restore: (() => void)[] = [];

  /** @returns what to call once the time has been waited for */
  function begun(what: string, ms: number): () => void {
    const wait = { what, ms, place: placeOfCall() };
    const ofThisTest = waits;
    return () => void ofThisTest.push(wait);
  }

  function replace(owner: object, name: string, handler: ProxyHandler<AnyFunction>): void {
    const original: AnyFunction = Reflect.get(owner, name);
    Reflect.set(owner, name, new Proxy(original, handler));
    restore.push(() => Reflect.set(owner, name, original));
  }

  const timer = (name: string): ProxyHandler<AnyFunction> => ({
    apply(target, self, [callback, ms, ...args]) {
      const fired = begun(name, timerMs(ms));
      const call = (...given: unknown[]): void => {
        fired();
        if (typeof callback === 'function') callback(...given);
      };
      return Reflect.apply(target, self, [call, ms, ...args]);
    },
  });
  const sleep = (name: string): ProxyHandler<AnyFunction> => ({
    apply(target, self, args) {
      const slept = begun(`${name} of node:timers/promises`, timerMs(args[0]));
      const sleeping = Reflect.apply(target, self, args);
      Promise.resolve(sleeping).then(slept, () => undefined);
      return sleeping;
    },
  });
  const untimed = (name: string): ProxyHandler<AnyFunction> => ({
    apply(target, self, args) {
      begun(name, Number.POSITIVE_INFINITY)();
      return Reflect.apply(target, self, args);
    },
    construct(target, args, newTarget) {
      begun(`new ${name}`, Number.POSITIVE_INFINITY)();
      return Reflect.construct(target, args, newTarget);
    },
  });

  for (const name of ['setTimeout', 'setInterval']) {
    replace(globalThis, name, timer(name));
    replace(timers, name, timer(name));
  }
  replace(timersPromises, 'setTimeout', sleep('setTimeout'));
  replace(timersPromises.scheduler, 'wait', sleep('scheduler.wait'));
  replace(timersPromises, 'setInterval', untimed('setInterval of node:timers/promises'));
  replace(AbortSignal, 'timeout', {
    apply(target, self, args) {
      const fired = begun('AbortSignal.timeout', timerMs(args[0]));
      const signal = Reflect.apply(target, self, args);
      if (signal instanceof AbortSignal) signal.addEventListener('abort', fired, { once: true });
      return signal;
    },
  });
  replace(Atomics, 'wait', untimed('Atomics.wait'));
  replace(threads, 'Worker', untimed('Worker'));
  for (const name of ['exec', 'execFile', 'execFileSync', 'execSync', 'fork', 'spawn', 'spawnSync']) {
    replace(childProcess, name, untimed(`${name} of node:child_process`));
  }
  syncBuiltinESMExports();

  return {
    check: () => {
      const seen = waits;
      waits = [];
      if (seen.reduce((total, { ms }) => total + ms, 0) <= MOST_MS) return;
      const lines = seen.map(
        ({ what, ms, place }) => `  ${what}${Number.isFinite(ms) ? `, ${ms} ms` : ''}: ${place}`,
      );
      throw new Error(
        `this waits in real time:\n${lines.join('\n')}\nuse virtual time, or name the file in tests/real-time-files.ts with a reason`,
      );
    },
    end: () => {
      for (const back of restore) back();
      syncBuiltinESMExports();
    },
  };
}

/** As Node takes it: whole milliseconds, 1 at least. */
function timerMs(ms: unknown): number {
  return Math.max(1, Math.trunc(Number(ms ?? 1)) || 1);
}

/** The first line of the project in the stack that is not of this file. */
function placeOfCall(): string {
  const lines = (new Error().stack ?? '').split('\n').slice(1);
  const place =
    lines.find((line) => !/node:|node_modules|tests\/real-time\.ts/.test(line)) ?? lines.at(-1) ?? '';
  return place.trim().replace(/^at /, '');
}
