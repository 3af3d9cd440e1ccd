/** What a long open loop costs both ends in memory, and that it does not grow. */
import { memoryFinding, watchMemory } from '../memory.ts';
import { type Part, reach } from '../part.ts';
import { paced } from './asked.ts';

const PER_SECOND = 20_000;
/** A session takes a million probes at most. */
const CONNECTIONS = 16;
const BYTES = 100;
const SECONDS = 600;
const QUICK_SECONDS = 60;
const MOST_CLIENT_BYTES = 200e6;
const MOST_SERVER_BYTES = 150e6;

export const paceMemory: Part = {
  name: 'pace-memory',
  defaultRepeats: 1,
  setting: `${PER_SECOND} a second on ${CONNECTIONS} connections, on a loopback`,
  async *run(context) {
    await using reached = await reach(context, 'loopback');
    const seconds = context.isQuick ? QUICK_SECONDS : SECONDS;
    for (let i = 1; i <= context.repeats; i++) {
      context.progress(`memory of an open loop ${i}/${context.repeats}`);
      const asked = { perSecond: PER_SECOND, connections: CONNECTIONS, bytes: BYTES, seconds };
      const { result, client, server } = await watchMemory(reached.pid, (onStart) =>
        paced(context, reached, { ...asked, onStart }),
      );
      const sent = ((result?.sentPerSecond ?? Number.NaN) * seconds) / 1e6;
      const what = `${sent.toFixed(1)} million probes`;
      yield memoryFinding(`the client in an open loop of ${seconds} s`, what, client, MOST_CLIENT_BYTES);
      yield memoryFinding(`the server in an open loop of ${seconds} s`, what, server, MOST_SERVER_BYTES);
    }
  },
};
