/** A handshaker that takes the time it is told, on the virtual clock, and fails where it is told. */
import type { VirtualClock } from '../../src/clock/virtual.ts';
import { EcholotError } from '../../src/core/errors.ts';
import type { SocketRecord } from '../../src/facts/socket.ts';
import type { Target } from '../../src/net/dialer.ts';
import type { Handshake, HandshakeOptions, Handshaker } from '../../src/net/handshaker.ts';

/** What one handshake does, in the order in which they are made. */
export interface ScriptedHandshake {
  readonly takesNs: number;
  /** Thrown instead of a reply. */
  readonly error?: EcholotError;
  /** As the kernel has it. */
  readonly handshakeRttNs?: number;
  readonly resentSyns?: number;
  readonly socket?: SocketRecord;
}

const REMOTE = { address: '192.0.2.7', port: 443, family: 4 } as const;
/** The other address of the name. */
const SILENT = { address: '192.0.2.6', family: 4 } as const;
const LOCAL = { address: '192.0.2.1', port: 40_000, family: 4 } as const;

export class ScriptedHandshaker implements Handshaker {
  readonly name = 'memory';
  /** When each was started, on the clock. */
  readonly startsNs: bigint[] = [];
  readonly targets: Target[] = [];
  readonly options: HandshakeOptions[] = [];
  closed = 0;
  private readonly clock: VirtualClock;
  private readonly script: readonly ScriptedHandshake[];

  /** @param script from the first again when all are used */
  constructor(clock: VirtualClock, script: readonly ScriptedHandshake[]) {
    this.clock = clock;
    this.script = script;
  }

  handshake(target: Target, options: HandshakeOptions): Promise<Handshake> {
    const step = this.script[this.startsNs.length % this.script.length];
    if (step === undefined) throw new Error('a scripted handshaker needs at least one step');
    this.startsNs.push(this.clock.nowNs());
    this.targets.push(target);
    this.options.push(options);
    return new Promise((resolve, reject) => {
      options.signal?.addEventListener('abort', () =>
        reject(new EcholotError('cancelled', 'the run was cancelled')),
      );
      this.clock.wakeAt(this.clock.nowNs() + BigInt(step.takesNs), () => {
        const chosen = step.error === undefined ? REMOTE : undefined;
        options.onDialed?.({ addresses: [SILENT, REMOTE], chosen, failures: [] });
        if (step.error !== undefined) reject(step.error);
        else
          resolve({
            remote: REMOTE,
            local: LOCAL,
            handshakeRttNs: step.handshakeRttNs,
            resentSyns: step.resentSyns,
            connectNs: step.takesNs,
            socket: step.socket,
          });
      });
    });
  }

  async close(): Promise<void> {
    this.closed++;
  }
}
