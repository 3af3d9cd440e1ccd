/** Keeps the probes of a flow as its portions come. */
import type { FlowProbes } from '../../net/flow/flow.ts';
import type { ProbeLayersRecord, ProbesRecord } from '../../result/load/load-result.ts';

const LAYERS = ['sendCallNs', 'tcpWaitNs', 'localQueueNs', 'kernelRttNs', 'wakeUpNs'] as const;

type Column = (number | null)[];
type Columns = Record<'sentAtNs' | 'rttNs' | 'residenceNs' | 'peerWaitNs' | (typeof LAYERS)[number], Column>;

export class ProbesRecorder {
  /** Round trip of the last probe that was answered, ns; undefined before one was. */
  lastRttNs: number | undefined;
  private readonly dueAtNs: number[] = [];
  private readonly columns: Columns = {
    sentAtNs: [],
    rttNs: [],
    residenceNs: [],
    peerWaitNs: [],
    sendCallNs: [],
    tcpWaitNs: [],
    localQueueNs: [],
    kernelRttNs: [],
    wakeUpNs: [],
  };
  private hasLayers = false;

  readonly add = (probes: FlowProbes): void => {
    const { columns } = this;
    for (let i = 0; i < probes.count; i++) {
      this.dueAtNs.push(Math.round(probes.dueNs[i] as number));
      put(columns.sentAtNs, probes.sentNs[i]);
      put(columns.rttNs, probes.rttNs[i]);
      put(columns.residenceNs, probes.residenceNs[i]);
      put(columns.peerWaitNs, probes.peerWaitNs[i]);
      for (const layer of LAYERS) {
        const ns = probes[layer][i];
        if (!Number.isNaN(ns)) this.hasLayers = true;
        put(columns[layer], ns);
      }
    }
    this.lastRttNs = columns.rttNs.findLast((ns) => ns !== null) ?? this.lastRttNs;
  };

  get record(): ProbesRecord {
    const { sentAtNs, rttNs, residenceNs, peerWaitNs, ...layers } = this.columns;
    const { dueAtNs, hasLayers } = this;
    return {
      dueAtNs,
      sentAtNs,
      rttNs,
      residenceNs,
      peerWaitNs,
      layers: hasLayers ? (layers satisfies ProbeLayersRecord) : null,
    };
  }
}

function put(column: Column, ns: number | undefined): void {
  column.push(ns === undefined || Number.isNaN(ns) ? null : Math.round(ns));
}
