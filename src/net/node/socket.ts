/** A `net.Socket` as a {@link Connection}. */
import type { Socket } from 'node:net';
import type { Endpoint } from '../../facts/connection.ts';
import type { Connection } from '../connection.ts';

export function socketConnection(socket: Socket): Connection {
  const local = endpoint(socket.localAddress, socket.localPort);
  const remote = endpoint(socket.remoteAddress, socket.remotePort);
  let lastBytes: Uint8Array | undefined;
  let lastBuffer: Buffer | undefined;
  return {
    local,
    remote,
    write: (bytes) => {
      if (Buffer.isBuffer(bytes)) return socket.write(bytes);
      // A client writes the same array again and again: one Buffer for it saves one allocation a probe.
      if (bytes !== lastBytes || lastBuffer === undefined) {
        lastBytes = bytes;
        lastBuffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      }
      return socket.write(lastBuffer);
    },
    pause: () => {
      socket.pause();
    },
    resume: () => {
      socket.resume();
    },
    end: () => {
      socket.end();
    },
    close: () => socket.destroySoon(),
    destroy: () => {
      socket.destroy();
    },
  };
}

/** An IPv4 client of a dual-stack listener shows as `::ffff:a.b.c.d`: it is an IPv4 connection. */
function endpoint(address = '', port = 0): Endpoint {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  const plain = mapped ?? address;
  return { address: plain, port, family: plain.includes(':') ? 6 : 4 };
}
