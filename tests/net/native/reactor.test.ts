/** The loop of a native thread: whatever keeps it busy, everything that is due has its turn. */
import { describe, expect, test } from 'vitest';
import { nativeUnavailable } from '../../../src/net/native/available.ts';
import { Descriptors } from '../../../src/net/native/kernel/descriptors.ts';
import { loadLibc } from '../../../src/net/native/kernel/libc.ts';
import { Reactor } from '../../../src/net/native/server/reactor.ts';

const EFD_NONBLOCK = 0o4000;

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

  test('has a message that has come read before all who flood it had their turn', () => {
    const { libc } = loadLibc();
    if (libc === undefined) throw new Error('no C library');
    const reactor = new Reactor(libc, new Descriptors());
    const eventFd = libc.eventfd(1, EFD_NONBLOCK);
    let floods = 0;
    for (let i = 0; i < 1_000; i++) {
      const flood = (): void => {
        floods++;
        reactor.wakeAt(reactor.nowNs(), flood);
      };
      flood();
    }
    floods = 0;
    let before: number | undefined;
    reactor.wakeBy(eventFd, () => {
      before ??= floods;
    });
    reactor.turn(0);
    expect(floods).toBe(1);
    for (let turn = 0; turn < 100; turn++) reactor.turn(0);
    expect(before).toBeLessThan(2);
    // And they have theirs, one after the other.
    expect(floods).toBe(101);
    libc.close(eventFd);
    reactor.close();
  });
});
