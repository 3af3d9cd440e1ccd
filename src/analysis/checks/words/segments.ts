/**
 * What TCP alone makes of a message: in how many segments it travels, whether it has to wait for a window, whether a
 * segment was lost. A check that accuses somebody asks here first. Where nothing was recorded, Ethernet is assumed.
 */
import type { BlockRecord } from '../../../result/block-record.ts';

/** Of 1,500 bytes the headers take 40, and the option of time stamps 12. */
const ETHERNET_MSS_BYTES = 1_448;
/** The kernel splits at half of its window of 65,536 at first. */
const LOOPBACK_MSS_BYTES = 32_768;
/** What may be under way before the first acknowledgement: RFC 6928. */
const INITIAL_WINDOW_SEGMENTS = 10;

type Connection = Pick<BlockRecord, 'messageBytes' | 'path' | 'remote'>;

/** Whether a lost or late segment cannot part it, and no window can hold back a rest of it. */
export function fitsOneSegment(block: Connection): boolean {
  return block.messageBytes <= segmentBytes(block);
}

/** Whether it may be sent at once on a new connection, so that no growth of the window changes its time. */
export function fitsInitialWindow(block: Connection): boolean {
  const { path } = block;
  // Where segments were lost the window after the last probe is smaller than the first one.
  const firstSegments = path?.firstCongestionWindowSegments ?? INITIAL_WINDOW_SEGMENTS;
  const segments = Math.min(firstSegments, path?.congestionWindowSegments ?? firstSegments);
  return block.messageBytes <= segments * segmentBytes(block);
}

/** Whether it could be sent at once at the end, or nobody knows. */
export function fitsWindow(block: Connection): boolean {
  const segments = block.path?.congestionWindowSegments ?? null;
  return segments === null || block.messageBytes <= segments * segmentBytes(block);
}

export function isOnLoopback({ remote: { address } }: Pick<BlockRecord, 'remote'>): boolean {
  return address.startsWith('127.') || address === '::1' || address.startsWith('::ffff:127.');
}

/** Segments that this side sent again; null where the engine sees none of it. The other side's are never seen. */
export function resentSegments(blocks: readonly Pick<BlockRecord, 'path'>[]): number | null {
  const known = blocks.flatMap(({ path }) => path?.retransmittedSegments ?? []);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
}

function segmentBytes(block: Connection): number {
  return block.path?.sendMssBytes ?? (isOnLoopback(block) ? LOOPBACK_MSS_BYTES : ETHERNET_MSS_BYTES);
}
