/**
 * The PROXY protocol, version 2 (haproxy.org, proxy-protocol.txt): what a proxy sends before the bytes of its client,
 * so that a server behind it knows whose they are. A header is binary: a signature of twelve bytes, version and command,
 * family, length, addresses, and what else the proxy may know, which is skipped and not kept.
 */
import type { Endpoint } from '../../facts/connection.ts';
import { addressText } from '../../text/address.ts';

const SIGNATURE: readonly number[] = [13, 10, 13, 10, 0, 13, 10, 81, 85, 73, 84, 10];
/** Signature, version and command, family and transport, length of all that follows. */
const FIXED_BYTES = 16;
const COMMAND_AT = 12;
const FAMILY_AT = 13;
const LENGTH_AT = 14;
/** All that follows the fixed part: addresses of Unix sockets take 216, certificates of a client some hundreds. */
export const MAX_PROXY_BYTES = 4_096;

const LOCAL = 0x20;
const PROXY = 0x21;
/** Families, each with the transports of which a proxy may tell: none, stream, datagram. */
const UNSPECIFIED = 0x00;
const TCP4 = 0x11;
const TCP6 = 0x21;
const UNIX = 0x31;
/** Bytes that the addresses take. A connection of a datagram is none that this server could have. */
const ADDRESS_BYTES: ReadonlyMap<number, number> = new Map([
  [UNSPECIFIED, 0],
  [TCP4, 12],
  [TCP6, 36],
  [UNIX, 216],
]);
/** What is kept: the fixed part and the longest addresses that are read. */
const KEPT_BYTES = FIXED_BYTES + 36;
const VERSION_1 = 'PROXY ';

export type ProxyHeader =
  /** Of the bytes so far nothing is wrong. */
  | { readonly kind: 'more' }
  /**
   * So many bytes of the last chunk belong to it; what follows is the client's. `client` is undefined where the proxy
   * speaks for itself, or for one without such an address.
   */
  | {
      readonly kind: 'whole';
      readonly bytes: number;
      readonly client: Endpoint | undefined;
      /** It speaks for itself: it looks whether the server is there. */
      readonly isLocal: boolean;
    }
  | { readonly kind: 'wrong'; readonly problem: string };

/** Reads one header, in whatever pieces it comes. */
export class ProxyHeaderReader {
  private readonly kept: Uint8Array = new Uint8Array(KEPT_BYTES);
  private readonly view = new DataView(this.kept.buffer);
  private received = 0;

  /** Not to be called again once it was whole or wrong. */
  read(chunk: Uint8Array): ProxyHeader {
    const before = this.received;
    this.kept.set(chunk.subarray(0, Math.max(0, KEPT_BYTES - before)), Math.min(before, KEPT_BYTES));
    this.received += chunk.length;
    const problem = this.problem();
    if (problem !== undefined) return { kind: 'wrong', problem };
    if (this.received < FIXED_BYTES) return { kind: 'more' };
    const total = FIXED_BYTES + this.view.getUint16(LENGTH_AT);
    if (this.received < total) return { kind: 'more' };
    const isLocal = this.kept[COMMAND_AT] === LOCAL;
    return { kind: 'whole', bytes: total - before, client: isLocal ? undefined : this.client(), isLocal };
  }

  /** Told as soon as it can be. */
  private problem(): string | undefined {
    const { kept, received } = this;
    const start = kept.subarray(0, Math.min(received, SIGNATURE.length));
    if (!start.every((byte, i) => byte === SIGNATURE[i])) {
      const text = String.fromCharCode(...start);
      if (text.length < VERSION_1.length && VERSION_1.startsWith(text)) return undefined;
      return text.startsWith(VERSION_1)
        ? 'a PROXY header of version 1: have the proxy send version 2 (HAProxy: send-proxy-v2)'
        : 'no PROXY header: have the proxy send one of version 2, or take its address out of --proxy-from';
    }
    if (received < FIXED_BYTES) return undefined;
    const command = kept[COMMAND_AT];
    if (command !== LOCAL && command !== PROXY) return 'a PROXY header of another version or command';
    const length = this.view.getUint16(LENGTH_AT);
    if (length > MAX_PROXY_BYTES) return `a PROXY header of ${length} bytes, over ${MAX_PROXY_BYTES}`;
    if (command === LOCAL) return undefined;
    const least = ADDRESS_BYTES.get(kept[FAMILY_AT] as number);
    if (least === undefined) return 'a PROXY header of another family or transport than TCP';
    return length < least ? 'a PROXY header that is shorter than its addresses' : undefined;
  }

  private client(): Endpoint | undefined {
    const { kept, view } = this;
    switch (kept[FAMILY_AT]) {
      case TCP4: {
        const address = kept.subarray(FIXED_BYTES, FIXED_BYTES + 4).join('.');
        return { address, port: view.getUint16(FIXED_BYTES + 8), family: 4 };
      }
      case TCP6: {
        const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(FIXED_BYTES + 2 * i));
        return { ...addressText(groups), port: view.getUint16(FIXED_BYTES + 32) };
      }
      default:
        return undefined;
    }
  }
}
