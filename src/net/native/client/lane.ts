/**
 * A lane of the native engine: its sessions run on a thread of its own, which speaks to the kernel directly. This
 * side looks names up, hands over commands, and takes batches of samples.
 */

import { oneConnectionFault, oneConnectionOptions } from '../../../core/client/client-faults.ts';
import type { MetEchoForm } from '../../../core/client/echo-matcher.ts';
import type { EcholotError, ErrorCode } from '../../../core/errors.ts';
import { DIALECTS } from '../../../core/wire/dialects.ts';
import type { ResidenceSource } from '../../../core/wire/residence.ts';
import type { TerminationOutcome } from '../../../facts/connection.ts';
import type {
  GarbageCollectionsRecord,
  SchedulingRecord,
  SelfTestRecord,
  ServerBusyRecord,
} from '../../../facts/instrument.ts';
import { hostPortText } from '../../../text/endpoint.ts';
import type { Target } from '../../dialer.ts';
import type {
  BatchPlan,
  EngineSession,
  Lane,
  SampleBuffer,
  SessionFacts,
  SessionOptions,
  SessionPath,
  SessionPlan,
  SleepPlan,
} from '../../engine.ts';
import { isAnswered404, isNotServed, objectsToSetup } from '../../errors/network-error.ts';
import type { OpenValue } from './client-messages.ts';
import { type ClientThread, type Reply, takeClientThread } from './client-thread.ts';
import { dialOrder, dialOutcome, orderAgain } from './dial-order.ts';

/** What a probe message has beside its payload: letter, blanks, number, suffix and line end. */
const MAX_FRAME_BYTES = 64;

/** Of a second connection: what says more than the refusal of the first. */
const TELLING: readonly ErrorCode[] = ['peer', 'limit', 'cancelled'];

/** What servers said to a setup with the extension: all lanes of an engine know it. */
export class AskedServers {
  /** Those that refused it, and took the setup without. */
  readonly withoutStamps: Set<string> = new Set();
  /** Those that took it: what they refuse later, they refuse for another reason. */
  readonly withStamps: Set<string> = new Set();
}

/** Its thread is started when it is first needed. */
export class NativeLane implements Lane {
  protected readonly asked: AskedServers;
  private readonly thread = takeClientThread();
  private readonly onClosed: () => void;
  private sessions = 0;
  selfTestSkipped: string | undefined;

  constructor(asked: AskedServers, onClosed = (): void => {}) {
    this.asked = asked;
    this.onClosed = onClosed;
  }

  async prepare(): Promise<SelfTestRecord | undefined> {
    const { value, error } = await this.thread.prepare();
    // A place without a loopback to listen on, or without ports for it, loses the warm-up, not the measurement.
    if (error?.code === 'internal') throw error;
    this.selfTestSkipped = error?.message;
    return value;
  }

  async open(target: Target, plan: SessionPlan, options: SessionOptions): Promise<EngineSession> {
    let dial = await dialOrder(target, {
      timeoutNs: plan.timeoutNs,
      socket: plan.socket ?? {},
      signal: options.signal,
      echoBytes: plan.setup.payloadBytes + MAX_FRAME_BYTES,
    });
    const server = hostPortText(target.host, target.port);
    // A multipath socket takes the flags and gives no stamp of what it sends, one path or many.
    const stamps = (plan.stamps ?? true) && plan.socket?.multipath !== true;
    const session = ++this.sessions;
    const openWith = (askStamps: boolean, listensFirst: boolean): Promise<Reply<'open'>> =>
      this.thread.run(
        {
          kind: 'open',
          session,
          dial,
          plan: { ...plan, stamps, listensFirst },
          epochNs: options.epochNs,
          askStamps,
          trace: options.trace !== undefined,
        },
        options,
      );
    // Whoever watches the messages wants to see the protocol, not questions between its probes.
    const mayAsk = stamps && options.trace === undefined;
    const asks = mayAsk && canStamp(plan.protocol) && !this.asked.withoutStamps.has(server);
    let reply = await openWith(asks, plan.listensFirst ?? false);
    if (reply.dialed !== undefined) {
      options.onDialed?.(dialOutcome(dial, reply.dialed));
      dial = orderAgain(dial, reply.dialed);
    }
    // A server that does not know the extension refuses it; the protocol goes on without.
    if (asks && reply.error === undefined) this.asked.withStamps.add(server);
    if (asks && !this.asked.withStamps.has(server) && objectsToSetup(reply.error)) {
      const refusal = reply.error;
      reply = await openWith(false, isAnswered404(refusal));
      if (reply.error === undefined) this.asked.withoutStamps.add(server);
      else throw withoutStampsFault(refusal, reply.error);
    }
    if (reply.value === undefined) throw reply.error;
    return new NativeSession(this.thread, session, reply.value, options);
  }

