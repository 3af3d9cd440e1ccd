/** The part of a server that carries loads: one of them at a time, whose connections come to any of its threads. */
import type { Timekeeper } from '../../clock/clock.ts';
import type { LoadTerms } from '../../core/load/load-messages.ts';
import type { Connection } from '../../net/connection.ts';
import { DataTrain } from '../../net/flow/data-train.ts';
import type { ServerLimits } from '../events.ts';
import type { ServedConnection } from '../measurement-handler.ts';
import { type LoadGrant, ServerLoadDesk } from './desk.ts';
import { LoadHandler, type LoadHandlerDeps } from './load-handler.ts';
import type { ProcessorTime } from './processor-share.ts';
import type { LoadOwner, SharedLoad } from './shared-load.ts';

type Ends = Pick<LoadHandlerDeps, 'onEnd' | 'onLoadEnd' | 'onClosed'>;

export class Loads {
  private readonly load: SharedLoad;
  private readonly limits: LoadTerms;
  private readonly timekeeper: Timekeeper;
  private readonly processorTime: ProcessorTime;
  /** Its bytes are made when the first data is sent. */
  private readonly train = new DataTrain();

  constructor(load: SharedLoad, limits: ServerLimits, timekeeper: Timekeeper, processorTime: ProcessorTime) {
    this.load = load;
    const { maxLoadMs, maxLoadBitsPerSecond, maxLoadStreams } = limits;
    this.limits = { durationMs: maxLoadMs, bitsPerSecond: maxLoadBitsPerSecond, streams: maxLoadStreams };
    this.timekeeper = timekeeper;
    this.processorTime = processorTime;
  }

  /** Where the connection of this client is told whether it may. */
  deskFor(client: LoadOwner): ServerLoadDesk {
    return new ServerLoadDesk(this.load, this.limits, this.timekeeper, client);
  }

  /** Serves a connection to which a load was granted. */
  take(connection: Connection, grant: LoadGrant, ends: Ends): ServedConnection {
    const { load, timekeeper, train, processorTime } = this;
    return new LoadHandler(connection, grant, { timekeeper, load, train, processorTime, ...ends });
  }
}
