/** What a server did with an input, and what of it is the same however often it is asked. */

export interface Outcome {
  /** All that it sent, a character a byte. */
  readonly answer: string;
  /** As its log tells them; undefined where nothing was told. */
  readonly reason: string | undefined;
  readonly detail: string | undefined;
  /** What must never happen, whatever came: an exception, a connection that stays, something that is left behind. */
  readonly fault: string | undefined;
}

const RESIDENCE =
  /200 OK: Residence (?:kernel|application)((?: (?:-|\d+)(?:\/(?:-|\d+))?)*(?: \+busy (?:-|\d+))?)\n/g;
const GRANT = /200 OK: Load [0-9a-f]{32} \d+ (\d+ \d+)\n/;
const WAIT = /200 OK: Wait \d+\n/;
/** Of an extension that this program knows nothing of. */
const OTHER_ANSWER = /200 OK: (?!Ready|Closing|Residence|Load|Wait)\w+ [^\n]*\n/g;

/** An answer without what is random, or a matter of time: keys, numbers of residences, reports of a load and data. */
export function steady(answer: string): string {
  if (!answer.includes('200 OK: ')) return answer;
  let text = answer;
  if (text.includes('Residence'))
    text = text.replace(
      RESIDENCE,
      (_, fields: string) => `200 OK: Residence${fields.replace(/ (?!\+)\S+/g, ' *')}\n`,
    );
  text = text.replace(OTHER_ANSWER, (line) => line.replace(/\d+/g, '#'));
  const grant = GRANT.exec(text);
  if (grant === null) return WAIT.test(text) ? text.replace(WAIT, '200 OK: Wait #\n') : text;
  const end = grant.index + grant[0].length;
  return `${text.slice(0, grant.index)}200 OK: Load KEY # ${grant[1]}\n${steadyLoad(text.slice(end))}`;
}

/** What is said in a load, but for reports, later answers and data, whose number is a matter of time. */
function steadyLoad(text: string): string {
  let said = '';
  for (let at = 0; at < text.length; ) {
    const lf = text.indexOf('\n', at);
    const end = lf < 0 ? text.length : lf + 1;
    const line = text.slice(at, end);
    at = end;
    const [letter, first] = line.split(' ');
    if (letter === 'd') at += Number(first);
    else if (letter === 'a') said += `a ${first} #\n`;
    else if (letter === 'e') said += 'e #\n';
    else if (letter !== 'r' && letter !== 'k') said += line;
  }
  return said;
}

/** What differs between two outcomes of one input, in words; undefined where nothing does. */
export function differenceOf(expected: Outcome, came: Outcome): string | undefined {
  const fault = expected.fault ?? came.fault;
  if (fault !== undefined) return fault;
  // How much is said before a load's time is over is a matter of time.
  if (came.answer.endsWith('x time\n') || expected.answer.endsWith('x time\n')) return undefined;
  const [wanted, got] = [steady(expected.answer), steady(came.answer)];
  if (wanted !== got) return `answered ${JSON.stringify(got)} and not ${JSON.stringify(wanted)}`;
  if (expected.reason !== came.reason) return `ended as ${came.reason} and not as ${expected.reason}`;
  return expected.detail === came.detail
    ? undefined
    : `told ${JSON.stringify(came.detail)} and not ${JSON.stringify(expected.detail)}`;
}

/** A detail of whoever joined a load: keys are random, and what is told may be a part of one. */
export function withoutKey(detail: string | undefined): string | undefined {
  return detail?.replace(/[0-9a-f]+/g, '#');
}

/** What a server did, without words and numbers of the client: the kinds of lines that it said, and how it ended. */
export function behaviourOf(server: string, { answer, reason, detail = '' }: Outcome): string {
  const lines = steady(answer.slice(0, 1000)).split('\n');
  const kinds = new Set(lines.slice(0, 30).map((line) => formOf(line.slice(0, 40))));
  return `${server} ${reason} ${formOf(detail.slice(0, 12))} ${[...kinds].join('|').slice(0, 100)}`;
}

function formOf(text: string): string {
  return text.replace(/[^ +:\d]+/g, 'w').replace(/\d+/g, '0');
}
