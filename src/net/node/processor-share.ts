/** What this thread uses of its processor. */

const NS_PER_US = 1_000;

/** @returns what tells the share of one processor that this thread has used since it was asked last */
export function watchProcessor(): () => number {
  let [atNs, usedNs] = look();
  return () => {
    const [nowNs, nowUsedNs] = look();
    const share = nowNs === atNs ? 0 : (nowUsedNs - usedNs) / (nowNs - atNs);
    [atNs, usedNs] = [nowNs, nowUsedNs];
    return share;
  };
}

function look(): [nowNs: number, usedNs: number] {
  const { user, system } = process.threadCpuUsage();
  return [Number(process.hrtime.bigint()), (user + system) * NS_PER_US];
}
