/** Whether one server was measured: a name may lead to several, and figures of two paths are those of neither. */
import type { BlockRecord } from '../../result/block-record.ts';
import type { RemoteMedian, SeveralAddressesWarning } from '../../result/warnings.ts';
import { pool, quantile } from '../../stats/quantile/quantiles.ts';
import { sortedRttNs } from '../samples/probes.ts';
import { allBlocks, type Check, type Found, type Subject } from './check.ts';
import { countText, probesOf, timeText } from './words/words.ts';

export const ADDRESS: Check = {
  question: 'Do the figures come from more than one address?',
  look: severalAddresses,
};

/** Told once, of the series whose addresses differ most. */
function severalAddresses(subject: Subject): Found {
  const mixed = subject.series.flatMap(({ blocks, record }) => {
    const remotes = remotesOf(blocks);
    return remotes.length < 2 ? [] : [{ record, remotes, ratio: ratioOf(remotes) }];
  });
  const [worst] = mixed.toSorted((a, b) => b.ratio - a.ratio);
  if (worst !== undefined) {
    const { workload } = worst.record;
    return [warning(worst.remotes, `of ${probesOf(worst.record)}`, workload)];
  }
  const remotes = remotesOf(allBlocks(subject));
  return remotes.length < 2 ? [] : [warning(remotes, 'of the sizes measured at each', null)];
}

function warning(
  remotes: readonly RemoteMedian[],
  what: string,
  workload: SeveralAddressesWarning['workload'],
): SeveralAddressesWarning {
  const told = remotes.map(
    ({ address, blocks, medianNs }) => `${address} ${timeText(medianNs)} in ${countText(blocks, 'block')}`,
  );
  return {
    code: 'several-addresses',
    check: 'address',
    message: `the figures mix ${remotes.length} addresses, and need not be those of any: the medians ${what} are ${told.join(', ')}`,
    advice: 'measure each address by itself, and compare them with echolot compare',
    workload,
    remotes,
  };
}

/** In the order in which they were first met. */
function remotesOf(blocks: readonly BlockRecord[]): RemoteMedian[] {
  return [...Map.groupBy(blocks, ({ remote }) => remote.address)].map(([address, those]) => ({
    address,
    blocks: those.length,
    medianNs: quantile(pool(those.map(sortedRttNs)), 0.5),
  }));
}

function ratioOf(remotes: readonly RemoteMedian[]): number {
  const medians = remotes.map(({ medianNs }) => medianNs);
  return Math.max(...medians) / Math.max(1, Math.min(...medians));
}
