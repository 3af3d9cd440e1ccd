/** A log whose reader stalls, leaves or is full: the server serves on, and no gap goes unsaid. */
import { describe, expect, test } from 'vitest';
import { MAX_QUEUED_BYTES, MAX_QUEUED_LINES, SideChannel } from '../../../src/cli/log/side-channel.ts';
import type { Sink } from '../../../src/cli/log/sink.ts';
import { VirtualClock } from '../../../src/clock/virtual.ts';

/** A reader that takes what it is told to take, when it is told to. */
class PretendReader implements Sink {
  readonly holdsProcess = false;
  read = '';
  private pending: { bytes: Buffer; done: Parameters<Sink['write']>[1] } | undefined;

  write(bytes: Buffer, done: Parameters<Sink['write']>[1]): void {
    expect(this.pending, 'one write at a time').toBeUndefined();
    this.pending = { bytes, done };
  }

  get isAsked(): boolean {
    return this.pending !== undefined;
  }

  /** Takes so much of the write under way. */
  take(bytes: number = Number.POSITIVE_INFINITY): void {
    this.settle(undefined, bytes);
  }

  fail(code: string, written = 0): void {
    this.settle(Object.assign(new Error(code), { code }), written);
  }

  takeAll(): void {
    while (this.isAsked) this.take();
  }

  private settle(error: NodeJS.ErrnoException | undefined, most: number): void {
    const { pending } = this;
    if (pending === undefined) throw new Error('nothing is being written');
    this.pending = undefined;
    const written = Math.min(most, pending.bytes.length);
    this.read += pending.bytes.toString('latin1', 0, written);
    pending.done(error, written);
  }
}

function open(after?: Promise<void>) {
  const clock = new VirtualClock();
  const reader = new PretendReader();
  const dropped = (lines: number): string => `dropped ${lines}\n`;
  const channel = new SideChannel(reader, { clock, dropped, ...(after === undefined ? {} : { after }) });
  return { clock, reader, channel };
}

const numbered = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join('');

describe('a side channel', () => {
  test('writes at once, and what comes meanwhile together and in order', () => {
    const { reader, channel } = open();
    for (let i = 1; i <= 100; i++) channel.write(`${i}\n`);
    reader.take();
    expect(reader.read).toBe('1\n');
    reader.take();
    expect(reader.read).toBe(numbered(1, 100));
    expect(reader.isAsked).toBe(false);
  });

  test('a reader that stalls and goes on reads all that was kept, then how much was not, then what follows', () => {
    const { reader, channel } = open();
    const kept = MAX_QUEUED_LINES + 1;
    for (let i = 1; i <= kept + 5_000; i++) channel.write(`${i}\n`);
    expect(channel.hasRoom).toBe(false);
    reader.takeAll();
    expect(reader.read).toBe(`${numbered(1, kept)}dropped 5000\n`);
    channel.write('after\n');
    reader.takeAll();
    expect(reader.read.endsWith('dropped 5000\nafter\n')).toBe(true);
  });

  test('long lines are bounded by their size, not only by their number', () => {
    const { reader, channel } = open();
    const line = `${'x'.repeat(9_999)}\n`;
    for (let i = 0; i < 1_000; i++) channel.write(line);
    reader.takeAll();
    expect(reader.read.length).toBeLessThan(MAX_QUEUED_BYTES + 2 * line.length);
    expect(reader.read).toMatch(/dropped \d+\n$/);
  });

  test('a line that only half of was taken is finished first', () => {
    const { clock, reader, channel } = open();
    channel.write('half a line\n');
    reader.take(4);
    reader.take(2);
    reader.fail('ENOSPC', 1);
    channel.write('next\n');
    expect(reader.isAsked).toBe(false);
    clock.step();
    reader.takeAll();
    expect(reader.read).toBe('half a line\nnext\n');
  });

  test.each(['ENOSPC', 'EPIPE', 'EIO', 'EBADF'])('%s is tried again now and then, for ever', (code) => {
    const { clock, reader, channel } = open();
    channel.write('1\n');
    for (let i = 0; i < 100; i++) {
      reader.fail(code);
      expect(reader.isAsked).toBe(false);
      clock.step();
    }
    expect(clock.nowNs()).toBe(100_000_000_000n);
    for (let i = 2; i <= 10_000; i++) channel.write(`${i}\n`);
    reader.takeAll();
    expect(reader.read).toContain('1\n2\n3\n');
    expect(reader.read).toMatch(/dropped \d+\n$/);
  });

  test('a slow terminal is asked again soon', () => {
    const { clock, reader, channel } = open();
    channel.write('1\n');
    reader.fail('EAGAIN');
    clock.step();
    expect(clock.nowNs()).toBeLessThan(100_000_000n);
    reader.takeAll();
    expect(reader.read).toBe('1\n');
  });

  test('a flush waits for all of it, or for as long as it may', async () => {
    const { clock, reader, channel } = open();
    channel.write('1\n');
    const all = channel.flush(100);
    reader.takeAll();
    expect(await all).toBe(true);
    channel.write('2\n');
    const startNs = clock.nowNs();
    expect(await clock.drive(channel.flush(100))).toBe(false);
    expect(clock.nowNs() - startNs).toBe(100_000_000n);
  });

  test('a flush asks a full disk once more, and does not wait for it', async () => {
    const { clock, reader, channel } = open();
    channel.write('1\n');
    reader.fail('ENOSPC');
    const flushed = channel.flush(1_000);
    reader.fail('ENOSPC');
    expect(await flushed).toBe(false);
    expect(clock.nowNs()).toBe(0n);
  });

  test('nothing is written before what it follows is out', async () => {
    const first = Promise.withResolvers<void>();
    const { reader, channel } = open(first.promise);
    channel.write('second\n');
    expect(reader.isAsked).toBe(false);
    first.resolve();
    await first.promise;
    await Promise.resolve();
    reader.takeAll();
    expect(reader.read).toBe('second\n');
  });
});
