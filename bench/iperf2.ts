/** What iperf2 says of its bounces. */
export interface Bounces {
  /** Of their round trips. */
  readonly meanNs: number;
  readonly perSecond: number;
}

/**
 * "[  1] 0.0000-4.0341 sec ... 41=11.719/2.085/36.902/5.681 ms ... 85 rps": the last such line, which is of the whole
 * run, count=mean/.... Its "rps" is the inverse of the mean, whatever the pace was.
 */
export function readBounces(output: string): Bounces {
  const line = output.split('\n').findLast((each) => /\brps\s*$/.test(each)) ?? '';
  const [, from, to] = /([\d.]+)-([\d.]+) sec\s/.exec(line) ?? [];
  const [, count, meanMs] = /\s(\d+)=([\d.]+)\/[\d./]+ ms\s/.exec(line) ?? [];
  const seconds = Number(to) - Number(from);
  if (!(Number(meanMs) > 0 && seconds > 0)) throw new Error(`cannot read what iperf2 says: ${output.trim()}`);
  return { meanNs: Number(meanMs) * 1e6, perSecond: Number(count) / seconds };
}
