/** What the program around the library finds: optional packages, a place for its store, a terminal. */
import type { FindingRecord } from '../../../result/doctor/doctor-result.ts';
import type { ProgramFacts } from '../facts.ts';
import { finding, good, judged, limited, missing, type Opinion, type Subject } from './finding.ts';

/** Of a terminal; tables need them. */
const ENOUGH_COLUMNS = 50;

const subject = (name: string): Subject => ({ name, area: 'program', weight: 'extras' });

export function judgeProgram({ parts = [], stateFolder, terminal }: ProgramFacts): FindingRecord[] {
  return [
    ...parts.map(({ name, use, lack, install }) =>
      finding(
        subject(name),
        lack === null ? good('installed') : missing(lack, `${use} cannot be had`, install),
      ),
    ),
    ...(stateFolder === undefined ? [] : [judged(subject('place of state'), stateFolder, folderOpinion)]),
    ...(terminal === undefined ? [] : [finding(subject('terminal'), terminalOpinion(terminal))]),
  ];
}

function folderOpinion({
  path,
  problem,
}: {
  readonly path: string;
  readonly problem: string | null;
}): Opinion {
  if (problem === null) return good(`${path} can be written to`);
  return limited(
    `${path} cannot be written to: ${problem}`,
    'a monitor that is told nothing else has no store there',
    'set XDG_STATE_HOME to a folder of your own, or give echolot monitor --store FILE',
  );
}

function terminalOpinion({ columns, hasColours }: NonNullable<ProgramFacts['terminal']>): Opinion {
  const colours = hasColours ? 'with colours' : 'without colours';
  if (columns === null) return good(`none: lines of 80 columns, ${colours}`);
  const fact = `${columns} columns, ${colours}`;
  if (columns >= ENOUGH_COLUMNS) return good(fact);
  return limited(
    fact,
    'lines of reports are broken where they should not be',
    `make it ${ENOUGH_COLUMNS} columns wide`,
  );
}
