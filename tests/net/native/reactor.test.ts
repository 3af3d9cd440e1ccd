/** The loop of a native thread: whatever keeps it busy, everything that is due has its turn. */
import { describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { Descriptors } from '../../../src/net/native/kernel/descriptors.ts';
import { loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { Reactor } from '../../../src/net/native/server/reactor.ts';

describe.skipIf(nativeUnavailable() !== undefined)('a busy loop', () => {
  test('has closed connections told of, though a client who floods it is always due', () => {
    const { libc } = loadLibc();
    if (libc === undefined) throw new Error('no C library');
    const reactor = new Reactor(libc, new Descriptors());
    const told: string[] = [];
    // As a session that answers so many messages, and then waits for its next turn.
    const flood = (): void => void reactor.wakeAt(reactor.nowNs(), flood);
    flood();
    reactor.later(() => {
      told.push('closed');
      reactor.later(() => told.push('closed, too'));
    });
    reactor.wakeAt(reactor.nowNs() + 1_000n, () => told.push('timer'));
    for (let turn = 0; turn < 50; turn++) reactor.turn(0);
    reactor.close();
    expect(told.sort()).toEqual(['closed', 'closed, too', 'timer']);
  });
});
