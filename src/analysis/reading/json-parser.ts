/**
 * JSON that comes in pieces, as values: what `JSON.parse` makes of the whole text, which may be longer than a string of
 * JavaScript. It is strict, and bounded in what it takes of memory. What the values mean is not its affair.
 */

/** Why a text is no single value. */
type JsonFaultKind = 'empty' | 'unfinished' | 'invalid' | 'more' | 'too-deep' | 'too-large';

export class JsonFault extends Error {
  readonly kind: JsonFaultKind;

  constructor(kind: JsonFaultKind, message: string = kind) {
    super(message);
    this.kind = kind;
  }
}

type Container = unknown[] | Record<string, unknown>;

/** What may come next, beside blanks. */
type Expected = 'value' | 'item-or-end' | 'name-or-end' | 'name' | 'colon' | 'comma-or-end' | 'nothing';

/** Deeper than any record; who goes through it must not run out of stack. */
const MAX_DEPTH = 100;
/** Of one text or number. */
const MAX_TOKEN_BYTES = 16 * 1024 * 1024;
/** What values take of memory, roughly, bytes: a place in a list, and an object with its places. */
const VALUE_BYTES = 8;
const CONTAINER_BYTES = 100;
/** So many digits are exact in a number that grows by one after the other. */
const EXACT_DIGITS = 15;
const SHOWN_BYTES = 20;

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);

const [TAB, LF, CR, BLANK, QUOTE, BACKSLASH] = [0x09, 0x0a, 0x0d, 0x20, 0x22, 0x5c];
const [COMMA, COLON, BRACKET, BRACKET_END, BRACE, BRACE_END] = [0x2c, 0x3a, 0x5b, 0x5d, 0x7b, 0x7d];
const [ZERO, LETTER_L, LETTER_N, LETTER_U] = [0x30, 0x6c, 0x6e, 0x75];

