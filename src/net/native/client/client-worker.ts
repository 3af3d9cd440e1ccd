/** The native engine's thread: takes one command at a time, runs it to its end, and answers. */
import { parentPort, workerData } from 'node:worker_threads';
import { EcholotError } from '../../../core/errors.ts';
import type { TerminationOutcome } from '../../../facts/connection.ts';
import type { SelfTestRecord } from '../../../facts/instrument.ts';
import type { TracedMessage } from '../../engine.ts';
import { networkError } from '../../errors/network-error.ts';
import { packError } from '../../errors/packed-error.ts';
import type { Handshake } from '../../handshaker.ts';
import { makeSampleBuffer } from '../../session/samples.ts';
import { PR_SET_TIMERSLACK } from '../kernel/constants.ts';
import { Descriptors } from '../kernel/descriptors.ts';
import { SystemError } from '../kernel/errno.ts';
import { loadLibc } from '../kernel/libc.ts';
import { readSocketOptions } from '../kernel/socket-setup.ts';
import { StampKeeper } from '../kernel/timestamps.ts';
import { Channel } from '../thread/channel.ts';
import type { ThreadControl } from '../thread/thread.ts';
import { ThreadEnd } from '../thread/thread-end.ts';
import { ClientLoop } from './client-loop.ts';
import type {
  Answer,
  BatchValue,
  Command,
  DialOrder,
  DialReport,
  OpenValue,
  Values,
} from './client-messages.ts';
import { dial } from './dial.ts';
import { Leaving } from './leaving.ts';
import { selfTest } from './self-test.ts';
import { oversleepsNs } from './sleeps.ts';

type OpenCommand = Extract<Command, { kind: 'open' }>;
type BatchCommand = Extract<Command, { kind: 'batch' }>;

/** The kernel may end a sleep this much later than asked, ns, to save wake-ups; its default is 50,000. */
const TIMER_SLACK_NS = 1;

class ClientWorker {
  private readonly thread: ThreadEnd;
  private readonly sessions = new Map<number, { loop: ClientLoop; dial: DialOrder }>();
  private readonly leaving: Leaving;
  private traced: TracedMessage[] = [];
  private dialed: DialReport | undefined;
  private readonly onDialed = (report: DialReport): void => {
    this.dialed = report;
  };

  constructor(thread: ThreadEnd) {
    this.thread = thread;
    // From the start, not with the first session: the kernel takes its time to begin with stamps.
    new StampKeeper(thread.libc, thread.descriptors).hold();
    this.leaving = new Leaving(thread.libc);
    thread.libc.prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS);
  }

  answer(command: Command): Answer {
    this.thread.drain();
    let value: Answer['value'];
    let error: Answer['error'];
    try {
      if (command.kind === 'batch') {
        const { batch, failure } = this.runBatch(command);
        value = batch;
        error = failure === undefined ? undefined : packError(failure);
      } else {
        value = this.run(command);
      }
    } catch (thrown) {
      error = packError(thrown);
    }
    const { traced, dialed } = this;
    this.traced = [];
    this.dialed = undefined;
    return { value, error, dialed, traced };
  }

  private run(command: Exclude<Command, BatchCommand>): Values[keyof Values] {
    switch (command.kind) {
      case 'prepare':
        return this.prepare();
      case 'oversleep':
        return oversleepsNs(this.thread, command.askedNs, command.budgetNs);
      case 'handshake':
        return this.shakeHands(command.dial);
      case 'open':
        return this.open(command);
      case 'close':
        return this.close(command.session);
    }
  }

  private prepare(): SelfTestRecord {
    try {
      return selfTest(this.thread);
    } catch (error) {
      throw error instanceof SystemError ? networkError('the self test', error) : error;
    }
  }

  private shakeHands(order: DialOrder): Handshake {
    const { socket, address, ...handshake } = dial(this.thread, order, this.onDialed);
    const options = readSocketOptions(socket, address.family);
    this.leaving.leave(socket);
    return { ...handshake, socket: options };
  }

  private open({ session, dial: order, plan, epochNs, askStamps, trace }: OpenCommand): OpenValue {
    const { socket, address, connectNs, handshakeRttNs, local, remote } = dial(
      this.thread,
      order,
      this.onDialed,
    );
    const channel = new Channel(this.thread, socket, order.echoBytes);
    const loop = new ClientLoop(channel, plan, {
      epochNs,
      subject: address.subject,
      askStamps,
      trace: trace ? (message) => this.traced.push(message) : undefined,
    });
    try {
      loop.open(handshakeRttNs);
    } catch (error) {
      loop.leave();
      throw error;
    }
    const again = { ...order, addresses: [address], spentNs: 0 };
    this.sessions.set(session, { loop, dial: again });
    const { readyText, hasStamps } = loop.session;
    return {
      facts: {
        connectNs,
        local,
        remote,
        socket: readSocketOptions(channel.socket, address.family),
        ...(handshakeRttNs === undefined ? {} : { handshakeRttNs }),
      },
      hasStamps,
      readyText,
    };
  }

  private runBatch({ session, batch, layers }: BatchCommand): { batch: BatchValue; failure: unknown } {
    const { loop } = this.known(session);
    const samples = makeSampleBuffer(batch.probes, layers);
    let failure: unknown;
    try {
      loop.runBatch(batch, samples);
    } catch (error) {
      failure = error;
    }
    const { messageBytes, echoForm, firstEchoNumber } = loop.session;
    const { path, readsPerEcho, residenceSource, serverBusy } = loop;
    const { cpuShare, scheduling, garbageCollections } = loop.thread;
    return {
      batch: {
        samples,
        messageBytes,
        echoForm,
        firstEchoNumber,
        path,
        residenceSource,
        serverBusy,
        readsPerEcho,
        cpuShare,
        scheduling,
        garbageCollections,
      },
      failure,
    };
  }

  private close(session: number): TerminationOutcome {
    const { loop, dial: order } = this.known(session);
    this.sessions.delete(session);
    return loop.close((leftNs) => {
      const timeoutNs = Math.min(order.timeoutNs, leftNs);
      const { socket } = dial(this.thread, { ...order, timeoutNs });
      return new Channel(this.thread, socket, order.echoBytes);
    });
  }

  private known(session: number): { loop: ClientLoop; dial: DialOrder } {
    const known = this.sessions.get(session);
    if (known === undefined) throw new EcholotError('internal', `there is no session ${session}`);
    return known;
  }
}

const { control }: { control: ThreadControl } = workerData;
const { libc } = loadLibc();
if (libc === undefined || parentPort === null) throw new Error('a thread of the native engine only');
const port = parentPort;
const worker = new ClientWorker(new ThreadEnd(libc, new Descriptors(control.descriptors), control));
port.on('message', (command: Command) => port.postMessage(worker.answer(command)));
