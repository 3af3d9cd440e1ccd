/** Node's own search and comparison for long messages. */
import { type ByteTools, PLAIN_TOOLS } from '../../core/wire/byte-tools.ts';
import { LF } from '../../core/wire/grammar.ts';

/** Below this, the call costs more than it saves. */
const LONG_BYTES = 512;

export const NODE_TOOLS: ByteTools = {
  findLineEnd: (bytes, from, to) => {
    if (to - from < LONG_BYTES) return PLAIN_TOOLS.findLineEnd(bytes, from, to);
    const at = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).indexOf(LF);
    return at < 0 ? -1 : from + at + 1;
  },
  equalBytes: (a, offset, b, length) => {
    if (length < LONG_BYTES) return PLAIN_TOOLS.equalBytes(a, offset, b, length);
    return Buffer.compare(a.subarray(offset, offset + length), b.subarray(0, length)) === 0;
  },
};