export class JsonParser {
  private readonly decoder: TextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });
  /** What the values take of memory, roughly. */
  takenBytes = 0;
  private readonly maxBytes: number;
  private readonly containers: Container[] = [];
  /** Of each container, the member that is being read. */
  private readonly names: string[] = [];
  private name = '';
  private expected: Expected = 'value';
  private value: unknown;
  /** A text or number that the last piece ended in. */
  private cut: Uint8Array = new Uint8Array();
  /** Of the piece's first byte within the text. */
  private position = 0;

  /** @param maxBytes what the values may take of memory, roughly */
  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** @param piece of the text in UTF-8 @throws JsonFault */
  push(piece: Uint8Array): void {
    const bytes = joined(this.cut, piece);
    this.cut = bytes.subarray(0, 0);
    let at = 0;
    while (at < bytes.length) {
      const next = this.step(bytes, at);
      if (next === undefined) {
        this.cut = bytes.slice(at);
        if (this.cut.length > MAX_TOKEN_BYTES) throw new JsonFault('too-large');
        break;
      }
      at = next;
    }
    this.position += at;
    if (this.takenBytes > this.maxBytes) throw new JsonFault('too-large');
  }

  /** @returns the value, once all of the text has come @throws JsonFault */
  end(): unknown {
    if (this.containers.length > 0) throw new JsonFault('unfinished');
    // A number on its own goes on until something else comes.
    if (this.cut.length > 0) this.push(Uint8Array.of(LF));
    if (this.cut.length > 0) throw new JsonFault('unfinished');
    if (this.expected !== 'nothing') throw new JsonFault('empty');
    return this.value;
  }

  /** @returns where to go on; undefined when the piece ends within a token */
  private step(bytes: Uint8Array, at: number): number | undefined {
    const byte = bytes[at] as number;
    switch (byte) {
      case BLANK:
      case LF:
      case CR:
      case TAB:
        return at + 1;
      case BRACKET:
        this.begin([], 'item-or-end', bytes, at);
        return at + 1;
      case BRACE:
        this.begin({}, 'name-or-end', bytes, at);
        return at + 1;
      case BRACKET_END:
      case BRACE_END:
        this.finish(bytes, at);
        return at + 1;
      case COMMA: {
        if (this.expected !== 'comma-or-end') throw this.unexpected(bytes, at);
        const list = this.containers.at(-1);
        if (!Array.isArray(list)) {
          this.expected = 'name';
          return at + 1;
        }
        this.expected = 'value';
        return this.numbers(list, bytes, at + 1);
      }
      case COLON:
        if (this.expected !== 'colon') throw this.unexpected(bytes, at);
        this.expected = 'value';
        return at + 1;
      case QUOTE: {
        const end = endOfText(bytes, at + 1);
        if (end !== undefined) this.takeText(bytes, at, end);
        return end;
      }
      default: {
        if (!BEGINS_WORD.has(byte)) throw this.unexpected(bytes, at);
        const end = endOfWord(bytes, at);
        if (end === bytes.length) return undefined;
        this.takeWord(bytes, at, end);
        return end;
      }
    }
  }

  /**
   * Nearly all of a record is lists of whole numbers, which are taken here as fast as they come: each that is followed
   * by a comma. What is left is for {@link step}.
   */
  private numbers(list: unknown[], bytes: Uint8Array, from: number): number {
    let at = from;
    for (;;) {
      let end = at;
      let number: number | null = 0;
      if (bytes[at] === LETTER_N && isNull(bytes, at)) {
        number = null;
        end = at + 4;
      } else {
        for (let digit = digitAt(bytes, end); digit >= 0; digit = digitAt(bytes, end)) {
          number = number * 10 + digit;
          end++;
        }
        const isPlain = end - at === 1 || (end > at && end - at <= EXACT_DIGITS && bytes[at] !== ZERO);
        if (!isPlain) return at;
      }
      if (bytes[end] !== COMMA) return at;
      list.push(number);
      this.takenBytes += VALUE_BYTES;
      at = end + 1;
    }
  }

  private begin(container: Container, expected: Expected, bytes: Uint8Array, at: number): void {
    if (this.expected !== 'value' && this.expected !== 'item-or-end') throw this.unexpected(bytes, at);
    if (this.containers.length === MAX_DEPTH) throw new JsonFault('too-deep');
    this.containers.push(container);
    this.names.push(this.name);
    this.takenBytes += CONTAINER_BYTES;
    this.expected = expected;
  }

  private finish(bytes: Uint8Array, at: number): void {
    const container = this.containers.at(-1);
    const isList = Array.isArray(container);
    const fits =
      this.expected === 'comma-or-end' || this.expected === (isList ? 'item-or-end' : 'name-or-end');
    if (container === undefined || !fits || (bytes[at] === BRACKET_END) !== isList) {
      throw this.unexpected(bytes, at);
    }
    this.containers.pop();
    this.name = this.names.pop() ?? '';
    this.put(container);
  }

  private takeText(bytes: Uint8Array, from: number, to: number): void {
    const isName = this.expected === 'name' || this.expected === 'name-or-end';
    if (!isName && this.expected !== 'value' && this.expected !== 'item-or-end') {
      throw this.unexpected(bytes, from);
    }
    const text = this.textOf(bytes, from, to);
    this.takenBytes += text.length;
    if (isName) {
      this.name = text;
      this.expected = 'colon';
    } else {
      this.put(text);
    }
  }

  private textOf(bytes: Uint8Array, from: number, to: number): string {
    try {
      return JSON.parse(this.decoder.decode(bytes.subarray(from, to)));
    } catch {
      throw this.unexpected(bytes, from);
    }
  }

  private takeWord(bytes: Uint8Array, from: number, to: number): void {
    if (this.expected !== 'value' && this.expected !== 'item-or-end') throw this.unexpected(bytes, from);
    const word = this.decoder.decode(bytes.subarray(from, to));
    const literal = LITERALS.get(word);
    if (literal === undefined && !NUMBER.test(word)) throw this.unexpected(bytes, from);
    this.put(literal === undefined ? Number(word) : literal);
  }

  private put(value: unknown): void {
    const container = this.containers.at(-1);
    this.takenBytes += VALUE_BYTES;
    this.expected = 'comma-or-end';
    if (container === undefined) {
      this.value = value;
      this.expected = 'nothing';
    } else if (Array.isArray(container)) {
      container.push(value);
    } else if (this.name === '__proto__') {
      // A member like any other; set in the usual way it would be the object's prototype.
      Object.defineProperty(container, this.name, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    } else {
      container[this.name] = value;
    }
  }

  private unexpected(bytes: Uint8Array, at: number): JsonFault {
    const [shown = ''] = /^(?:\w+|.)/su.exec(this.decoder.decode(bytes.subarray(at, at + SHOWN_BYTES))) ?? [];
    const kind = this.expected === 'nothing' ? 'more' : 'invalid';
    return new JsonFault(kind, `unexpected ${shown} at byte ${this.position + at + 1}`);
  }
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  if (head.length === 0) return tail;
  const both = new Uint8Array(head.length + tail.length);
  both.set(head);
  both.set(tail, head.length);
  return both;
}

/** @returns -1 where there is none */
function digitAt(bytes: Uint8Array, at: number): number {
  const digit = (bytes[at] ?? 0) - ZERO;
  return digit <= 9 ? digit : -1;
}

function isNull(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 1] === LETTER_U && bytes[at + 2] === LETTER_L && bytes[at + 3] === LETTER_L;
}

/** @returns the place behind the closing quote; undefined when it is not there */
function endOfText(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(QUOTE, from); at >= 0; at = bytes.indexOf(QUOTE, at + 1)) {
    let escapes = 0;
    while (at - escapes > from && bytes[at - escapes - 1] === BACKSLASH) escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  return undefined;
}

/** @returns the place behind a number, a literal, or what is neither */
function endOfWord(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && !ENDS_WORD.has(bytes[at] as number)) at++;
  return at;
}

/** Of a number, `true`, `false` or `null`. */
const BEGINS_WORD: ReadonlySet<number> = new Set(new TextEncoder().encode('-0123456789tfn'));
const ENDS_WORD: ReadonlySet<number> = new Set([
  ...[TAB, LF, CR, BLANK, QUOTE],
  ...[COMMA, COLON, BRACKET, BRACKET_END, BRACE, BRACE_END],
]);