  async oversleep({ askedNs, budgetNs, signal }: SleepPlan): Promise<Float64Array> {
    const { value, error } = await this.thread.run({ kind: 'oversleep', askedNs, budgetNs }, { signal });
    if (value === undefined) throw error;
    return value;
  }

  async close(): Promise<void> {
    await this.thread.close();
    this.onClosed();
  }
}

/** What to tell when the setup without the extension fails, too: the question may have cost the one connection. */
function withoutStampsFault(refusal: EcholotError, error: EcholotError): EcholotError {
  if (!isNotServed(error)) return TELLING.includes(error.code) ? error : refusal;
  // It has closed both without a word, and so spent none on the question.
  if (isNotServed(refusal) && error.phase === 'setup' && error.code !== 'timeout') return refusal;
  const fault = oneConnectionFault(error, oneConnectionOptions(undefined, true));
  const came = refusal.received === undefined ? '' : ` ("${refusal.received.replace(/\\n$/, '')}")`;
  fault.details = [`asked for stamps: ${refusal.message.replace(/^the server /, '')}${came}`];
  return fault;
}

/** Whether a server of this dialect can be asked how long it keeps a probe. */
function canStamp(protocol: SessionPlan['protocol']): boolean {
  return protocol !== 'plain' && DIALECTS[protocol].extensions.includes('stamps');
}

class NativeSession implements EngineSession {
  readonly facts: SessionFacts;
  readonly readyText: string | undefined;
  echoForm: MetEchoForm | undefined;
  firstEchoNumber: number | undefined;
  messageBytes = 0;
  path: SessionPath | undefined;
  cpuShare: number | undefined;
  scheduling: SchedulingRecord | undefined;
  garbageCollections: GarbageCollectionsRecord | undefined;
  readsPerEcho: number | undefined;
  residenceSource: ResidenceSource | undefined;
  serverBusy: ServerBusyRecord | undefined;
  private readonly thread: ClientThread;
  private readonly session: number;
  private readonly options: SessionOptions;

  constructor(thread: ClientThread, session: number, opened: OpenValue, options: SessionOptions) {
    this.thread = thread;
    this.session = session;
    this.options = options;
    this.facts = opened.facts;
    this.readyText = opened.readyText;
  }

  async runBatch(batch: BatchPlan, samples: SampleBuffer): Promise<void> {
    if (this.options.trace === undefined) {
      await this.runAtOnce(batch, samples);
      return;
    }
    // Whoever watches wants to see each message when it happens, and may cancel for what it sees.
    const endNs = process.hrtime.bigint() + BigInt(batch.budgetNs);
    for (let left = batch.probes; left > 0; left--) {
      await this.runAtOnce({ ...batch, probes: 1 }, samples);
      if (process.hrtime.bigint() >= endNs) break;
    }
  }

  private async runAtOnce(batch: BatchPlan, samples: SampleBuffer): Promise<void> {
    const layers = samples.layers !== undefined;
    const { value, error } = await this.thread.run(
      { kind: 'batch', session: this.session, batch, layers },
      this.options,
    );
    if (value !== undefined) {
      this.messageBytes = value.messageBytes;
      this.echoForm = value.echoForm;
      this.firstEchoNumber = value.firstEchoNumber;
      this.path = value.path ?? this.path;
      this.cpuShare = value.cpuShare;
      this.scheduling = value.scheduling;
      this.garbageCollections = value.garbageCollections;
      this.readsPerEcho = value.readsPerEcho;
      this.residenceSource = value.residenceSource;
      this.serverBusy = value.serverBusy;
      append(value.samples, samples);
    }
    if (error !== undefined) throw error;
  }

  async close(): Promise<TerminationOutcome> {
    const { session, options } = this;
    // A cancelled run says goodbye, too, and hears the answer.
    const { value } = await this.thread.run({ kind: 'close', session }, { ...options, signal: undefined });
    return value ?? 'none';
  }
}

function append(from: SampleBuffer, to: SampleBuffer): void {
  const at = to.count;
  to.rttNs.set(from.rttNs.subarray(0, from.count), at);
  to.sentNs.set(from.sentNs.subarray(0, from.count), at);
  if (from.layers !== undefined && to.layers !== undefined) {
    for (const name of Object.keys(from.layers) as (keyof typeof from.layers)[]) {
      to.layers[name].set(from.layers[name].subarray(0, from.count), at);
    }
  }
  to.count = at + from.count;
}
