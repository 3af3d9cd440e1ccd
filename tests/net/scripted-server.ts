/**
 * A server that follows a script: for each line it hears, what it says and whether it goes. It plays the
 * servers that break the protocol, on whatever network it is given. Refuses to know the protocol.
 */
import type { Connection, ConnectionHandler } from '../../src/net/connection.ts';
import type { ListenerNetwork } from '../../src/net/listener.ts';

export interface Reply {
  readonly say?: string;
  /** `end` sends FIN after what was said; `drop` ends the connection at once, unread bytes and all. */
  readonly go?: 'end' | 'drop';
}

/** @param index of the message within its connection, from 0 */
export type Script = (message: string, index: number) => Reply | string | undefined;

export interface ScriptedServer {
  readonly port: number;
  /** Every whole line that came, over all connections, line ends included. */
  readonly heard: readonly string[];
}

export async function listenScripted(network: ListenerNetwork, script: Script): Promise<ScriptedServer> {
  const heard: string[] = [];
  const listener = await network.listen({ host: '127.0.0.1', port: 0 }, (connection) =>
    scriptedHandler(connection, (message, index) => {
      heard.push(message);
      return script(message, index);
    }),
  );
  return { port: listener.endpoints[0]!.port, heard };
}

function scriptedHandler(connection: Connection, script: Script): ConnectionHandler {
  let unread = '';
  let index = 0;
  return {
    onBytes(chunk) {
      unread += Buffer.from(chunk).toString('latin1');
      for (let lf = unread.indexOf('\n'); lf >= 0; lf = unread.indexOf('\n')) {
        const message = unread.slice(0, lf + 1);
        unread = unread.slice(lf + 1);
        perform(connection, script(message, index++));
      }
    },
    onDrain: () => {},
    onEnd: () => connection.end(),
    onClose: () => {},
  };
}

function perform(connection: Connection, reply: ReturnType<Script>): void {
  const { say, go }: Reply = typeof reply === 'string' ? { say: reply } : (reply ?? {});
  if (say !== undefined && say !== '') connection.write(Buffer.from(say, 'latin1'));
  if (go === 'end') connection.end();
  if (go === 'drop') connection.destroy();
}

/** A good server of the default dialect, but for the message with one index, to which it does something else. */
export function goodExcept(index: number, otherwise: Reply | string | (() => Reply | undefined)): Script {
  return (message, at) => {
    if (at === index) return typeof otherwise === 'function' ? otherwise() : otherwise;
    return goodAnswer(message);
  };
}

export function goodAnswer(message: string): Reply {
  if (message.startsWith('s ')) return { say: '200 OK: Ready\n' };
  if (message === 't\n') return { say: '200 OK: Closing Connection\n', go: 'end' };
  return { say: message };
}
