/** What CHANGELOG.md says of one version: the notes of its release. */

const HEADING = /^## +(?:\[(?<linked>[^\]]+)\]|(?<plain>\S+))(?: +- +(?<date>\S+))?\s*$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** @returns the section without its heading @throws Error where there is none, or it has no date or no text */
export function notesOf(changelog: string, version: string): string {
  const lines = changelog.split('\n');
  const headings = lines.flatMap((line, at) => {
    const found = HEADING.exec(line)?.groups;
    return found === undefined ? [] : [{ at, name: found['linked'] ?? found['plain'], date: found['date'] }];
  });
  const own = headings.findIndex(({ name }) => name === version);
  const heading = headings[own];
  if (heading === undefined)
    throw new Error(`CHANGELOG.md has no section ${version}: call Unreleased so, with the day`);
  if (!DATE.test(heading.date ?? ''))
    throw new Error(`the section ${version} of CHANGELOG.md has no day: write ## ${version} - YYYY-MM-DD`);
  const notes = lines
    .slice(heading.at + 1, headings[own + 1]?.at)
    .join('\n')
    .trim();
  if (notes === '') throw new Error(`the section ${version} of CHANGELOG.md is empty`);
  return `${notes}\n`;
}
