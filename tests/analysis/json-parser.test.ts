/** JSON in pieces is what `JSON.parse` makes of the whole, wherever it is cut; what is no JSON is refused. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonFault, JsonParser } from '../../src/analysis/reading/json-parser.ts';

const ENOUGH_BYTES = 2 ** 20;
const encoder = new TextEncoder();

/** @param cuts where the bytes are parted */
function parse(text: string, cuts: readonly number[] = []): unknown {
  const parser = new JsonParser(ENOUGH_BYTES);
  const bytes = encoder.encode(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  for (const [i, place] of places.slice(1).entries()) parser.push(bytes.subarray(places[i], place));
  return parser.end();
}

function faultOf(action: () => unknown): JsonFault['kind'] | undefined {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(JsonFault);
    return (error as JsonFault).kind;
  }
  return undefined;
}

/** Undefined for what is no JSON. */
function atOnce(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const arbitraryCuts = fc.array(fc.nat(), { maxLength: 5 });
const arbitraryLayout = fc.constantFrom(undefined, 1, '\t');
const arbitraryValue = fc.oneof(
  fc.jsonValue(),
  fc.array(fc.oneof(fc.nat(), fc.maxSafeInteger(), fc.double({ noNaN: true }), fc.constant(null))),
);

describe('what is JSON', () => {
  test('is the same in pieces as at once', () => {
    fc.assert(
      fc.property(arbitraryValue, arbitraryLayout, arbitraryCuts, (value, layout, cuts) => {
        const text = JSON.stringify(value, null, layout);
        expect(parse(text, cuts)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    '[0,1,10,999999999999999,1000000000000000,9007199254740993,null,2]',
    '[1,-0,0.5,1e3,1E-2,12345678901234567890,3]',
    ' [ 1 , 2 ,\n3 ] ',
    '{"a":1,"a":2}',
    '"\\u00e9 \\\\\\" é 🙂"',
    '{"":[],"b":{}}',
    '7',
    'true',
  ])('%s', (text) => {
    expect(parse(text)).toEqual(JSON.parse(text));
    for (let cut = 0; cut <= encoder.encode(text).length; cut++) {
      expect(parse(text, [cut])).toEqual(JSON.parse(text));
    }
  });

  test('a member called __proto__ is a member, and makes nothing of other objects', () => {
    const value = parse('{"__proto__":{"polluted":1}}') as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('polluted' in value).toBe(false);
  });
});

describe('what is no JSON', () => {
  const arbitraryCharacter = fc.constantFrom(...'[]{},:"0123456789-+.eEtrufalsn \n\\');

  test('is refused where JSON.parse refuses it, and only there', () => {
    fc.assert(
      fc.property(fc.string({ unit: arbitraryCharacter, maxLength: 12 }), arbitraryCuts, (text, cuts) => {
        const expected = atOnce(text);
        if (expected === undefined) expect(faultOf(() => parse(text, cuts))).toBeDefined();
        else expect(parse(text, cuts)).toEqual(expected.value);
      }),
      { numRuns: 5_000 },
    );
  });

  test('is refused with one character changed, as JSON.parse does', () => {
    const text = '{"a":[1,22,null,3.5],"b":{"c":"d\\n"},"e":[true,[]],"f":-1}';
    fc.assert(
      fc.property(fc.nat(text.length - 1), arbitraryCharacter, arbitraryCuts, (at, character, cuts) => {
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        const expected = atOnce(changed);
        if (expected === undefined) expect(faultOf(() => parse(changed, cuts))).toBeDefined();
        else expect(parse(changed, cuts)).toEqual(expected.value);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['', 'empty'],
    [' \n', 'empty'],
    ['{"a":[1,2', 'unfinished'],
    ['{"a":"b', 'unfinished'],
    ['[1,2,]', 'invalid'],
    ['[NaN]', 'invalid'],
    ['["\u0001"]', 'invalid'],
    ['{}{}', 'more'],
    ['[1] x', 'more'],
    ['\0\0\0', 'invalid'],
    ['[01]', 'invalid'],
    ['[0,01]', 'invalid'],
  ] as const)('%j is %s', (text, kind) => {
    expect(faultOf(() => parse(text))).toBe(kind);
  });
});

describe('what would take the memory of the program is refused', () => {
  test.each([
    ['lists in lists without end', '['.repeat(1_000), 'too-deep'],
    ['numbers without end', `[${'1,'.repeat(ENOUGH_BYTES / 8)}`, 'too-large'],
    ['objects without end', `[${'{},'.repeat(ENOUGH_BYTES / 100)}`, 'too-large'],
    ['a text without end', `["${'x'.repeat(ENOUGH_BYTES)}"`, 'too-large'],
    ['a text without end that never ends', `["${'x'.repeat(17 * 2 ** 20)}`, 'too-large'],
  ] as const)('%s', (_name, text, kind) => {
    expect(faultOf(() => parse(text))).toBe(kind);
  });
});
