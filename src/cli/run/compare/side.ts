/** What is asked of one side of a comparison, with the files that its options name. */
import type { CompareArguments } from '../../commands/compare.ts';
import { sideOptions } from '../../commands/turns/paired.ts';
import { trustOf } from '../tls.ts';

/** @throws EcholotError `usage` for a file that cannot be read */
export function sideOf(options: CompareArguments, side: 0 | 1): ReturnType<typeof sideOptions> {
  const asked = sideOptions(options, side);
  if (!asksTls(options)) return asked;
  // The engine that speaks TLS measures the side without it as well: else the two would differ in that, too.
  const { engine = 'node', socket } = asked;
  if (socket?.tls === undefined) return { ...asked, engine };
  return { ...asked, engine, socket: { ...socket, tls: trustOf(options) } };
}

/** Whether either side speaks TLS. */
export function asksTls(options: CompareArguments): boolean {
  return ([0, 1] as const).some((side) => sideOptions(options, side).socket?.tls !== undefined);
}
