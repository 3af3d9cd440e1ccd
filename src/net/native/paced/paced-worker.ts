/** The thread of a lane of paced probes: the same sessions as everywhere, over a reactor that spins the last of a wait. */
import type { MessagePort } from 'node:worker_threads';
import { packError } from '../../errors/packed-error.ts';
import { LoopPacedLane } from '../../paced/loop-lane.ts';
import type { PacedListener, PacedSamples, PacedSession, Stretch } from '../../paced/paced.ts';
import { ReactorDialer } from '../lanes/dialer.ts';
import { packOutcome } from '../lanes/packed-outcome.ts';
import { runOnThread, type ThreadService } from '../lanes/port-worker.ts';
import { Oversleep } from '../thread/oversleep.ts';
import type { FromPacedThread, ToPacedThread } from './paced-messages.ts';

/** Nearly all sleeps of a virtual machine are late by less, ns. */
const LEAST_POLL_NS = 200_000;

type OpenOrder = Extract<ToPacedThread, { kind: 'open' }>;

class PacedWorker implements ThreadService<ToPacedThread> {
  private readonly lane: LoopPacedLane;
  private readonly port: MessagePort;
  private readonly aborts = new Map<number, AbortController>();
  private readonly sessions = new Map<number, PacedSession>();

  constructor(lane: LoopPacedLane, port: MessagePort) {
    this.lane = lane;
    this.port = port;
  }

  get isAway(): boolean {
    return this.lane.isRunning;
  }

  take(message: ToPacedThread): void {
    const { session } = message;
    switch (message.kind) {
      case 'open':
        void this.open(message);
        return;
      case 'run':
        void this.run(session, message.stretch);
        return;
      case 'ask':
        void this.ask(session, message.timeoutNs);
        return;
      case 'cancel':
        this.aborts.get(session)?.abort();
        return;
      case 'close':
        void this.close(session);
        return;
    }
  }

  private async open({ session, target, plan, epochNs, trace }: OpenOrder): Promise<void> {
    const abort = new AbortController();
    this.aborts.set(session, abort);
    try {
      const opened = await this.lane.open(target, plan, this.listener(session), {
        epochNs,
        signal: abort.signal,
        onDialed: (outcome) => this.post({ session, kind: 'dialed', outcome: packOutcome(outcome) }),
        ...(trace ? { trace: (message) => this.post({ session, kind: 'traced', message }) } : {}),
      });
      this.sessions.set(session, opened);
      const { connections, inFlight, readyText, messageBytes } = opened;
      this.post({ session, kind: 'opened', opened: { connections, inFlight, readyText, messageBytes } });
    } catch (error) {
      this.aborts.delete(session);
      this.post({ session, kind: 'failed', error: packError(error) });
    }
  }

  private async run(session: number, stretch: Stretch): Promise<void> {
    try {
      const tally = await this.sessions.get(session)?.run(stretch);
      if (tally !== undefined) this.post({ session, kind: 'ran', tally });
    } catch (error) {
      this.post({ session, kind: 'broken', error: packError(error) });
    }
  }

  private async ask(session: number, timeoutNs: number): Promise<void> {
    try {
      const residences = await this.sessions.get(session)?.residences(timeoutNs);
      this.post({ session, kind: 'told', residences });
    } catch (error) {
      this.post({ session, kind: 'untold', error: packError(error) });
    }
  }

  private async close(session: number): Promise<void> {
    await this.sessions.get(session)?.close();
    this.sessions.delete(session);
    this.aborts.delete(session);
    this.post({ session, kind: 'closed' });
  }

  private listener(session: number): PacedListener {
    return {
      onSamples: (samples) => this.post({ session, kind: 'samples', samples }, buffersOf(samples)),
      onTally: (tally) => this.post({ session, kind: 'tally', tally }),
      onLost: (connection, error) =>
        this.post({ session, kind: 'lost', connection, error: packError(error) }),
    };
  }

  private post(message: FromPacedThread, transfer: ArrayBuffer[] = []): void {
    this.port.postMessage(message, transfer);
  }
}

function buffersOf({ count: _, ...lists }: PacedSamples): ArrayBuffer[] {
  return Object.values(lists).map(({ buffer }) => buffer as ArrayBuffer);
}

runOnThread<ToPacedThread>(
  (reactor, port) => new PacedWorker(new LoopPacedLane(new ReactorDialer(reactor)), port),
  new Oversleep({ leastNs: LEAST_POLL_NS }),
);
