/**
 * The process of an emulated path: makes two namespaces with a TUN device in each, says "ready", and carries packets
 * between them until its standard input ends; then it removes both. Started by path.ts. A word on standard input
 * changes the path: "cut", "mend". It never returns to Node's loop while it carries, so that nothing delays a packet.
 */
import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { POLLIN } from '../../src/net/native/kernel/constants.ts';
import { POLLFD, TIMESPEC } from '../../src/net/native/kernel/layouts.ts';
import { type Libc, loadLibc } from '../../src/net/native/kernel/libc.ts';
import { seededRandom } from '../../src/stats/distributions/random.ts';
import { addressesOf, type Ends, type PathPlan, pathPlan } from './ends.ts';
import { Link } from './link.ts';
import { Tun } from './tun.ts';

const NS_PER_S = 1_000_000_000;
/** linux/prctl.h: by default the kernel lets a sleep end 50 us late, to end several at once. */
const PR_SET_TIMERSLACK = 29;
const STDIN = 0;
const STDOUT = 1;
/** So many packets at most of one side before the other has its turn. */
const MAX_PACKETS_A_TURN = 64;
const MAX_WORD_BYTES = 4_096;

function ip(...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}

function removeNamespaces(ends: Ends): void {
  for (const end of ends) spawnSync('ip', ['netns', 'delete', end.namespace]);
}

function makeEnds(libc: Libc, ends: Ends): [Tun, Tun] {
  const tuns = ends.map(({ namespace, device, number }) => {
    ip('netns', 'add', namespace);
    // Made here and moved there: the descriptor goes on to belong to it. Its name is free to choose over there.
    const passing = `el${process.pid % 1_000_000}-${number}`;
    const tun = new Tun(libc, passing);
    ip('link', 'set', passing, 'netns', namespace, 'name', device);
    for (const address of addressesOf(number)) {
      const flags = address.includes(':') ? ['nodad'] : [];
      ip('-n', namespace, 'address', 'add', address, 'dev', device, ...flags);
    }
    for (const each of ['lo', device]) ip('-n', namespace, 'link', 'set', each, 'up');
    return tun;
  });
  return tuns as [Tun, Tun];
}

class Carrier {
  private readonly libc: Libc;
  private readonly ways: readonly { readonly from: Tun; readonly to: Tun; readonly link: Link }[];
  private readonly polled: Uint8Array;
  private readonly timeout = new BigInt64Array(TIMESPEC.bytes / 8);
  private readonly word = new Uint8Array(MAX_WORD_BYTES);

  constructor(libc: Libc, [a, b]: readonly [Tun, Tun], plan: PathPlan) {
    this.libc = libc;
    const random = seededRandom(plan.seed);
    const link = (): Link => new Link(plan.link, random);
    this.ways = [
      { from: a, to: b, link: link() },
      { from: b, to: a, link: link() },
    ];
    const fds = [STDIN, a.fd, b.fd];
    // More than 64 bytes: koffi wants memory that does not move.
    this.polled = new Uint8Array(Math.max(128, fds.length * POLLFD.bytes));
    const words = new DataView(this.polled.buffer);
    for (const [i, fd] of fds.entries()) {
      words.setInt32(i * POLLFD.bytes + POLLFD.fd, fd, true);
      words.setInt16(i * POLLFD.bytes + POLLFD.events, POLLIN, true);
    }
  }

  /** Until standard input ends. */
  run(): void {
    const words = new DataView(this.polled.buffer);
    for (;;) {
      this.deliver();
      this.sleep();
      if (words.getInt16(POLLFD.returned, true) !== 0 && !this.obey()) return;
      this.collect();
    }
  }

  private deliver(): void {
    const nowNs = Number(process.hrtime.bigint());
    for (const { link, to } of this.ways) {
      for (let packet = link.take(nowNs); packet !== undefined; packet = link.take(nowNs)) to.write(packet);
    }
  }

  private sleep(): void {
    const dueNs = Math.min(...this.ways.map(({ link }) => link.dueNs));
    const ns = Math.floor(Math.max(0, Math.min(NS_PER_S, dueNs - Number(process.hrtime.bigint()))));
    this.timeout[0] = BigInt(Math.floor(ns / NS_PER_S));
    this.timeout[1] = BigInt(ns % NS_PER_S);
    this.libc.ppoll(this.polled, 3, this.timeout, null);
  }

  private collect(): void {
    for (const { from, link } of this.ways) {
      for (let i = 0; i < MAX_PACKETS_A_TURN; i++) {
        const packet = from.read();
        if (packet === undefined) break;
        link.put(packet, Number(process.hrtime.bigint()));
      }
    }
  }

  /** @returns false at the end of standard input */
  private obey(): boolean {
    const bytes = this.libc.read(STDIN, this.word, this.word.length);
    if (bytes <= 0) return false;
    for (const word of Buffer.from(this.word.subarray(0, bytes)).toString('latin1').split('\n')) {
      if (word === 'cut' || word === 'mend') {
        for (const { link } of this.ways) link.isCut = word === 'cut';
        writeSync(STDOUT, `${word}\n`);
      }
    }
    return true;
  }
}

const plan = pathPlan(process.argv[2]);
const { libc, reason } = loadLibc();
if (libc === undefined) throw new Error(reason);
try {
  const tuns = makeEnds(libc, plan.ends);
  libc.prctl(PR_SET_TIMERSLACK, 1);
  const carrier = new Carrier(libc, tuns, plan);
  writeSync(STDOUT, 'ready\n');
  carrier.run();
} finally {
  removeNamespaces(plan.ends);
}
// Standard input is a pipe that has ended, and nothing else is open.
process.exit();
