/**
 * A line of the log, for programs or for people. The names and the order of what is in a JSON line are those of pino, which many
 * readers know: filters look for level and time in front and for the message at the end.
 */
import { styleText } from 'node:util';

export type LogForm = 'pretty' | 'json';
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export type LogFields = Readonly<Record<string, unknown>>;

export interface LogLine {
  readonly level: LogLevel;
  readonly timeMs: number;
  readonly fields: LogFields;
  readonly message: string;
}

/** @returns the line with its end */
export type FormatLine = (line: LogLine) => string;

export const LEVEL_NUMBERS: Readonly<Record<LogLevel, number>> = { error: 50, warn: 40, info: 30, debug: 20 };
const COLOURS = { error: 'red', warn: 'yellow', info: 'green', debug: 'blue' } as const;

/** How a line is written in the form. */
export function lineFormat(form: LogForm, colour: boolean): FormatLine {
  return form === 'json' ? jsonLine : prettyLine(colour);
}

function jsonLine({ level, timeMs, fields, message }: LogLine): string {
  const time = new Date(timeMs).toISOString();
  return `${JSON.stringify({ level: LEVEL_NUMBERS[level], time, ...fields, msg: message })}\n`;
}

function prettyLine(colour: boolean): FormatLine {
  type Style = Parameters<typeof styleText>[0];
  // Whether there are colours was decided by where the log goes, which need not be the standard output.
  const styled = (style: Style, text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  return ({ level, timeMs, fields, message }) => {
    const name = styled(COLOURS[level], level.toUpperCase());
    const json = JSON.stringify(fields);
    const values = json === '{}' ? '' : ` ${styled('gray', json)}`;
    return `[${timeOfDay(timeMs)}] ${name}: ${styled('cyan', message)}${values}\n`;
  };
}

/** On the clock of this machine: `14:05:09.007`. */
function timeOfDay(timeMs: number): string {
  const date = new Date(timeMs);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((number) =>
    String(number).padStart(2, '0'),
  );
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
