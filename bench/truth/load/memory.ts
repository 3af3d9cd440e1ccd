/** What a minute of load costs both ends in memory, on a loopback, where it carries the most; and that it does not grow. */
import { residentBytes } from '../../proc.ts';
import { type Finding, type Part, percent, reach } from '../part.ts';
import { loaded } from './asked.ts';

const PHASES = ['idle', 'down', 'up', 'both'] as const;
const SECONDS = 15;
const LOOK_MS = 250;
const MOST_CLIENT_BYTES = 200e6;
const MOST_SERVER_BYTES = 150e6;
/** Of the largest in the second quarter, in which it already carries data, to the largest in the last. */
const MOST_GROWTH = 1.1;
const QUARTERS = 4;
/** The server bounds a load to a minute by default, some of which goes by between the phases. */
const SERVER_FLAGS = ['--max-load-seconds', '90'];

export const loadMemory: Part = {
  name: 'load-memory',
  defaultRepeats: 1,
  async *run(context) {
    await using reached = await reach(context, 'loopback', SERVER_FLAGS);
    for (let i = 1; i <= context.repeats; i++) {
      context.progress(`memory of a load ${i}/${context.repeats}`);
      let clientPid: number | undefined;
      const client: number[] = [];
      const server: number[] = [];
      const timer = setInterval(() => {
        if (clientPid === undefined) return;
        try {
          client.push(residentBytes(clientPid));
          server.push(residentBytes(reached.pid));
        } catch {
          // It ends between two looks.
        }
      }, LOOK_MS);
      const result = await loaded(context, reached, {
        phases: PHASES,
        seconds: SECONDS,
        onStart: (pid) => {
          clientPid = pid;
        },
      });
      clearInterval(timer);
      const carried = result?.streams.reduce((sum, { tallies }) => sum + totalOf(tallies), 0) ?? Number.NaN;
      yield finding('client', client, MOST_CLIENT_BYTES, carried);
      yield finding('server', server, MOST_SERVER_BYTES, carried);
    }
  },
};

function totalOf(tallies: { sentBytes: readonly number[]; receivedBytes: readonly number[] }): number {
  return (tallies.sentBytes.at(-1) ?? 0) + (tallies.receivedBytes.at(-1) ?? 0);
}

function finding(who: string, bytes: readonly number[], most: number, carried: number): Finding {
  const quarter = Math.floor(bytes.length / QUARTERS);
  const largest = Math.max(...bytes);
  const growth = Math.max(...bytes.slice(-quarter)) / Math.max(...bytes.slice(quarter, 2 * quarter));
  return {
    question: `memory of the ${who} in a load of ${PHASES.length * SECONDS} s`,
    found: `${Math.round(largest / 1e6)} MB at most for ${Math.round(carried / 1e9)} GB carried; its last quarter ${percent(growth - 1)} above its second`,
    target: `below ${most / 1e6} MB, and no more than ${percent(MOST_GROWTH - 1, 0)} above`,
    met: largest < most && growth <= MOST_GROWTH,
    numbers: { largest, growth, carried, bytes },
  };
}
