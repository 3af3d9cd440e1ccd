/** The columns of CSV and the keys of NDJSON, read off the reports themselves. */

import { ndjsonLines, type SampleBatch } from '../../src/report/samples.ts';
import { csvPieces } from '../../src/report/samples-csv.ts';
import type { Recording } from '../../src/result/result.ts';
import { closedLoop } from '../../src/result/workload.ts';
import { code, table } from './markdown.ts';

const SAMPLE: SampleBatch = {
  run: 1,
  block: 14,
  round: 2,
  kind: 'measured',
  workload: closedLoop('throughput', 1_024),
  first: 0,
  warmupProbes: 0,
  rttNs: [50_000],
  sentAtNs: [1_000_000],
  layers: {
    sendCallNs: [2_100],
    localQueueNs: [300],
    kernelRttNs: [43_500],
    wakeUpNs: [4_100],
    residenceNs: [38_200],
    tcpWaitNs: [0],
    serverTcpWaitNs: [0],
  },
};

/** The same as a block of a record. */
const BLOCK = { ...SAMPLE, samples: { form: 'raw', ...SAMPLE } };

const MEANING: Readonly<Record<string, string>> = {
  run: 'number of the run within the record, from 1; there are several where records were merged',
  block:
    'number of the block, a session of its own, within the record, from 1, in the order in which they ran',
  round: 'number of the round within the run, from 1; 0 for the warm-up block before the first one',
  measurement: '`rtt` or `throughput`',
  payloadBytes: 'payload of the probe, bytes',
  probe: 'number of the probe within its block, from 1, warm-up included',
  warmup: '`true` for a warm-up probe, which is in no statistic',
  sentAtNs: 'when the probe was sent, ns after the start of the run',
  rttNs: 'round-trip time, ns',
  goodputBitsPerSecond:
    '8 x payload / round-trip time, rounded to whole bit/s; empty (CSV) or null where the clock saw no time pass',
  sendCallNs:
    'from before the send call to its return, or to the local queue if that was first, ns; this and those below only where there are stamps',
  localQueueNs: 'in the queue of the local interface, ns',
  kernelRttNs: 'from the send stamp to the receive stamp of this kernel, ns',
  wakeUpNs: 'from the receive stamp to the arrival in the program, ns',
  residenceNs: 'how long the server says it kept the probe, ns',
  tcpWaitNs: 'from the return of the send call to the local queue, ns: in TCP',
  serverTcpWaitNs:
    "how much of the residence came after the send call of the server's program, ns: in its TCP and the queue of its interface",
};

export function sampleColumns(): string {
  const csv = [...csvPieces({ blocks: [BLOCK] } as unknown as Recording)].join('');
  const [header = '', row = ''] = csv.split('\n');
  const columns = header.split(',');
  const values = row.split(',');
  const keys = Object.keys(JSON.parse(ndjsonLines(SAMPLE)) as Record<string, unknown>);
  if (columns.length !== keys.length) throw new Error('CSV and NDJSON have different columns');
  const rows = keys.map((key, i) => {
    const meaning = MEANING[key];
    if (meaning === undefined) throw new Error(`the column ${key} has no meaning`);
    return [code(columns[i] ?? ''), code(key), code(values[i] ?? ''), meaning];
  });
  return table(['CSV column', 'NDJSON key', 'example', 'meaning'], rows);
}
