/** The interfaces of this machine that are up, as far as it tells: a sandbox, or a lack of descriptors, may hide them. */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { readKernelText } from '../kernel-text.ts';

/** The kernel's number of an interface, which Node tells only of those with a link-local address. */
export function ownNumber(name: string): number | undefined {
  const index = readKernelText(`/sys/class/net/${name}/ifindex`);
  return index === undefined ? undefined : Number(index);
}

/** By name; none when they cannot be had. Never throws. */
export function ownInterfaces(): NodeJS.Dict<NetworkInterfaceInfo[]> {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}
