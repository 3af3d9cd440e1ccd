/** What standards make of a load: responsiveness (IPPM), and RFC 6349 where the sender is here. */
import type { LoadResult } from '../../../result/load/load-result.ts';
import { figureText, percentText } from '../../../text/numbers.ts';
import { figures, NONE, type Part, type Section, table, words } from '../document.ts';
import { directionsOf } from './phases.ts';
import { rpmText } from './words.ts';

export function standardsSection(result: LoadResult): Section {
  return {
    id: 'standards',
    title: 'By standards',
    parts: [...responsivenessParts(result), ...rfc6349Parts(result)],
  };
}

function responsivenessParts({ statistics: { loaded } }: LoadResult): Part[] {
  const rows = loaded.flatMap(({ phase, responsiveness }) => {
    if (responsiveness === null) return [];
    const { rpm, foreignRpm, ownRpm, confidence } = responsiveness;
    const cells = [rpm, foreignRpm, ownRpm].map((value) => (value === null ? NONE : rpmText(value)));
    return [[phase, ...cells, confidence]];
  });
  if (rows.length === 0) return [];
  const columns = [
    words('phase'),
    ...['both', 'foreign probes', 'own probes'].map((name) => figures(name)),
    words('confidence'),
  ];
  return [table('Round trips a minute under load, draft-ietf-ippm-responsiveness-09, 5.3.1', columns, rows)];
}

function rfc6349Parts({ statistics: { loaded } }: LoadResult): Part[] {
  const rows = directionsOf(loaded).flatMap(({ name, statistics: { rfc6349 } }) => {
    if (rfc6349 === null) return [];
    const { transferTimeRatio, efficiency, bufferDelay } = rfc6349;
    return [
      [
        name,
        transferTimeRatio === null ? NONE : figureText(transferTimeRatio, 3),
        `${figureText(efficiency * 100, 4)} %`,
        bufferDelay === null ? NONE : percentText(bufferDelay),
      ],
    ];
  });
  if (rows.length === 0) return [];
  const columns = [
    words('phase'),
    ...['transfer time ratio', 'efficiency', 'buffer delay'].map((name) => figures(name)),
  ];
  return [table('RFC 6349, 4.1 to 4.3, where the sender is here', columns, rows)];
}
