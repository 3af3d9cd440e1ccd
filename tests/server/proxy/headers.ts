/** Headers of the PROXY protocol, version 2, as a proxy writes them. */
const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');

export const LOCAL = 0x20;
export const PROXY = 0x21;
export const FAMILY = { unspecified: 0x00, tcp4: 0x11, udp4: 0x12, tcp6: 0x21, unix: 0x31 } as const;

export function header(command: number, family: number, addresses: Uint8Array, length?: number): Buffer {
  const fixed = Buffer.from([command, family, 0, 0]);
  fixed.writeUInt16BE(length ?? addresses.length, 2);
  return Buffer.concat([SIGNATURE, fixed, addresses]);
}

/** @param more TLVs */
export function tcp4(octets: readonly number[], port: number, more: Uint8Array = Buffer.alloc(0)): Buffer {
  const ports = Buffer.alloc(4);
  ports.writeUInt16BE(port);
  return header(PROXY, FAMILY.tcp4, Buffer.concat([Buffer.from([...octets, 10, 0, 0, 1]), ports, more]));
}

export function tcp6(groups: readonly number[], port: number, more: Uint8Array = Buffer.alloc(0)): Buffer {
  const addresses = Buffer.alloc(36);
  for (const [i, group] of groups.entries()) addresses.writeUInt16BE(group, 2 * i);
  addresses.writeUInt16BE(port, 32);
  return header(PROXY, FAMILY.tcp6, Buffer.concat([addresses, more]));
}

export function local(more: Uint8Array = Buffer.alloc(0)): Buffer {
  return header(LOCAL, FAMILY.unspecified, more);
}
