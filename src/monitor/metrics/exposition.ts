/**
 * Metrics as whoever scrapes them asks for them: its Accept header says which formats it takes, and which it likes best (RFC 9110,
 * section 12.5.1). Who asks for none that there is gets OpenMetrics.
 */
import { type Family, metricsText, OPEN_METRICS_TYPE, PLAIN_METRICS_TYPE } from '../../text/open-metrics.ts';
import { inTurns } from './in-turns.ts';
import { metricsProtobuf, PROTOBUF_TYPE } from './protobuf.ts';

export interface Exposition {
  readonly type: string;
  readonly body: Uint8Array;
}

interface Format {
  readonly type: string;
  readonly write: (families: readonly Family[]) => Generator<undefined, Uint8Array>;
}

/** Text is made bytes in pieces of this size: a long one in the making costs the collection of garbage more than its writing. */
const PIECE_CHARACTERS = 16_384;

const OPEN_METRICS: Format = {
  type: OPEN_METRICS_TYPE,
  write: (families) => bytesOf(metricsText(families, 'open')),
};

/** The one that says most first: it is taken of those that are liked as well. */
const FORMATS: readonly Format[] = [
  { type: PROTOBUF_TYPE, write: metricsProtobuf },
  OPEN_METRICS,
  { type: PLAIN_METRICS_TYPE, write: (families) => bytesOf(metricsText(families, 'plain')) },
];

/** Others have their turn while it is written. @param accept header of the request, '' where it has none */
export async function exposition(families: readonly Family[], accept: string): Promise<Exposition> {
  const { type, write } = formatFor(accept);
  return { type, body: await inTurns(write(families)) };
}

function* bytesOf(texts: Iterable<string>): Generator<undefined, Uint8Array> {
  const pieces: Uint8Array[] = [];
  let piece = '';
  for (const text of texts) {
    piece += text;
    if (piece.length >= PIECE_CHARACTERS) {
      pieces.push(Buffer.from(piece));
      piece = '';
    }
    yield;
  }
  return Buffer.concat([...pieces, Buffer.from(piece)]);
}

function formatFor(accept: string): Format {
  const ranges = accept.split(',').map(mediaType);
  let best = OPEN_METRICS;
  let most = 0;
  for (const format of FORMATS) {
    const own = mediaType(format.type);
    const liking = Math.max(0, ...ranges.filter((range) => takes(range, own)).map(({ q }) => q));
    if (liking > most) {
      best = format;
      most = liking;
    }
  }
  return best;
}

interface MediaType {
  readonly name: string;
  /** Names of parameters are lower case. */
  readonly parameters: ReadonlyMap<string, string>;
  /** From 0, not at all, to 1. */
  readonly q: number;
}

function mediaType(text: string): MediaType {
  const [name = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = new Map(
    rest.map((part) => {
      const [key = '', value = ''] = part.split('=');
      return [key.trim().toLowerCase(), value.trim().replaceAll('"', '')];
    }),
  );
  const q = Number(parameters.get('q') ?? 1);
  return { name: name.toLowerCase(), parameters, q: q >= 0 && q <= 1 ? q : 0 };
}

/** Parameters that the range does not name may be anything, and those that the format does not have are none of it. */
function takes(range: MediaType, format: MediaType): boolean {
  if (range.name !== format.name) return false;
  return [...format.parameters].every(([key, value]) => (range.parameters.get(key) ?? value) === value);
}
