/** What a plain echo server prints of its clients: the assignment's own lines. */
import type { Timekeeper } from '../../clock/clock.ts';
import type { ServerEvent } from '../../index.ts';
import { visible } from '../visible.ts';
import type { LogOutput } from './access-log.ts';
import { Sampler } from './sampler.ts';

/** A client that floods the server must not flood its terminal. */
const SHOWN_MESSAGES = 10;

export interface Transcript {
  tell(event: ServerEvent): void;
  flush(): void;
}

export function echoTranscript(output: LogOutput, clock: Timekeeper): Transcript {
  const shown = new Map<number, number>();
  const sampler = new Sampler(clock, ({ address, counts: { connected = 0 } }) => {
    const from = address === undefined ? '' : ` of ${address}`;
    if (connected > 0) output.write(`(${connected} more clients${from} are echoed, but not shown)\n`);
  });
  return {
    tell: (event) => {
      const admitted = sampler.admits(event);
      if (event.kind === 'end') shown.delete(event.session);
      if (event.kind === 'dropped') shown.clear();
      if (event.kind !== 'echo' || !admitted) return;
      const messages = (shown.get(event.session) ?? 0) + 1;
      shown.set(event.session, messages);
      if (messages > SHOWN_MESSAGES) return;
      if (!output.hasRoom) {
        output.drop();
        return;
      }
      output.write(messageLines(event, messages === SHOWN_MESSAGES));
    },
    flush: () => sampler.flush(),
  };
}

function messageLines({ remote, bytes }: ServerEvent & { kind: 'echo' }, isLast: boolean): string {
  const { address, port } = remote;
  return [
    `Data: ${visible(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString())}\n`,
    `send ${bytes.length} bytes back to ('${address}', ${port})\n`,
    isLast ? '(more of this client is echoed, but not shown)\n' : '',
    'Waiting to receive message from client\n',
  ].join('');
}
