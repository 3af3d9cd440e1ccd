/**
 * The thread of a server: the same server as everywhere, over a reactor that has the thread to itself. It never
 * returns to Node's own loop before its end, so whatever is asked of it comes by the {@link ThreadControl}.
 */

import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { EcholotError } from '../../core/errors.ts';
import { packError } from '../../net/errors/packed-error.ts';
import { Descriptors } from '../../net/native/kernel/descriptors.ts';
import { loadLibc } from '../../net/native/kernel/libc.ts';
import { nativeListener } from '../../net/native/server/listener.ts';
import { Reactor } from '../../net/native/server/reactor.ts';
import { REQUEST, type ThreadControl } from '../../net/native/thread/thread.ts';
import { ThreadEnd } from '../../net/native/thread/thread-end.ts';
import { ClientBudgets } from '../access/client-budgets.ts';
import { ServerCounters } from '../counters.ts';
import type { ServerEvent } from '../events.ts';
import { LoadPlaces } from '../load/load-places.ts';
import { Garbage } from '../memory/garbage.ts';
import { STRAIN } from '../memory/watch.ts';
import { type EchoServer, startServer } from '../server.ts';
import { EventSender, type FromThread, TakenEvents, type ThreadStart, type ToThread } from './channel.ts';
import { Tidying } from './tidying.ts';
import { warmUp } from './warm-up.ts';

/** A thread that waits in the kernel can only be ended when the wait is over. */
const MAX_WAIT_NS = 1_000_000_000;

const { control, ...start }: ThreadStart & { control: ThreadControl } = workerData;
await run(start, control);

async function run(start: ThreadStart, control: ThreadControl): Promise<void> {
  const { libc, reason } = loadLibc();
  if (libc === undefined) throw new EcholotError('internal', `no C library in this thread: ${reason}`);
  const descriptors = new Descriptors(control.descriptors);
  const thread = new ThreadEnd(libc, descriptors, control);
  const reactor = new Reactor(libc, descriptors, { receiveBytes: start.readBytes });
  // From the start: the kernel takes its time to begin with stamps.
  reactor.stampKeeper.hold();
  await warmUp(reactor, start.options.mode);
  const counters = new ServerCounters(start.counters);
  const events = new EventSender(new TakenEvents(start.taken), post, () => counters.add('eventsDropped', 1));
  let sessionsInFlight = 0;
  const onEvent = (event: ServerEvent): void => {
    // These two are told once for all threads.
    if (event.kind === 'closing') sessionsInFlight = event.sessionsInFlight;
    else if (event.kind !== 'listening') events.onEvent(event);
  };
  let server: EchoServer;
  try {
    server = await startServer(
      nativeListener(reactor, start.sharing),
      { ...start.options, ...(start.watched ? { onEvent } : {}) },
      {
        counters,
        places: new LoadPlaces(start.places),
        ...(start.budgets === undefined ? {} : { budgets: new ClientBudgets(start.budgets) }),
      },
    );
  } catch (error) {
    post(failure(error));
    return;
  }
  post({ kind: 'listening', endpoints: server.endpoints });
  // Nothing to do but to wake up: what is wanted is looked at in every turn.
  reactor.wakeBy(thread.wakeFd, () => hear(server));
  const trim = (): void => void libc.malloc_trim?.(0);
  const tidying = new Tidying(trim);
  const { garbageBytes } = start;
  const garbage =
    garbageBytes === undefined ? undefined : new Garbage({ mostBytes: garbageBytes, onCollected: trim });
  let closed: Promise<void> | undefined;
  while (thread.request !== REQUEST.stop && (closed === undefined || server.connections > 0)) {
    if (closed === undefined && thread.request === REQUEST.end) {
      closed = server.close();
      events.flush();
      post({ kind: 'closing', sessionsInFlight });
      continue;
    }
    reactor.turn(MAX_WAIT_NS);
    events.flush();
    garbage?.look(reactor.turnedNs);
    tidying.look(server.connections, reactor.turnedNs, counters.get('strain') !== STRAIN.none);
  }
  if (thread.request !== REQUEST.stop) await closed;
  descriptors.closeAll(libc);
}

/** The thread never returns to Node's own loop, so it looks itself whether there is a message. */
function hear(server: EchoServer): void {
  if (parentPort === null) return;
  for (
    let heard = receiveMessageOnPort(parentPort);
    heard !== undefined;
    heard = receiveMessageOnPort(parentPort)
  ) {
    const { policy }: ToThread = heard.message;
    server.setPolicy(policy);
  }
}

function post(message: FromThread): void {
  parentPort?.postMessage(message);
}

function failure(error: unknown): FromThread {
  if (error instanceof EcholotError && error.code !== 'internal') {
    return { kind: 'failed', error: packError(error) };
  }
  throw error;
}
