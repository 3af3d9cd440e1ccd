/** What a minute of load costs both ends in memory, on a loopback, where it carries the most; and that it does not grow. */
import { memoryFinding, watchMemory } from '../memory.ts';
import { type Part, reach } from '../part.ts';
import { loaded } from './asked.ts';

const PHASES = ['idle', 'down', 'up', 'both'] as const;
const SECONDS = 15;
const MOST_CLIENT_BYTES = 200e6;
const MOST_SERVER_BYTES = 150e6;
/** The server bounds a load to a minute by default, some of which goes by between the phases. */
const SERVER_FLAGS = ['--max-load-seconds', '90'];

export const loadMemory: Part = {
  name: 'load-memory',
  defaultRepeats: 1,
  setting: `${PHASES.join(', ')} of ${SECONDS} s each`,
  async *run(context) {
    await using reached = await reach(context, 'loopback', SERVER_FLAGS);
    for (let i = 1; i <= context.repeats; i++) {
      context.progress(`memory of a load ${i}/${context.repeats}`);
      const { result, client, server } = await watchMemory(reached.pid, (onStart) =>
        loaded(context, reached, { phases: PHASES, seconds: SECONDS, onStart }),
      );
      const carried = result?.streams.reduce((sum, { tallies }) => sum + totalOf(tallies), 0) ?? Number.NaN;
      const load = `a load of ${PHASES.length * SECONDS} s`;
      const what = `${Math.round(carried / 1e9)} GB carried`;
      yield memoryFinding(`the client in ${load}`, what, client, MOST_CLIENT_BYTES);
      yield memoryFinding(`the server in ${load}`, what, server, MOST_SERVER_BYTES);
    }
  },
};

function totalOf(tallies: { sentBytes: readonly number[]; receivedBytes: readonly number[] }): number {
  return (tallies.sentBytes.at(-1) ?? 0) + (tallies.receivedBytes.at(-1) ?? 0);
}
