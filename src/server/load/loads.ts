/** The part of a server that carries loads, and has others wait for theirs: connections come to any of its threads. */
import type { Timekeeper } from '../../clock/clock.ts';
import type { Connection } from '../../net/connection.ts';
import { DataTrain } from '../../net/flow/data-train.ts';
import type { ServedConnection } from '../handlers/served-connection.ts';
import { type LoadStanding, ServerLoadDesk } from './desk.ts';
import { LoadHandler, type LoadHandlerDeps } from './load-handler.ts';
import type { LoadGrant, LoadPlaces } from './load-places.ts';
import type { ProcessorTime } from './processor-share.ts';
import type { LoadOwner } from './shared-load.ts';
import type { Turn } from './turn.ts';
import { TurnHandler, type TurnHandlerDeps } from './turn-handler.ts';

type Ends = Pick<LoadHandlerDeps, 'onEnd' | 'onLoadEnd' | 'onClosed' | 'mayCarry'>;

export class Loads {
  private readonly places: LoadPlaces;
  private readonly timekeeper: Timekeeper;
  private readonly processorTime: ProcessorTime;
  /** Its bytes are made when the first data is sent. */
  private readonly train = new DataTrain();

  constructor(places: LoadPlaces, timekeeper: Timekeeper, processorTime: ProcessorTime) {
    this.places = places;
    this.timekeeper = timekeeper;
    this.processorTime = processorTime;
  }

  /** Where the connection of this client is told whether it may, and on which terms at most. */
  deskFor(client: LoadOwner, standing: LoadStanding): ServerLoadDesk {
    return new ServerLoadDesk(this.places, standing, this.timekeeper, client);
  }

  /** Serves a connection to which a load was granted. */
  take(connection: Connection, grant: LoadGrant, ends: Ends): ServedConnection {
    const { timekeeper, train, processorTime } = this;
    return new LoadHandler(connection, grant, { timekeeper, train, processorTime, ...ends });
  }

  /** Has a connection wait for its turn. */
  wait(connection: Connection, turn: Turn, deps: Omit<TurnHandlerDeps, 'timekeeper'>): ServedConnection {
    return new TurnHandler(connection, turn, { timekeeper: this.timekeeper, ...deps });
  }
}
