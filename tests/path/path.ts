/**
 * A path whose properties are known: two network namespaces, and a process that carries packets between them with a
 * delay, jitter, loss, rate, queue and MTU of choice. Needs root, iproute2, TUN and koffi; removes all it made. Good
 * for some 100 Mbit/s, and for delays that are right to about 0.1 ms: it is a program that sleeps and wakes.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nativeUnavailable } from '../../src/net/native/available.ts';
import type { Ends, PathPlan } from './ends.ts';

export interface PathOptions {
  /** One way. */
  readonly delayMs?: number;
  /** One way: each packet takes up to so much longer. Packets do not overtake each other. */
  readonly jitterMs?: number;
  readonly lossPercent?: number;
  readonly rateMbitPerSecond?: number;
  /** What may wait for the rate. */
  readonly queueBytes?: number;
  /** Each flow has a queue of its own, and they take turns. */
  readonly isFair?: boolean;
  /** Longer packets vanish, while the interfaces go on to say 1500. */
  readonly mtuBytes?: number;
  /** Loss and jitter are the same for the same packets. */
  readonly seed?: number;
}

const NS_PER_MS = 1_000_000;
const BITS_PER_MBIT = 1_000_000;
const DEFAULT_QUEUE_BYTES = 100_000;
const DEFAULT_MTU_BYTES = 1_500;
const READY_TIMEOUT_MS = 20_000;
const END_TIMEOUT_MS = 10_000;

let paths = 0;

/** @returns why there can be no emulated path here; undefined when there can */
export function pathUnavailable(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may make network namespaces';
  if (!existsSync('/dev/net/tun')) return 'there is no /dev/net/tun';
  if (spawnSync('ip', ['-V']).status !== 0) return 'there is no ip (iproute2)';
  return nativeUnavailable();
}

export class Path implements AsyncDisposable {
  /** Names of the namespaces. */
  readonly client: string;
  readonly server: string;
  /** In either namespace the interface to the other. */
  readonly device: string = 'path0';
  readonly clientAddress = '10.9.0.1';
  readonly serverAddress = '10.9.0.2';
  readonly clientAddress6 = 'fd09::1';
  readonly serverAddress6 = 'fd09::2';
  readonly clientLinkLocal: string = `fe80::a%${this.device}`;
  readonly serverLinkLocal: string = `fe80::b%${this.device}`;
  /** Within the path's networks, and nobody's: packets to it vanish. */
  readonly silentAddress = '10.9.0.99';
  private readonly child: ChildProcess;
  private said = '';

  private constructor(options: PathOptions) {
    const name = `echolot-path-${process.pid}-${++paths}`;
    this.client = `${name}-a`;
    this.server = `${name}-b`;
    const ends: Ends = [
      { namespace: this.client, device: this.device, number: 1 },
      { namespace: this.server, device: this.device, number: 2 },
    ];
    const child = fileURLToPath(new URL('./path-child.ts', import.meta.url));
    this.child = spawn(process.execPath, [child, JSON.stringify(planOf(ends, options))], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.child.stdin?.on('error', () => {});
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.said += text;
    });
  }

  /** @throws Error when it cannot be made; ask {@link pathUnavailable} before */
  static async make(options: PathOptions = {}): Promise<Path> {
    const path = new Path(options);
    try {
      await path.hears('ready');
      return path;
    } catch (error) {
      await path[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Of the process that carries the packets. */
  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the path did not start');
    return this.child.pid;
  }

  /** The words of a command line that runs `command` at one end. */
  at(side: 'client' | 'server', ...command: readonly string[]): [program: string, args: string[]] {
    return ['ip', ['netns', 'exec', this[side], ...command]];
  }

  /** From now on every packet vanishes. */
  async cut(): Promise<void> {
    await this.order('cut');
  }

  async mend(): Promise<void> {
    await this.order('mend');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS);
      child.stdin?.end();
      await ended;
      clearTimeout(timer);
    }
    // It has removed them itself, unless it was killed.
    for (const namespace of [this.client, this.server]) {
      if (existsSync(`/run/netns/${namespace}`)) spawnSync('ip', ['netns', 'delete', namespace]);
    }
  }

  private async order(word: 'cut' | 'mend'): Promise<void> {
    this.said = '';
    this.child.stdin?.write(`${word}\n`);
    await this.hears(word);
  }

  private async hears(word: string): Promise<void> {
    const signal = AbortSignal.timeout(READY_TIMEOUT_MS);
    while (!this.said.includes(`${word}\n`)) {
      if (this.child.exitCode !== null) throw new Error('the path could not be made');
      const { stdout } = this.child;
      if (stdout === null) throw new Error('the path says nothing');
      await Promise.race([once(stdout, 'data', { signal }), once(this.child, 'exit', { signal })]);
    }
  }
}

function planOf(
  ends: Ends,
  {
    delayMs = 0,
    jitterMs = 0,
    lossPercent = 0,
    rateMbitPerSecond,
    queueBytes = DEFAULT_QUEUE_BYTES,
    isFair = false,
    mtuBytes = DEFAULT_MTU_BYTES,
    seed = 1,
  }: PathOptions,
): PathPlan {
  return {
    ends,
    seed,
    link: {
      delayNs: delayMs * NS_PER_MS,
      jitterNs: jitterMs * NS_PER_MS,
      lossRatio: lossPercent / 100,
      rateBitsPerSecond: rateMbitPerSecond === undefined ? undefined : rateMbitPerSecond * BITS_PER_MBIT,
      queueBytes,
      isFair,
      mtuBytes,
    },
  };
}
