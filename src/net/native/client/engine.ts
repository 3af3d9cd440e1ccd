/** The native engine: lanes, each with a thread. It is itself the first of them. */

import type { Engine, Lane } from '../../engine.ts';
import { AskedServers, NativeLane } from './lane.ts';

/** An engine with a thread for each of its lanes; close it. */
export function createNativeEngine(): Engine {
  return new NativeEngine();
}

class NativeEngine extends NativeLane implements Engine {
  readonly name = 'native';
  private readonly further = new Set<NativeLane>();

  constructor() {
    super(new AskedServers());
  }

  openLane(): Lane {
    const lane = new NativeLane(this.asked, () => this.further.delete(lane));
    this.further.add(lane);
    return lane;
  }

  override async close(): Promise<void> {
    await Promise.all([super.close(), ...[...this.further].map((lane) => lane.close())]);
  }
}
