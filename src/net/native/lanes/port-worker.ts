/**
 * What runs on the thread of a lane: a reactor that sleeps for all that its loops wait for. Between two of its turns Node
 * has its own, in which messages of the lane are read and promises are settled.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Descriptors } from '../kernel/descriptors.ts';
import { loadLibc } from '../kernel/libc.ts';
import { Reactor } from '../server/reactor.ts';
import { Oversleep } from '../thread/oversleep.ts';
import { REQUEST, type ThreadControl } from '../thread/thread.ts';
import { ThreadEnd } from '../thread/thread-end.ts';
import { CPU_AT, CPU_USED } from './port-thread.ts';

/** A thread that waits in the kernel can only be ended when the wait is over. */
const MAX_WAIT_NS = 1_000_000_000;
const CPU_EVERY_NS = 50_000_000n;
/** Node has its turn at least so often: it takes up to a millisecond. */
const AWAY_NS = 1_000_000_000n;
const NS_PER_US = 1_000;

/** What is done on a thread. */
export interface ThreadService<To> {
  take(message: To): void;
  /** Whether only what the reactor sees matters now: then no promise is waited for, and Node's own loop may wait. */
  readonly isAway?: boolean;
}

/**
 * Turns until the thread is asked to stop.
 * @param serve makes what takes each message
 * @param oversleep how much the reactor polls before something is due
 */
export function runOnThread<To>(
  serve: (reactor: Reactor, port: MessagePort) => ThreadService<To>,
  oversleep: Oversleep = new Oversleep(),
): void {
  const { control, cpu }: { control: ThreadControl; cpu: SharedArrayBuffer } = workerData;
  const port = parentPort;
  if (port === null) throw new Error('a thread of the native engine only');
  const { libc, reason } = loadLibc();
  if (libc === undefined) throw new Error(`a thread of the native engine only: ${reason}`);
  const descriptors = new Descriptors(control.descriptors);
  const thread = new ThreadEnd(libc, descriptors, control);
  const reactor = new Reactor(libc, descriptors, { oversleep });
  const service = serve(reactor, port);
  port.on('message', (message: To) => service.take(message));
  let isCalled = false;
  // Nothing to do but to wake up: what was sent is read between two turns.
  reactor.wakeBy(thread.wakeFd, () => {
    isCalled = true;
  });
  const tellCpu = (): void => {
    const used = new BigInt64Array(cpu);
    const { user, system } = process.threadCpuUsage();
    Atomics.store(used, CPU_USED, BigInt((user + system) * NS_PER_US));
    Atomics.store(used, CPU_AT, reactor.nowNs());
    reactor.wakeAt(reactor.nowNs() + CPU_EVERY_NS, tellCpu);
  };
  tellCpu();
  const turn = (): void => {
    if (thread.request === REQUEST.stop) {
      descriptors.closeAll(libc);
      port.close();
      return;
    }
    isCalled = false;
    const backNs = reactor.nowNs() + AWAY_NS;
    do reactor.turn(MAX_WAIT_NS);
    while (service.isAway === true && !isCalled && reactor.nowNs() < backNs);
    setImmediate(turn);
  };
  turn();
}
