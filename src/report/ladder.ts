/** Messages on the wire as a ladder: the client on the left, the server on the right, time downwards. */

const COLUMN = 44;
const TIME_COLUMN = 14;
const GAP = ' ... ';
const TAIL_CHARACTERS = 12;

export interface LadderMessage {
  readonly direction: 'sent' | 'received';
  /** After the start of the run, ns. */
  readonly atNs: number;
  /** The first bytes of the message, the last ones where it is longer, and how many it has. */
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
  readonly bytes: number;
}

export const LADDER_HEADER: string = `${' '.repeat(TIME_COLUMN)}  ${'client'.padEnd(COLUMN)}     server\n`;

export function ladderLine(message: LadderMessage): string {
  const time = `${(message.atNs / 1e6).toFixed(3)} ms`.padStart(TIME_COLUMN);
  const content = contentOf(message);
  return message.direction === 'sent'
    ? `${time}  ${content.padEnd(COLUMN)} -->\n`
    : `${time}  ${''.padEnd(COLUMN)} <-- ${content}\n`;
}

/** The message from both ends, as much as a column holds, and its size. */
function contentOf({ head, tail, bytes }: LadderMessage): string {
  const size = ` (${bytes} B)`;
  const start = escaped(head);
  const room = COLUMN - size.length;
  if (bytes === head.length && start.length <= room) return start + size;
  const end = escaped(bytes === head.length ? head : tail).slice(-TAIL_CHARACTERS);
  return `${start.slice(0, room - GAP.length - end.length)}${GAP}${end}${size}`;
}

function escaped(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => {
    if (byte === 0x0a) return '\\n';
    if (byte === 0x0d) return '\\r';
    if (byte === 0x09) return '\\t';
    return byte < 0x20 || byte > 0x7e
      ? `\\x${byte.toString(16).padStart(2, '0')}`
      : String.fromCharCode(byte);
  }).join('');
}
