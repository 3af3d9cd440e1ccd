/**
 * What a file is that is no result, by its beginning: another form of the same run, or a packed one. Somebody who took
 * the wrong one of several files is told which it is.
 */

export interface Foreign {
  readonly what: string;
  readonly advice: string;
}

/** Bytes of the beginning that are looked at. */
export const FOREIGN_BYTES = 256;

const JSON_INSTEAD =
  'give the file of the same run that --json wrote; if there is none, measure again with it';
const UNPACK = 'unpack it first, or pipe it unpacked into echolot with - as the name of the file';

const AS_UTF_8 = 'save it as UTF-8, or let echolot write it with --output';
// Taken for UTF-16, every other character of it is none
const UTF_32 = /^.?\0/s;

const PACKED: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['Zstandard', [0x28, 0xb5, 0x2f, 0xfd]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
];

const FORMS: readonly (readonly [beginning: RegExp, what: string])[] = [
  [/^run,block,round,measurement,/, 'CSV, a table of samples (echolot measure --csv)'],
  [/^result,started_at,/, 'CSV, a table of statistics (echolot report --csv)'],
  [/^\{"run":\d+,"block":\d+,"round":/, 'NDJSON, a line for each sample (echolot measure --ndjson)'],
  [/^\{"kind":"(?:reply|failure|missed)"/, 'NDJSON, a line for each handshake (echolot ping --ndjson)'],
  [/^\{"level":/, 'the log of a server (echolot serve)'],
  [/^<!doctype html/i, 'a page (echolot report --html)'],
  [/^<\?xml|^<svg/, 'a drawing'],
  [/^.PNG\r\n/, 'a picture'],
  [/^# (?:TCP (?:echo|handshakes)|echolot )/, 'Markdown (echolot report --markdown)'],
  [
    /^(?:\d+ )?TCP (?:echo (?:measurements?|comparison)|handshakes)\b|^echolot \S+ measures itself/,
    'a report for people, of which the samples are gone',
  ],
];

/**
 * @param beginning the first bytes of the file, its text in UTF-8
 * @returns undefined for what nobody here has written
 */
export function foreign(beginning: Uint8Array): Foreign | undefined {
  const packed = PACKED.find(([, magic]) => magic.every((byte, i) => beginning[i] === byte));
  if (packed !== undefined) return { what: `packed with ${packed[0]}`, advice: UNPACK };
  const text = new TextDecoder('latin1').decode(beginning).trimStart();
  if (UTF_32.test(text)) return { what: 'text in UTF-32', advice: AS_UTF_8 };
  const form = FORMS.find(([pattern]) => pattern.test(text));
  return form === undefined ? undefined : { what: form[1], advice: JSON_INSTEAD };
}
