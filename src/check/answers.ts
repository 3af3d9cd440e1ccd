/**
 * The answers of a server as the rules take them: status lines, and echoes. Of both the line feed at the end may be
 * missing, which is one fault and not one of every rule: it is waited for where it may still come, and remembered.
 */
import { bytesText, CR, LF, printable, printableEnds } from '../core/wire/grammar.ts';
import { MAX_STATUS_BYTES, quietNs } from '../core/wire/status.ts';
import { Fault } from './fault.ts';
import type { Heard, Talk } from './talk.ts';

/** Of an echo that came together with what follows it, or that is none: how long more may follow. */
const AFTERWARDS_NS = 50_000_000;
/** For a line feed that was never missing before, and for one that was. */
const FIRST_QUIET_NS = 250_000_000n;
const QUIET_NS = 20_000_000n;
/** Of a flood, for people. */
const SHOWN_BYTES = 60;

/** What came without its line feed, and what it should have been. */
export interface Bare {
  readonly expected: string;
  readonly received: string;
}

export class Answers {
  /** Of the last status and the last echo that ended without a line feed; undefined where none did. */
  bareStatus: string | undefined;
  bareEcho: Bare | undefined;
  private readonly timeoutNs: number;
  /** From a message to the last byte of its answer, less the delay that was asked for, ns. */
  private readonly tookNs: number[] = [];
  /** Status texts that had an end without a line feed: nothing more is to come after them. */
  private readonly bareTexts = new Set<string>();

  constructor(timeoutNs: number) {
    this.timeoutNs = timeoutNs;
  }

  /** A status line: to its LF, to the end of the stream, or to the silence after it. */
  async status(talk: Talk): Promise<Heard> {
    const heard = await talk.hear((bytes) => bytes.includes(LF), {
      quietNs: (bytes) => (this.bareTexts.has(printable(bytes)) ? QUIET_NS : quietNs(bytes)),
      mostBytes: MAX_STATUS_BYTES,
    });
    const { bytes, ended, lastNs } = heard;
    this.time(talk, lastNs, 0);
    if (bytes.length === 0 || ended === 'complete' || ended === 'flood') return heard;
    this.bareStatus = printable(bytes);
    if (ended === 'quiet' || ended === 'late') {
      this.bareTexts.add(this.bareStatus);
      talk.passOverLf();
    }
    return heard;
  }

  /**
   * Echoes that were asked for together: a server may take its time for each.
   * @param delayNs that the server was asked to wait before each
   * @returns when the last byte came @throws Fault for anything else
   */
  async echoes(talk: Talk, echoes: readonly Uint8Array[], delayNs: number): Promise<bigint> {
    const whole = Buffer.concat(echoes);
    const bares = [withoutLf, withoutCrLf]
      .map((bare) => Buffer.concat(echoes.map(bare)))
      .filter(({ length }) => length < whole.length);
    const isBare = (bytes: Uint8Array): boolean => bares.some((bare) => bare.equals(bytes));
    const mayBecome = (bytes: Uint8Array): boolean =>
      [whole, ...bares].some((text) => text.subarray(0, bytes.length).equals(bytes));
    const timeoutNs = echoes.length * (this.timeoutNs + delayNs);
    // A status may come with it, or instead.
    const mostBytes = whole.length + MAX_STATUS_BYTES;
    const heard = await talk.hear((bytes) => bytes.length >= whole.length || !mayBecome(bytes), {
      timeoutNs,
      mostBytes,
      quietNs: (bytes) => (isBare(bytes) ? this.lineFeedNs : undefined),
    });
    const { bytes, ended, lastNs } = heard;
    if (echoes.length === 1) this.time(talk, lastNs, delayNs);
    if (whole.equals(bytes) && lastNs !== undefined) return lastNs;
    const expected = `the echo ${printableEnds(whole)}`;
    if (isBare(bytes) && (ended === 'quiet' || ended === 'late') && lastNs !== undefined) {
      this.bareEcho = { expected, received: printableEnds(bytes) };
      talk.passOverLf();
      return lastNs;
    }
    // Whatever else comes at once belongs to what is told.
    const all = ended === 'complete' ? await withRest(talk, heard, mostBytes) : heard;
    throw new Fault(expected, receivedText(all, timeoutNs));
  }

  /** The median time of an answer, ns; undefined when none came. */
  get usualNs(): number | undefined {
    return this.tookNs.toSorted((a, b) => a - b)[Math.floor(this.tookNs.length / 2)];
  }

  private time({ sentNs }: Talk, lastNs: bigint | undefined, delayNs: number): void {
    if (sentNs !== undefined && lastNs !== undefined)
      this.tookNs.push(Math.max(0, Number(lastNs - sentNs) - delayNs));
  }

  private get lineFeedNs(): bigint {
    return this.bareEcho === undefined ? FIRST_QUIET_NS : QUIET_NS;
  }
}

/** Some servers take off the end of a line that they read, and forget it. */
function withoutLf(echo: Uint8Array): Uint8Array {
  return echo.at(-1) === LF ? echo.subarray(0, -1) : echo;
}

function withoutCrLf(echo: Uint8Array): Uint8Array {
  const bare = withoutLf(echo);
  return bare.length < echo.length && bare.at(-1) === CR ? bare.subarray(0, -1) : bare;
}

/** With what comes at once after it. */
async function withRest(talk: Talk, { bytes, lastNs }: Heard, mostBytes: number): Promise<Heard> {
  const rest = await talk.hear(() => false, {
    timeoutNs: AFTERWARDS_NS,
    mostBytes: Math.max(0, mostBytes - bytes.length),
  });
  const ended = rest.ended === 'flood' ? 'flood' : 'complete';
  return { bytes: Buffer.concat([bytes, rest.bytes]), ended, lastNs };
}

/** What came, and how it ended. */
export function receivedText({ bytes, ended }: Heard, timeoutNs: number): string {
  const text = printableEnds(bytes);
  if (ended === 'flood')
    return `more than ${bytesText(bytes.length)}, which begin ${printable(bytes.subarray(0, SHOWN_BYTES))}`;
  if (bytes.length > 0) {
    if (ended === 'late') return `${text}, and nothing more within ${Math.round(timeoutNs / 1e6)} ms`;
    return ended === 'closed' || ended === 'reset' ? `${text}, then the connection was ${ended}` : text;
  }
  if (ended === 'late') return `nothing within ${Math.round(timeoutNs / 1e6)} ms`;
  return ended === 'reset' ? 'a reset of the connection' : 'the end of the connection';
}
