/** The interfaces of this machine that are up, as far as it tells: a sandbox, or a lack of descriptors, may hide them. */
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** By name; none when they cannot be had. Never throws. */
export function ownInterfaces(): NodeJS.Dict<NetworkInterfaceInfo[]> {
  try {
    return networkInterfaces();
  } catch {
    return {};
  }
}
