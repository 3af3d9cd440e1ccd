/** What a plain echo server prints of its clients: the assignment's own lines. */
import type { ServerEvent } from '../index.ts';
import { visible } from './visible.ts';

/** A client that floods the server must not flood its terminal. */
const SHOWN_MESSAGES = 10;

export function echoTranscript(write: (text: string) => void): (event: ServerEvent) => void {
  const shown = new Map<number, number>();
  return (event) => {
    if (event.kind === 'end') shown.delete(event.session);
    if (event.kind !== 'echo') return;
    const messages = (shown.get(event.session) ?? 0) + 1;
    shown.set(event.session, messages);
    if (messages > SHOWN_MESSAGES) return;
    const { address, port } = event.remote;
    const { bytes } = event;
    write(`Data: ${visible(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString())}\n`);
    write(`send ${bytes.length} bytes back to ('${address}', ${port})\n`);
    if (messages === SHOWN_MESSAGES) write(`(more of this client is echoed, but not shown)\n`);
    write('Waiting to receive message from client\n');
  };
}
